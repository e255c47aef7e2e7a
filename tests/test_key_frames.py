"""``impasto animate --keyframes``: a clip is filled from the paint of a few of its frames."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core import cli
from core.animation.painting import Animation
from core.bridge.contract.errors import Stopped
from core.clips import opened
from core.engine import job as engine
from tests import clips, pictures
from tests.clips import HEIGHT, WIDTH

STEP, COUNT = 3, 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pan of six frames, and paint for the first and the last one."""
    frames(tmp_path / "in", clips.pan(COUNT, STEP))
    paint(0).save(tmp_path / "first.png")
    paint(1, hue=140).save(tmp_path / "last.png")
    pictures.strokes().save(tmp_path / "style.png")
    return tmp_path


def frames(folder: Path, images: list[Image.Image]) -> None:
    folder.mkdir()
    for number, image in enumerate(images):
        image.save(folder / f"{number:03}.png")


def paint(seed: int, hue: int = 20) -> Image.Image:
    return pictures.strokes(seed, side=WIDTH, hue=hue).crop((0, 0, WIDTH, HEIGHT))


def animate(folder: Path, *more: str, clip: str = "in", output: str = "out") -> int:
    given = ["animate", str(folder / clip), "-o", str(folder / output), "--device", "cpu"]
    return cli.main([*given, "--method", "instant", "--size", "64", *more])


def filled(folder: Path, *keys: str, **where: str) -> int:
    return animate(folder, "--keyframes", *(key.format(folder) for key in keys), **where)


def values(path: Path) -> NDArray[np.float64]:
    return np.asarray(Image.open(path).convert("RGB")).astype(float)


def shown(folder: Path, number: int) -> NDArray[np.float64]:
    return values(folder / f"{number:03}.png")


def away(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.abs(one - other).mean())


