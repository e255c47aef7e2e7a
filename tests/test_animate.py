"""``impasto animate``: a clip is painted frame by frame, and goes on where it was interrupted."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from core import cli
from core.bridge.contract.errors import BadInput, ImpastoError, Stopped
from core.clips import opened
from core.clips.output import Output
from core.engine import job as engine
from tests import clips, pictures
from tests.clips import HEIGHT, RATE, WIDTH, values


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    clips.video(tmp_path / "in.mp4", clips.pan(4))
    pictures.strokes().save(tmp_path / "style.png")
    return tmp_path


def animate(folder: Path, clip: str, output: str, *more: str) -> int:
    given = ["animate", str(folder / clip), "--style", str(folder / "style.png")]
    where = ["-o", str(folder / output), "--method", "instant", "--size", "64", "--device", "cpu"]
    return cli.main([*given, *where, *more])


def counted(monkeypatch: pytest.MonkeyPatch, stop_at: int = 0) -> list[object]:
    """Every call of the engine; the one of that number is interrupted."""
    paint = engine.paint
    calls: list[object] = []

    def called(*given: object, **more: object) -> object:
        calls.append(given)
        if len(calls) == stop_at:
            raise Stopped("The job was cancelled.")
        return paint(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "paint", called)
    return calls


def test_a_video_is_painted_with_its_sound_and_its_times(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert animate(folder, "in.mp4", "out.mp4") == 0
    assert capsys.readouterr().out == f"{folder / 'out.mp4'}: 4 frames in 1 shot, 4 painted\n"
    frames = list(opened(folder / "out.mp4").frames())
    assert [frame.start * RATE for frame in frames] == [0, 1, 2, 3]
    assert clips.heard(folder / "out.mp4")[0] == "aac"
    for frame, image in zip(frames, clips.pan(4), strict=True):
        red, _, blue = values(frame).mean((0, 1))
        assert clips.away(frame, image) > 15 and red > blue, "in the style's colours"
    assert sorted(path.name for path in folder.iterdir()) == ["in.mp4", "out.mp4", "style.png"]


@pytest.mark.parametrize("output", ["out.gif", "out.webp", "out.apng", "out.webm"])
def test_an_animated_picture_becomes_another_clip(folder: Path, output: str) -> None:
    first, *others = clips.pan(3)
    first.save(folder / "in.gif", save_all=True, append_images=others, duration=[80, 200, 120])
    assert animate(folder, "in.gif", output) == 0
    shown = [round(1000 * frame.duration) for frame in opened(folder / output).frames()]
    assert shown[:2] == [80, 200] and len(shown) == 3


def test_a_folder_becomes_a_folder_of_the_same_names(folder: Path) -> None:
    (folder / "frames").mkdir()
    for number, image in enumerate(clips.pan(3)):
        image.save(folder / f"frames/shot-{number:03}.png")
    assert animate(folder, "frames", "out") == 0
    names = sorted(path.name for path in (folder / "out").iterdir() if path.is_file())
    assert names == ["shot-000.png", "shot-001.png", "shot-002.png"]
    assert animate(folder, "frames/shot-%03d.png", "two/%02d.png") == 0
    names = sorted(path.name for path in (folder / "two").iterdir() if path.is_file())
    assert names == ["00.png", "01.png", "02.png"]
    assert animate(folder, "frames", "out.mp4", "--fps", "8") == 0
    assert opened(folder / "out.mp4").rate == 8


def test_what_was_interrupted_goes_on(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch, stop_at=3)
    assert animate(folder, "in.mp4", "out.mp4") == 130
    kept = folder / "out.mp4.frames"
    assert capsys.readouterr().err == (
        f"impasto: interrupted: 2 of 4 frames are painted, and kept in {kept}. The same command "
        "goes on.\n"
    )
    assert not (folder / "out.mp4").exists()
    assert animate(folder, "in.mp4", "out.mp4", "--keep-frames") == 0
    assert len(calls) == 5, "the two that were there were not painted again"
    assert capsys.readouterr().out.endswith("2 painted, 2 were there\n")
    assert animate(folder, "in.mp4", "out.mp4", "--strength", "0.5") == 0
    assert len(calls) == 9, "with another knob all are painted anew"
    assert not kept.exists()


def test_on_twos_every_other_frame_is_painted_and_held(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch)
    assert animate(folder, "in.mp4", "out.mkv", "--every", "2") == 0
    assert len(calls) == 2
    zero, one, two, three = (values(frame) for frame in opened(folder / "out.mkv").frames())
    assert np.array_equal(zero, one) and np.array_equal(two, three)
    assert not np.array_equal(one, two)
    assert animate(folder, "in.mp4", "out.gif", "--every", "2") == 0
    shown = [1000 * frame.duration for frame in opened(folder / "out.gif").frames()]
    assert len(shown) == 2 and abs(sum(shown) - 4000 / RATE) < 10


def test_a_cut_begins_a_shot(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames = [*clips.pan(3), *clips.pan(3, picture="coffee")]
    clips.video(folder / "cut.mp4", frames)
    assert animate(folder, "cut.mp4", "out.mp4", "--every", "2") == 0
    assert "6 frames in 2 shots, 4 painted" in capsys.readouterr().out


def test_a_part_of_a_clip_is_painted_with_its_part_of_the_sound(folder: Path) -> None:
    clips.video(folder / "long.mp4", clips.pan(12, 1))
    assert animate(folder, "long.mp4", "out.mp4", "--from", "3f", "--to", "0:00.75") == 0
    frames = list(opened(folder / "out.mp4").frames())
    assert len(frames) == 6 and frames[0].start == 0
    assert abs(clips.heard(folder / "out.mp4")[1] - 6 / RATE) < 0.05


def test_a_mask_may_move(folder: Path) -> None:
    (folder / "masks").mkdir()
    for number in range(4):
        mask = Image.new("L", (WIDTH, HEIGHT))
        mask.paste(255, (24 * number, 0, 24 * number + 24, HEIGHT))
        mask.save(folder / f"masks/{number}.png")
    assert animate(folder, "in.mp4", "out.mkv", "--mask", str(folder / "masks")) == 0
    before = [values(frame) for frame in opened(folder / "in.mp4").frames()]
    after = [values(frame) for frame in opened(folder / "out.mkv").frames()]
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        inside = np.zeros((HEIGHT, WIDTH), bool)
        inside[:, 24 * number : 24 * number + 24] = True
        np.testing.assert_array_equal(new[~inside], old[~inside])
        assert np.abs(new - old)[inside].mean() > 10


def test_a_strength_mask_may_move(folder: Path) -> None:
    (folder / "grey").mkdir()
    for number in range(4):
        Image.new("L", (WIDTH, HEIGHT), 255 * (number % 2)).save(folder / f"grey/{number}.png")
    assert animate(folder, "in.mp4", "out.mkv", "--strength-mask", str(folder / "grey")) == 0
    before = [values(frame) for frame in opened(folder / "in.mp4").frames()]
    after = [values(frame) for frame in opened(folder / "out.mkv").frames()]
    away = [np.abs(new - old).mean() for new, old in zip(after, before, strict=True)]
    assert max(away[0], away[2]) < 1 and min(away[1], away[3]) > 10


@pytest.mark.parametrize(
    ("clip", "output", "more", "said"),
    [
        ("none.mp4", "out.mp4", (), "There is no file"),
        ("style.png", "out.mp4", (), "holds a single picture: paint it with 'impasto stylize'"),
        ("sizes", "out.mp4", (), "Frame 1 of sizes is 48x40 px, the first one 96x80"),
        ("broken", "out.mp4", (), "1.png can't be read as a picture"),
        ("in.mp4", "out.xyz", (), "is not a clip Impasto writes"),
        ("in.mp4", "out.webm", ("--codec", "h264"), ".webm can't hold h264"),
        ("clear", "out.mp4", (), "can't hold the clip's transparency"),
        ("in.mp4", "out.mp4", ("--from", "9"), "no frames in that part of in.mp4"),
        ("in.mp4", "out.mp4", ("--from", "soon"), "'soon' is no time"),
        ("in.mp4", "out.mp4", ("--from", "9" * 5000 + "f"), "is no time"),
        ("in.mp4", "out.mp4", ("--every", "0"), "--every is between 1 and 100"),
        ("in.mp4", "out.mp4", ("--mask", "short"), "has no frame 3: make it as long"),
        ("in.mp4", "out.mp4", ("--style", "none.png"), "There is no file none.png"),
        ("in.mp4", "out.mp4", ("--style", ""), "There is no style yet"),
        ("in.mp4", "out.mp4", ("--content-labels", "none.mp4"), "There is no file none.mp4"),
        ("sizes", "sizes", (), "holds the frames that are painted"),
        ("in.mp4", "no/out.mp4", (), "There is no folder"),
        ("broken", "broken", ("--to", "1f"), "holds the frames that are painted"),
        ("in.mp4", "mask.mp4", ("--mask", "mask.mp4"), "mask.mp4 is read for this work"),
        ("in.mp4", "short", ("--mask", "short", "--to", "1f"), "short is read for this work"),
        ("again.mp4.frames", "again.mp4", (), "again.mp4.frames is read for this work"),
        ("in.mp4", "own.mp4", (), "where other files are: move them away"),
        ("in.mp4", "two/%04d", (), "is not a format Impasto writes"),
        ("cut.webp", "out.mp4", (), "cut.webp can't be read as a picture"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_painted(
    folder: Path,
    clip: str,
    output: str,
    more: tuple[str, ...],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "paint", None)
    monkeypatch.chdir(folder)
    for name in ("sizes", "broken", "clear", "short"):
        (folder / name).mkdir()
    for number, image in enumerate(clips.pan(2)):
        image.resize((96, 80) if not number else (48, 40)).save(folder / f"sizes/{number}.png")
        image.save(folder / f"broken/{number}.png")
        image.save(folder / f"short/{number}.png")
        image.putalpha(90)
        image.save(folder / f"clear/{number}.png")
    for name in ("again.mp4.frames/.impasto", "own.mp4.frames"):
        (folder / name).mkdir(parents=True)
    shutil.copy(folder / "short/0.png", folder / "again.mp4.frames/000000.png")
    shutil.copy(folder / "short/0.png", folder / "own.mp4.frames/000000.png")
    shutil.copy(folder / "in.mp4", folder / "mask.mp4")
    first, *others = clips.pan(4)
    first.save(folder / "cut.webp", save_all=True, append_images=others)
    (folder / "cut.webp").write_bytes((folder / "cut.webp").read_bytes()[:3000])
    (folder / "broken/1.png").write_bytes((folder / "broken/0.png").read_bytes()[:3000])
    assert animate(folder, clip, output, *more) == 1
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1
    assert not (folder / "out.mp4").exists() and not (folder / "out.mp4.frames").exists()


def test_a_full_disk_loses_no_frame(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.bridge.contract.errors import ImpastoError
    from core.pixels import files

    write, calls = files.write, []

    def full(file: files.File, path: Path) -> None:
        calls.append(path)
        if len(calls) == 3:
            raise ImpastoError("{path} can't be written: the disk is full.", path=path)
        write(file, path)

    monkeypatch.setattr(files, "write", full)
    assert animate(folder, "in.mp4", "out.mp4") == 1
    kept = folder / "out.mp4.frames"
    assert capsys.readouterr().err.splitlines() == [
        f"impasto: what is painted is kept in {kept}.",
        f"impasto: {kept / '000002.png'} can't be written: the disk is full.",
    ]
    assert animate(folder, "in.mp4", "out.mp4") == 0
    assert capsys.readouterr().out.endswith("2 painted, 2 were there\n")


def test_what_goes_on_is_the_same_to_the_last_bit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each frame takes its strokes from the one before, which another process may have painted."""
    assert animate(folder, "in.mp4", "whole.mkv") == 0
    calls = counted(monkeypatch, stop_at=3)
    assert animate(folder, "in.mp4", "parts.mkv") == 130
    assert animate(folder, "in.mp4", "parts.mkv") == 0
    assert len(calls) == 5
    whole, parts = (list(opened(folder / f"{name}.mkv").frames()) for name in ("whole", "parts"))
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(values(one), values(other))


