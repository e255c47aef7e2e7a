"""Clips are read and written as they are: their frames, times, colours, opacity and sound."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.bridge.contract.errors import BadInput
from core.clips import Clip, opened
from core.clips.output import Drawn, Output
from core.pixels import files
from tests import clips, pictures, profiles
from tests.clips import HEIGHT, RATE, WIDTH, away, values


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return clips.video(tmp_path / "in.mp4", clips.pan(5))


def written(path: Path, clip: Clip, frames: Sequence[Image.Image], codec: str = "") -> Path:
    """A clip that is painted with these frames in place of its own."""
    own = list(clip.frames())
    see_through = any(frame.mode == "RGBA" for frame in frames)
    output = Output.of(path, clip, codec_name=codec)
    output = output.see_through() if see_through else output
    output.prepare()
    drawn = []
    for frame, image in zip(own, frames, strict=False):
        file = output.folder / output.name(frame.number)
        image.save(file)
        drawn.append(Drawn(file, frame.number, frame.start, frame.duration))
    output.put_together(drawn)
    output.clear()
    return path


def test_a_video_has_its_frames_times_and_colours(source: Path) -> None:
    clip = opened(source)
    frames = list(clip.frames())
    assert clip.rate == Fraction(RATE) and clip.sound and not clip.alpha
    assert [frame.start for frame in frames] == [Fraction(n, RATE) for n in range(5)]
    assert set(clips.lengths(frames)) == {Fraction(1, RATE)}
    for frame, image in zip(frames, clips.pan(5), strict=True):
        assert away(frame, image) < 4, "chroma is halved, and nothing else is lost"
    flat = values(frames[0]).mean((0, 1)) - np.asarray(clips.pan(1)[0]).mean((0, 1))
    assert np.abs(flat).max() < 2, "the range and the matrix are known"


def test_a_video_comes_upright(source: Path, tmp_path: Path) -> None:
    frame = next(opened(clips.turned(source, tmp_path / "turned.mp4")).frames())
    assert tuple(frame.file.pixels.extent) == (HEIGHT, WIDTH)
    assert away(frame, clips.pan(1)[0].rotate(-90, expand=True)) < 4


@pytest.mark.parametrize(
    ("name", "codec", "sound", "close"),
    [
        ("out.mp4", "", "aac", 4),
        ("out.mp4", "hevc", "aac", 4),
        ("out.webm", "", "opus", 4),
        ("out.webm", "av1", "opus", 4),
        ("out.mov", "", "aac", 3),
        ("out.mov", "h264", "aac", 4),
        ("out.mkv", "", "aac", 0.01),
    ],
)
def test_a_written_video_is_read_as_it_was(
    source: Path, tmp_path: Path, name: str, codec: str, sound: str, close: float
) -> None:
    clip = opened(source)
    found = opened(written(tmp_path / name, clip, clips.pan(5), codec))
    frames = list(found.frames())
    assert len(frames) == 5
    assert [round(float(f.start) * RATE, 1) for f in frames] == [0, 1, 2, 3, 4]
    for frame, image in zip(frames, clips.pan(5), strict=True):
        assert away(frame, image) < close
        assert np.abs((values(frame) - np.asarray(image)).mean((0, 1))).max() < 2.5
    assert clips.heard(tmp_path / name)[0] == sound
    assert abs(clips.heard(tmp_path / name)[1] - 5 / RATE) < 0.06


def faded(image: Image.Image) -> Image.Image:
    image = image.copy()
    mask = Image.new("L", image.size, 255)
    mask.paste(0, (0, 0, WIDTH, 16))
    image.putalpha(mask)
    return image


@pytest.mark.parametrize(
    "name", ["out.webm", "out.mov", "out.mkv", "out.gif", "out.webp", "out.apng", "out.avif"]
)
def test_what_shines_through_does_so_in_every_clip_that_can(
    source: Path, tmp_path: Path, name: str
) -> None:
    images = [faded(image) for image in clips.pan(5)]
    found = opened(written(tmp_path / name, opened(source), images))
    assert found.alpha
    for frame in found.frames():
        alpha = values(frame)[..., 3]
        assert alpha[:12].max() < 8 and alpha[20:].min() > 247


@pytest.mark.parametrize(("name", "codec"), [("out.mp4", ""), ("out.webm", "av1"), ("o.avi", "")])
def test_what_cannot_hold_transparency_is_told(
    source: Path, tmp_path: Path, name: str, codec: str
) -> None:
    with pytest.raises(BadInput, match=r"can't hold the clip's transparency: take \.webm"):
        written(tmp_path / name, opened(source), [faded(clips.pan(1)[0])], codec)


def test_an_animated_picture_keeps_its_times_and_how_often_it_is_shown(tmp_path: Path) -> None:
    first, *others = clips.pan(4)
    shown = [50, 120, 40, 300]
    first.save(tmp_path / "in.gif", save_all=True, append_images=others, duration=shown, loop=3)
    clip = opened(tmp_path / "in.gif")
    assert [1000 * frame.duration for frame in clip.frames()] == shown
    for name in ("out.gif", "out.webp", "out.apng"):
        found = opened(written(tmp_path / name, clip, clips.pan(4)))
        assert [1000 * frame.duration for frame in found.frames()] == shown
        assert found.loop == clip.loop


def test_rounded_times_of_a_gif_do_not_add_up(tmp_path: Path) -> None:
    source = clips.video(tmp_path / "in.mp4", clips.pan(24, 1), sound="")
    found = list(opened(written(tmp_path / "out.gif", opened(source), clips.pan(24, 1))).frames())
    assert len(found) == 24 and sum(clips.lengths(found)) == 2


def test_frames_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number, image in zip((2, 10, 1), clips.pan(3), strict=True):
        image.save(tmp_path / f"a{number}.png")
    (tmp_path / "notes.txt").write_text("none")
    for name in (tmp_path, tmp_path / "a*.png", tmp_path / "a%d.png"):
        frames = list(opened(name, Fraction(10)).frames())
        assert [frame.file.name for frame in frames] == ["a1.png", "a2.png", "a10.png"]
        assert [frame.start for frame in frames] == [0, Fraction(1, 10), Fraction(1, 5)]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none.mp4", "There is no file"),
        ("text.mp4", "is not a clip of a kind Impasto reads"),
        ("photo.png", "holds a single picture: paint it with 'impasto stylize'"),
        ("empty", "There are no frames in"),
        ("empty/%04d.png", "There are no frames in"),
        ("sound.mp4", "There is no video in"),
    ],
)
def test_what_is_no_clip_is_told(tmp_path: Path, name: str, said: str) -> None:
    import av

    (tmp_path / "text.mp4").write_text("no clip")
    (tmp_path / "empty").mkdir()
    pictures.photograph().save(tmp_path / "photo.png")
    with av.open(str(tmp_path / "sound.mp4"), "w") as target:
        stream = target.add_stream("aac", rate=48000, layout="mono")
        tone = av.AudioFrame.from_ndarray(
            np.zeros((1, 4800), np.float32), format="fltp", layout="mono"
        )
        tone.sample_rate, tone.pts = 48000, 0
        target.mux(stream.encode(tone))
        target.mux(stream.encode(None))
    with pytest.raises(BadInput, match=said):
        list(opened(tmp_path / name).frames())


def test_a_frame_that_is_damaged_is_named(tmp_path: Path) -> None:
    first, *others = clips.pan(4)
    first.save(tmp_path / "in.gif", save_all=True, append_images=others, duration=100)
    whole = (tmp_path / "in.gif").read_bytes()
    (tmp_path / "cut.gif").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput, match=r"Frame \d of .*cut\.gif is damaged|is not a clip"):
        list(opened(tmp_path / "cut.gif").frames())


@pytest.mark.parametrize(
    ("name", "codec", "said"),
    [
        ("out.mp4", "prores", r"\.mp4 can't hold prores: take \.mov, \.mkv"),
        ("out.gif", "h264", "is no video and has no codec: leave out --codec"),
        ("out.xyz", "", "'.xyz' is not a clip Impasto writes"),
        ("none/out.mp4", "", "There is no folder"),
        ("in.mp4", "", "is the clip that is painted"),
        ("f/%04d.xyz", "", "'.xyz' is not a format Impasto writes"),
    ],
)
def test_what_cannot_be_written_is_told_before(
    source: Path, tmp_path: Path, name: str, codec: str, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        Output.of(tmp_path / name, opened(source), codec_name=codec)


def test_an_odd_size_is_said_and_written(tmp_path: Path) -> None:
    odd = [image.crop((0, 0, 95, 79)) for image in clips.pan(3)]
    for number, image in enumerate(odd):
        image.save(tmp_path / f"{number}.png")
    clip = opened(tmp_path)
    extent = next(clip.frames()).file.pixels.extent
    output = Output.of(tmp_path / "out.mp4", clip)
    assert output.lost(extent) == [
        "out.mp4 is 96x80 px, as h264 takes even sides only: the last row or column is there twice."
    ]
    frame = next(opened(written(tmp_path / "out.mp4", clip, odd)).frames())
    assert tuple(frame.file.pixels.extent) == (96, 80)
    assert Output.of(tmp_path / "o.mkv", clip).lost(extent) == []


@pytest.mark.parametrize("name", ["in.webp", "in.png", "in.avif"])
def test_an_animated_picture_is_read_by_its_profile(tmp_path: Path, name: str) -> None:
    """Each frame is what the same pixels are in a picture that does not move."""
    first, *others = clips.pan(3)
    wide = profiles.rgb("display-p3")
    how = {"lossless": True} if name == "in.webp" else {"quality": 100} if "avif" in name else {}
    first.save(tmp_path / name, save_all=True, append_images=others, icc_profile=wide, **how)
    for frame, image in zip(opened(tmp_path / name).frames(), clips.pan(3), strict=True):
        image.save(tmp_path / "still.png", icc_profile=wide)
        still = np.asarray(files.read(tmp_path / "still.png").picture().color[0])
        seen = np.asarray(frame.file.picture().color[0])
        assert np.abs(still - seen).mean() < 0.01
        untold = np.asarray(image).transpose(2, 0, 1) / 255
        assert np.abs(still - untold).mean() > 0.012, "the profile means something"


def test_a_process_encodes_hevc_more_than_once(source: Path, tmp_path: Path) -> None:
    clip = opened(source)
    for name in ("one.mp4", "two.mov", "three.mkv"):
        frames = list(opened(written(tmp_path / name, clip, clips.pan(3), "hevc")).frames())
        assert len(frames) == 3
