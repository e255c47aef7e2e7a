"""What the frame before hides is taken over from frames farther back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from core import cli
from core.animation import references
from core.bench.tied import painted
from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine.networks import Networks
from core.motion.flow import NEW, Motion, between
from core.motion.steady import Carried
from core.pixels import files
from tests import clips, pictures

WIDTH, HEIGHT = clips.WIDTH, clips.HEIGHT
TOP, SIDE = 20, 40
LEFTS = [0, 20, *[40] * 10, 60]
"""Where the thing is in each frame: it hides what it leaves in the last one for eleven frames."""
HIDDEN = (..., slice(TOP + 5, TOP + SIDE - 5), slice(42, 54))
"""Of that what is not beside it, where nobody can tell how far the wall goes."""


def crossing() -> list[Image.Image]:
    """A thing crosses a wall, and rests in the middle."""
    wall, thing = clips.pan(1)[0], pictures.strokes(3, hue=90, side=SIDE)
    frames = []
    for left in LEFTS:
        frames.append(wall.copy())
        frames[-1].paste(thing, (left, TOP))
    return frames


def values(image: Image.Image) -> Tensor:
    return torch.from_numpy(np.asarray(image).astype(np.float32) / 255).permute(2, 0, 1)[None]


def without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "of", lambda _place: range(0))


def test_few_frames_are_references_and_reach_back_far_enough() -> None:
    for place in range(60):
        found = list(references.of(place))
        assert found == sorted(set(found), reverse=True) and len(found) <= 4
        assert all(0 <= each < place - 1 for each in found)
        after = set(references.of(place + 1))
        assert after <= {*found, place - 1}, "only what the last frame needed is kept"
        assert place < 14 or found[-1] <= place - 14


def test_the_nearest_that_shows_a_place_counts() -> None:
    def carried(value: float, visible: list[float]) -> Carried:
        return Carried(torch.full((1, 3, 1, 4), value), torch.tensor([[[visible]]]))

    before = carried(0.1, [1.0, NEW, 0.0, 0.0])
    found = before.filled(carried(0.5, [1.0, 1.0, 1.0, 0.3])).filled(carried(0.9, [1.0] * 4))
    torch.testing.assert_close(found.picture[0, 0, 0], torch.tensor([0.1, 0.1, 0.5, 0.9]))
    torch.testing.assert_close(found.visible[0, 0, 0], torch.tensor([1.0, NEW, 1.0, 1.0]))
    assert torch.equal(found.picture[..., :2], before.picture[..., :2]), "to the last bit"


def test_nothing_is_searched_where_the_frame_before_shows_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = values(clips.pan(1)[0])
    motion = between(frame, frame)
    hidden = Motion(motion.away, motion.visible.clone())
    hidden.visible[..., :20] = 0
    assert [place for place, _ in references.seen(frame, hidden, {4: frame, 0: frame})] == [4]
    monkeypatch.setattr(references, "between", None)
    assert not list(references.seen(frame, motion, {4: frame}))


def test_what_a_thing_hid_comes_back_as_it_was(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures.strokes(side=96).save(tmp_path / "style.png")
    settings = Settings(style=str(tmp_path / "style.png"), size=WIDTH, steps=24, coarsest=64)
    networks = Networks(installation.weights, "cpu")
    frames = [values(image) for image in crossing()]

    def error() -> float:
        tied, _ = painted(frames, settings, networks, alone=False)
        return float((tied[-1].picture - tied[0].picture)[HIDDEN].square().mean())

    found = error()
    without(monkeypatch)
    assert found < error() / 8


@pytest.mark.parametrize(("method", "most"), [("instant", 2), ("painterly", 6)])
def test_interrupted_at_every_frame_it_is_the_same_to_the_last_bit(
    method: str, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each frame is lost once between its state and its file, and painted by the next run."""
    (tmp_path / "frames").mkdir()
    for number, image in enumerate(crossing()):
        image.save(tmp_path / f"frames/{number}.png")
    pictures.strokes(side=96).save(tmp_path / "style.png")
    run = ["animate", str(tmp_path / "frames"), "--style", str(tmp_path / "style.png")]
    run += ["--method", method, "--steps", "2", "--size", str(WIDTH), "--device", "cpu"]

    def inside(name: str) -> list[bytes]:
        return [(tmp_path / f"{name}/{number}.png").read_bytes() for number in range(len(LEFTS))]

    def kept(name: str) -> int:
        return len(list((tmp_path / name / ".impasto").glob("*.safetensors")))

    assert cli.main([*run, "-o", str(tmp_path / "whole")]) == 0
    assert kept("whole") <= most
    write, lost = files.write, set[Path]()

    def once_full(file: files.File, path: Path) -> None:
        if path not in lost:
            lost.add(path)
            raise ImpastoError("{path} can't be written: the disk is full.", path=path)
        write(file, path)

    with monkeypatch.context() as patched:
        patched.setattr(files, "write", once_full)
        for number in range(len(LEFTS)):
            assert cli.main([*run, "-o", str(tmp_path / "parts")]) == 1, number
            assert kept("parts") <= most
        assert cli.main([*run, "-o", str(tmp_path / "parts")]) == 0
    assert inside("whole") == inside("parts")
    without(monkeypatch)
    assert cli.main([*run, "-o", str(tmp_path / "near")]) == 0
    looked = inside("near") != inside("whole")
    assert looked == (method == "painterly"), "one pass is quicker than a look farther back"