def test_a_frame_that_changed_paints_those_behind_it_anew(folder: Path) -> None:
    (folder / "frames").mkdir()
    for number, image in enumerate(clips.pan(4)):
        image.save(folder / f"frames/{number}.png")
    assert animate(folder, "frames", "out") == 0
    before = {path.name: path.stat().st_mtime_ns for path in (folder / "out").glob("*.png")}
    changed = clips.pan(4)[2]
    changed.paste("white", (0, 0, 20, 20))
    changed.save(folder / "frames/2.png")
    assert animate(folder, "frames", "out") == 0
    after = {path.name: path.stat().st_mtime_ns for path in (folder / "out").glob("*.png")}
    assert [name for name in sorted(before) if before[name] != after[name]] == ["2.png", "3.png"]


def frames_of(folder: Path, count: int = 4) -> None:
    (folder / "frames").mkdir()
    for number, image in enumerate(clips.pan(count)):
        image.save(folder / f"frames/{number}.png")


def test_a_frame_in_the_middle_is_painted_anew_without_a_jump(folder: Path) -> None:
    """Where the frame before it stands is not kept any more, and what it shows is."""
    frames_of(folder, 6)
    for name, more in (("out", ()), ("alone", ("--no-steady",))):
        assert animate(folder, "frames", name, *more) == 0
    path = folder / "out/2.png"
    old, alone = (
        np.asarray(Image.open(folder / name / "2.png"), float) for name in ("out", "alone")
    )
    path.unlink()
    assert animate(folder, "frames", "out") == 0
    new = np.asarray(Image.open(path), float)
    assert np.abs(new - old).mean() < 2 < np.abs(new - alone).mean() / 2