def test_a_key_frame_comes_back_as_it_was_given(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert filled(folder, "0={0}/first.png", "5={0}/last.png") == 0
    assert capsys.readouterr().out.endswith("out: 6 frames in 1 shot, 6 painted\n")
    assert np.array_equal(shown(folder / "out", 0), values(folder / "first.png"))
    assert np.array_equal(shown(folder / "out", 5), values(folder / "last.png"))


def test_paint_goes_where_its_things_go(folder: Path) -> None:
    """Frame n shows at x what the first one shows at x + 3n."""
    assert filled(folder, "0={0}/first.png") == 0
    first = values(folder / "first.png")
    for number in (1, 3, 5):
        moved = number * STEP
        found = shown(folder / "out", number)[4:-4, 4 : -moved - 4]
        there = first[4:-4, moved + 4 : -4]
        where_it_was = first[4:-4, 4 : -moved - 4]
        assert away(found, there) < 0.35 * away(found, where_it_was)
    steps = []
    for number in range(1, COUNT):
        before, now = shown(folder / "out", number - 1), shown(folder / "out", number)
        steps.append(away(now[4:-4, 4 : -STEP - 22], before[4:-4, STEP + 4 : -22]))
    assert np.mean(steps) < 0.15 * first.std(), "strokes hold still on what they lie on"


def test_what_comes_into_sight_is_of_the_key_frame_s_paint(folder: Path) -> None:
    assert filled(folder, "0={0}/first.png") == 0
    new = shown(folder / "out", 5)[:, -5 * STEP :]
    assert new.std() > 0.5 * values(folder / "first.png").std(), "there are strokes"
    red, _, blue = new.mean((0, 1))
    assert red > blue, "and they are in its colours"


def test_between_two_key_frames_one_goes_over_into_the_other(folder: Path) -> None:
    """What both show has more of the nearer one, and not less contrast than they have."""
    assert filled(folder, "0={0}/first.png", "5={0}/last.png") == 0
    middle = np.s_[8:-8, 24:-24]
    tones = [shown(folder / "out", number)[middle].mean((0, 1)) for number in range(COUNT)]
    goes = np.array(tones) @ (tones[5] - tones[0])
    assert (np.diff(goes) > 0).all()
    contrast = [shown(folder / "out", number)[middle].std((0, 1)).mean() for number in range(COUNT)]
    assert min(contrast) > 0.75 * min(contrast[0], contrast[5])


@pytest.mark.parametrize("name", ["000.png", "painted 0.png", "frame-0000.png"])
def test_a_folder_s_pictures_are_of_the_frames_they_are_named_after(
    folder: Path, name: str
) -> None:
    (folder / "keys").mkdir()
    shutil.copy(folder / "first.png", folder / "keys" / name)
    shutil.copy(folder / "last.png", folder / "keys/005.png")
    assert filled(folder, "{0}/keys") == 0
    assert np.array_equal(shown(folder / "out", 0), values(folder / "first.png"))
    assert np.array_equal(shown(folder / "out", 5), values(folder / "last.png"))


def test_a_key_frame_may_be_named_by_its_time(folder: Path) -> None:
    clips.video(folder / "in.mp4", clips.pan(COUNT, STEP))
    assert filled(folder, "0:00.25={0}/first.png", clip="in.mp4", output="out/%03d.png") == 0
    assert np.array_equal(shown(folder / "out", 3), values(folder / "first.png"))


def test_what_was_interrupted_goes_on_and_is_the_same(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = "0={0}/first.png", "5={0}/last.png"
    keep, kept = Animation.keep, list[object]()

    def stopped(*given: object) -> None:
        if len(kept) == 3:
            raise Stopped("The job was cancelled.")
        kept.append(given)
        keep(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Animation, "keep", stopped)
        assert filled(folder, *keys, output="out.apng") == 130
    assert "3 of 6 frames are painted" in capsys.readouterr().err
    assert filled(folder, *keys, output="out.apng") == 0
    assert capsys.readouterr().out.endswith("3 painted, 3 were there\n")
    assert filled(folder, *keys, output="whole.apng") == 0
    for one, other in zip(
        opened(folder / "out.apng").frames(), opened(folder / "whole.apng").frames(), strict=True
    ):
        assert np.array_equal(clips.values(one), clips.values(other))


def test_another_key_frame_paints_only_what_it_is_near(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = "0={0}/first.png", "3={0}/last.png", "5={0}/first.png"
    assert filled(folder, *keys) == 0
    paint(7).save(folder / "first again.png")
    capsys.readouterr()
    assert filled(folder, *keys[:2], "5={0}/first again.png") == 0
    assert capsys.readouterr().out.endswith("2 painted, 4 were there\n")


def test_what_is_outside_of_the_mask_is_untouched(folder: Path) -> None:
    mask = Image.new("L", (WIDTH, HEIGHT))
    mask.paste(255, (0, 0, WIDTH // 2, HEIGHT))
    mask.save(folder / "mask.png")
    assert animate(
        folder, "--mask", str(folder / "mask.png"), "--keyframes", f"0={folder / 'first.png'}"
    ) == 0  # fmt: skip
    for number in range(COUNT):
        found, frame = (shown(folder / name, number) for name in ("out", "in"))
        assert np.array_equal(found[:, WIDTH // 2 :], frame[:, WIDTH // 2 :])
        assert away(found[:, : WIDTH // 2], frame[:, : WIDTH // 2]) > 20


def test_where_a_key_frame_is_transparent_its_frame_is_seen(folder: Path) -> None:
    image = Image.open(folder / "first.png").convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, WIDTH, HEIGHT // 2))
    image.save(folder / "half.png")
    assert filled(folder, "0={0}/half.png") == 0
    for number in (0, 2):
        found, frame = (shown(folder / name, number) for name in ("out", "in"))
        assert np.array_equal(found[: HEIGHT // 2 - 12], frame[: HEIGHT // 2 - 12])
        assert away(found[HEIGHT // 2 + 12 :], frame[HEIGHT // 2 + 12 :]) > 20


def counted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every call of the engine."""
    run, calls = engine.paint, list[object]()

    def called(*given: object, **more: object) -> object:
        calls.append(given)
        return run(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "paint", called)
    return calls


def test_impasto_paints_key_frames_itself(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first of each shot, and one where a pan has left too little of it."""
    frames(folder / "far", [*clips.pan(6, 12), *clips.pan(3, picture="coffee")])
    calls = counted(monkeypatch)
    styled = "--style", str(folder / "style.png"), "--keyframes"
    assert animate(folder, *styled, clip="far") == 0
    assert capsys.readouterr().out.endswith("9 frames in 2 shots, 9 painted\n")
    assert len(calls) == 3
    steps = []
    for number in range(1, 6):
        before, now = shown(folder / "out", number - 1), shown(folder / "out", number)
        steps.append(away(now[4:-4, 4:-40], before[4:-4, 16:-28]))
    assert np.mean(steps) < 0.5 * shown(folder / "out", 0).std(), "both key frames agree"
    assert animate(folder, *styled, clip="far") == 0
    assert capsys.readouterr().out.endswith("0 painted, 9 were there\n")
    assert len(calls) == 3


def test_what_the_mask_lets_in_later_is_painted(folder: Path) -> None:
    (folder / "masks").mkdir()
    for number in range(COUNT):
        mask = Image.new("L", (WIDTH, HEIGHT))
        mask.paste(255 if number > 1 else 0, (20, 20, 60, 60))
        mask.save(folder / f"masks/{number}.png")
    styled = "--style", str(folder / "style.png"), "--mask", str(folder / "masks")
    assert animate(folder, *styled, "--keyframes") == 0
    for number in range(COUNT):
        found, frame = (shown(folder / name, number) for name in ("out", "in"))
        assert (away(found[24:56, 24:56], frame[24:56, 24:56]) > 10) == (number > 1)
        assert np.array_equal(found[:20], frame[:20])


def test_a_shot_without_a_key_frame_has_one_painted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames(folder / "cut", [*clips.pan(3), *clips.pan(3, picture="coffee")])
    calls = counted(monkeypatch)
    key = "--keyframes", f"0={folder / 'first.png'}"
    assert animate(folder, "--style", str(folder / "style.png"), *key, clip="cut") == 0
    assert len(calls) == 1
    assert np.array_equal(shown(folder / "out", 0), values(folder / "first.png"))


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (["0={0}/none.png"], "There is no file {0}/none.png"),
        (["0={0}/small.png"], "The key frame {0}/small.png is 48x40 px, frame 0 of the clip 96x80"),
        (["9={0}/first.png"], "would be the key frame 9, which is not among the frames"),
        (["0={0}/first.png", "0f={0}/last.png"], "are both the key frame 0"),
        (["{0}/first.png"], "The name of {0}/first.png does not say which frame it is"),
        (["{0}/empty"], "There are no pictures in {0}/empty"),
        (["{0}/elsewhere"], "There is no key frame of that part of in"),
        (["1:2:3:4={0}/first.png"], "'1:2:3:4' is no time"),
        ([], "The shot from frame 0 to 5 has no key frame"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_painted(
    folder: Path, keys: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty").mkdir()
    (folder / "elsewhere").mkdir()
    Image.new("RGB", (48, 40)).save(folder / "small.png")
    shutil.copy(folder / "first.png", folder / "elsewhere/112.png")
    assert filled(folder, *keys) == 1
    error = capsys.readouterr().err
    assert told.format(folder) in error
    assert error.count("\n") == 1
    assert not (folder / "out").exists()


def test_a_shot_without_a_key_frame_or_a_style_is_told_of(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frames(folder / "cut", [*clips.pan(3), *clips.pan(3, picture="coffee")])
    assert filled(folder, "0={0}/first.png", clip="cut") == 1
    assert "The shot from frame 3 to 5 has no key frame" in capsys.readouterr().err


def test_a_key_frame_is_not_written_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "out").mkdir()
    shutil.copy(folder / "first.png", folder / "out/000.png")
    assert filled(folder, "{0}/out") == 1
    assert "would be written over" in capsys.readouterr().err