def test_a_frame_in_the_middle_is_not_weakened_twice(folder: Path) -> None:
    """What the file before it shows is then not what was painted."""
    frames_of(folder, 5)
    weak = ("--strength", "0.5")
    for name, more in (("out", ()), ("alone", ("--no-steady",))):
        assert animate(folder, "frames", name, *weak, *more) == 0
    path = folder / "out/2.png"
    path.unlink()
    assert animate(folder, "frames", "out", *weak) == 0
    new, alone = (np.asarray(Image.open(each)) for each in (path, folder / "alone/2.png"))
    np.testing.assert_array_equal(new, alone)


def test_a_frame_that_was_held_is_painted_when_it_is_wanted(folder: Path) -> None:
    frames_of(folder)
    assert animate(folder, "frames", "once", "--no-steady") == 0
    for more in ((), ("--every", "2"), ()):
        assert animate(folder, "frames", "out", "--no-steady", *more) == 0
    for number in range(4):
        expected, found = (folder / f"{name}/{number}.png" for name in ("once", "out"))
        assert found.read_bytes() == expected.read_bytes()


def test_what_a_person_put_beside_the_frames_stays(folder: Path) -> None:
    assert animate(folder, "in.mp4", "out.mp4", "--keep-frames") == 0
    (folder / "out.mp4.frames/mine.txt").write_text("mine")
    assert animate(folder, "in.mp4", "out.mp4") == 0
    assert [path.name for path in (folder / "out.mp4.frames").iterdir()] == ["mine.txt"]


def test_a_percent_sign_in_a_folder_s_name_is_no_pattern(folder: Path) -> None:
    assert animate(folder, "in.mp4", "100%.gif") == 0
    assert len(list(opened(folder / "100%.gif").frames())) == 4


@pytest.mark.parametrize("clip", ["in.gif", "in.webm"])
def test_a_part_is_of_the_frames_whose_numbers_are_said(folder: Path, clip: str) -> None:
    """Frames of a GIF last unequally, and those of a WebM begin at whole milliseconds."""
    first, *others = clips.pan(5)
    if clip == "in.gif":
        first.save(
            folder / clip, save_all=True, append_images=others, duration=[40, 200, 90, 30, 500]
        )
    else:
        clips.video(folder / clip, [first, *others], "libvpx-vp9", "")
    assert animate(folder, clip, "out", "--from", "1f", "--to", "3f") == 0
    assert sorted(path.stem for path in (folder / "out").glob("*.png")) == ["000001", "000002"]


@pytest.mark.parametrize("clip", ["cut.gif", "cut.png"])
def test_a_damaged_frame_is_left_out_with_an_end_before_it(
    folder: Path, clip: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = clips.pan(5)
    first.save(folder / clip, save_all=True, append_images=others, duration=100)
    (folder / clip).write_bytes((folder / clip).read_bytes()[: (folder / clip).stat().st_size // 2])
    assert animate(folder, clip, "out") == 1
    told = capsys.readouterr().err
    assert "is damaged" in told
    number = told.split()[2]
    assert animate(folder, clip, "out", "--to", f"{number}f") == 0
    assert len(list((folder / "out").glob("*.png"))) == int(number)


@pytest.mark.parametrize(
    ("sound", "layout", "output", "heard"),
    [
        ("libopus", "stereo", "out.mov", "aac"),
        ("flac", "stereo", "out.mov", "aac"),
        ("ac3", "5.1(side)", "out.webm", "opus"),
    ],
)
def test_sound_that_a_file_refuses_is_encoded_anew(
    folder: Path, sound: str, layout: str, output: str, heard: str
) -> None:
    clips.video(folder / "in.mkv", clips.pan(4), sound=sound, layout=layout)
    assert animate(folder, "in.mkv", output) == 0
    name, seconds = clips.heard(folder / output)
    assert name == heard and abs(seconds - 4 / RATE) < 0.05


def test_frames_of_an_avi_are_shown_when_the_clip_s_are(folder: Path) -> None:
    """It has one duration for all of them, and does not say when each is shown."""
    assert animate(folder, "in.mp4", "out.avi", "--strength", "0") == 0
    frames = list(opened(folder / "out.avi").frames())
    assert [frame.start * RATE for frame in frames] == [0, 1, 2, 3]
    assert all(
        clips.away(frame, image) < 8 for frame, image in zip(frames, clips.pan(4), strict=True)
    )
    first, *others = clips.pan(3)
    first.save(folder / "in.gif", save_all=True, append_images=others, duration=[80, 200, 120])
    assert animate(folder, "in.gif", "gif.avi", "--strength", "0") == 0
    frames = list(opened(folder / "gif.avi").frames())
    assert sum(frame.duration for frame in frames) == pytest.approx(0.4)
    for start, image in zip((0, 0.08, 0.28), clips.pan(3), strict=True):
        shown = [frame for frame in frames if frame.start <= start + 1e-6][-1]
        assert clips.away(shown, image) < 12


@pytest.mark.parametrize("clash", ["stopped", "broken"])
def test_nothing_is_left_where_no_frame_was_painted(
    folder: Path, clash: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_given: object, **_more: object) -> None:
        raise (Stopped if clash == "stopped" else BadInput)("It is not to be.")

    monkeypatch.setattr(engine, "paint", failing)
    assert animate(folder, "in.mp4", "out.mp4") == (130 if clash == "stopped" else 1)
    said = {"stopped": "interrupted; nothing was written.", "broken": "Frame 0: It is not to be."}
    assert capsys.readouterr().err == f"impasto: {said[clash]}\n"
    assert sorted(path.name for path in folder.iterdir()) == ["in.mp4", "style.png"]


@pytest.mark.parametrize("clash", ["stopped", "full"])
def test_what_is_painted_is_kept_until_the_clip_is_written(
    folder: Path, clash: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_given: object, **_more: object) -> None:
        raise KeyboardInterrupt if clash == "stopped" else ImpastoError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(Output, "put_together", failing)
        assert animate(folder, "in.mp4", "out.mp4") == (130 if clash == "stopped" else 1)
    assert f"kept in {folder / 'out.mp4.frames'}." in capsys.readouterr().err
    assert animate(folder, "in.mp4", "out.mp4") == 0
    assert capsys.readouterr().out.endswith("0 painted, 4 were there\n")


def test_frames_are_written_into_the_folder_one_is_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "here").mkdir()
    monkeypatch.chdir(folder / "here")
    style = ["--style", "../style.png", "--method", "instant", "--size", "64", "--device", "cpu"]
    assert cli.main(["animate", "../in.mp4", "-o", ".", *style]) == 0
    assert len(list((folder / "here").glob("*.png"))) == 4


def test_what_is_hidden_makes_no_cut(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "frames").mkdir()
    for number, (image, shade) in enumerate(zip(clips.pan(4), (0, 255, 40, 200), strict=True)):
        image.paste((shade, 255 - shade, shade), (0, 0, WIDTH, HEIGHT // 2))
        image.paste((shade, 255 - shade, shade), (0, 0, WIDTH // 2, HEIGHT))
        alpha = Image.new("L", image.size)
        alpha.paste(255, (WIDTH // 2, HEIGHT // 2, WIDTH, HEIGHT))
        image.putalpha(alpha)
        image.save(folder / f"frames/{number}.png")
    assert animate(folder, "frames", "out") == 0
    assert "4 frames in 1 shot," in capsys.readouterr().out


@pytest.mark.parametrize("away", [0, 2])
def test_a_frame_in_which_the_mask_is_black_stays_as_it_is(folder: Path, away: int) -> None:
    (folder / "masks").mkdir()
    for number in range(4):
        mask = Image.new("L", (WIDTH, HEIGHT), 255 * (number != away))
        mask.save(folder / f"masks/{number}.png")
    assert animate(folder, "in.mp4", "out.mkv", "--mask", str(folder / "masks")) == 0
    before, after = (
        [values(frame) for frame in opened(folder / name).frames()]
        for name in ("in.mp4", "out.mkv")
    )
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        assert (np.abs(new - old).mean() < 1) == (number == away)


def test_a_mask_that_is_black_all_along_is_told_of(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("L", (WIDTH, HEIGHT)).save(folder / "black.png")
    assert animate(folder, "in.mp4", "out.mkv", "--mask", str(folder / "black.png")) == 1
    assert "There is nothing to paint" in capsys.readouterr().err


def test_a_damaged_video_is_painted_up_to_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clips.video(folder / "in.mp4", clips.pan(40, 1), sound="")
    with av.open(str(folder / "in.mp4")) as source:
        places = [packet.pos for packet in source.demux() if packet.pos is not None]
    whole = bytearray((folder / "in.mp4").read_bytes())
    whole[places[30] : places[30] + 8] = b"\xff" * 8
    (folder / "in.mp4").write_bytes(whole)
    assert animate(folder, "in.mp4", "out.mkv") == 1
    told = capsys.readouterr().err
    assert "is damaged" in told
    number = told.split()[2]
    assert animate(folder, "in.mp4", "out.mkv", "--to", f"{number}f", "--every", "100") == 0
    assert f"{number} frames" in capsys.readouterr().out


def test_the_pixels_of_a_turned_clip_are_turned_with_it(folder: Path) -> None:
    clips.video(folder / "lying.mp4", clips.pan(2), aspect=Fraction(4, 3))
    clips.turned(folder / "lying.mp4", folder / "turned.mp4")
    assert animate(folder, "turned.mp4", "out.mp4") == 0
    with av.open(str(folder / "out.mp4")) as made:
        assert made.streams.video[0].sample_aspect_ratio == Fraction(3, 4)


def test_a_gif_that_is_shown_once_becomes_a_clip_that_is_shown_once(folder: Path) -> None:
    first, *others = clips.pan(3)
    first.save(folder / "in.gif", save_all=True, append_images=others, duration=80)
    for output, loop in (("out.webp", 1), ("out.apng", 1), ("out.gif", None)):
        assert animate(folder, "in.gif", output) == 0
        assert Image.open(folder / output).info.get("loop") == loop


def test_two_frames_are_not_written_to_one_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "frames").mkdir()
    for name, image in zip(("a.png", "a.xbm"), clips.pan(2), strict=True):
        image.convert("1").save(folder / f"frames/{name}")
    assert animate(folder, "frames", "out") == 1
    assert "Several frames would be written to a.png" in capsys.readouterr().err
    assert animate(folder, "frames", "out/%d.png") == 0
