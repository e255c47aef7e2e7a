"""Motion between frames: the flow, what is seen in both, cuts, and paint that moves along.

The clips are made of photographs that are moved in a known way, so that the true motion is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from skimage import data
from torch import Tensor

from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine import carrying
from core.engine import job as engine
from core.engine.methods.work import Work
from core.engine.networks import Networks
from core.features.regions import Held, StyledMask
from core.motion.flow import Motion, between, sampled
from core.motion.shots import Cuts
from core.motion.steady import Painted, Steady
from core.pixels.imaging import Picture, to_picture
from tests import pictures

WIDTH, HEIGHT = 160, 120

KINDS = ("pan", "zoom", "turn")


def camera(kind: str, frame: int) -> NDArray[np.float32]:
    """Where a frame's pixels are in the first one: a 2x3 matrix."""
    x, y = WIDTH / 2, HEIGHT / 2
    if kind == "pan":
        return np.array([[1, 0, 3.3 * frame], [0, 1, 1.2 * frame]], np.float32)
    if kind == "zoom":
        size = 0.985**frame
        return np.array([[size, 0, x - size * x], [0, size, y - size * y]], np.float32)
    cos, sin = np.cos(np.deg2rad(frame)), np.sin(np.deg2rad(frame))
    return np.array(
        [[cos, -sin, x - cos * x + sin * y], [sin, cos, y - sin * x - cos * y]], np.float32
    )


def clip(kind: str, count: int, noise: float = 0.02) -> list[Tensor]:
    """Frames of a photograph under a camera that moves, each with noise of its own."""
    whole = np.asarray(Image.fromarray(data.coffee()).resize((2 * WIDTH, 2 * HEIGHT)))
    generator, found = np.random.default_rng(0), []
    for frame in range(count):
        matrix = 1.6 * camera(kind, frame) + np.array([[0, 0, 24], [0, 0, 16]])
        seen = cv2.warpAffine(
            whole.astype(np.float32) / 255, matrix, (WIDTH, HEIGHT),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT,
        )  # fmt: skip
        seen = seen + generator.normal(0, noise, seen.shape)
        values = torch.from_numpy(seen.astype(np.float32)).clamp(0, 1)
        found.append(values.permute(2, 0, 1)[None].contiguous())
    return found


def true_places(kind: str, frame: int) -> Tensor:
    """Where each pixel of a frame is in the one before, shape (1, 2, height, width)."""
    below = np.array([[0, 0, 1]])
    now, before = (np.vstack([camera(kind, at), below]) for at in (frame, frame - 1))
    there = np.linalg.inv(before) @ now
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    places = np.stack([there[row, 0] * x + there[row, 1] * y + there[row, 2] for row in (0, 1)])
    return torch.from_numpy(places.astype(np.float32))[None]


def inside(places: Tensor, margin: int = 3) -> Tensor:
    end = places.new_tensor([WIDTH - margin, HEIGHT - margin]).view(1, 2, 1, 1)
    return ((places >= margin) & (places < end)).all(dim=1, keepdim=True)


def warping_error(kind: str, frames: Sequence[Tensor]) -> float:
    """The mean squared distance from the frame before, brought along by the true motion (Lai et
    al. 2018, "Learning blind video temporal consistency")."""
    found = []
    for number in range(1, len(frames)):
        places = true_places(kind, number)
        away = (sampled(frames[number - 1], places) - frames[number]).square().mean(1, True)
        found.append(float(away[inside(places)].mean()))
    return float(np.mean(found))


@pytest.mark.parametrize("kind", KINDS)
def test_the_flow_is_the_true_motion(kind: str) -> None:
    before, now = clip(kind, 2)
    y, x = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
    true = true_places(kind, 1)
    motion = between(now, before)
    missed = (motion.away + torch.stack([x, y])[None] - true).norm(dim=1, keepdim=True)
    seen = inside(true, 6)
    assert float(missed[seen].median()) < 0.25
    assert float(motion.visible[seen].mean()) > 0.8
    assert float(motion.visible[~inside(true, 0)].mean() if kind == "pan" else 0) < 0.2


def test_what_a_moving_thing_uncovers_is_not_seen_before() -> None:
    still = clip("pan", 1, noise=0)[0]
    thing = pictures.strokes(3, hue=90, side=40)
    values = torch.from_numpy(np.asarray(thing).astype(np.float32) / 255).permute(2, 0, 1)
    before, now = still.clone(), still.clone()
    before[..., 40:80, 30:70] = values
    now[..., 40:80, 42:82] = values
    visible = between(now, before).visible[0, 0]
    assert float(visible[44:76, 31:40].mean()) < 0.35, "it was behind the thing"
    assert float(visible[44:76, 50:76].mean()) > 0.8, "the thing itself moved"
    assert float(visible[:, 100:].mean()) > 0.95, "nothing moved there"


def test_a_shot_begins_at_a_cut_and_not_at_a_flash_or_a_quick_pan() -> None:
    shots, (first, *others) = Cuts(), clip("pan", 6)
    assert shots.begins(first)
    assert not any(shots.begins(each) for each in others)
    assert not shots.begins((others[-1] * 1.4).clamp(0, 1)), "a flash"
    assert not shots.begins(others[-1])
    assert not shots.begins(others[-1].roll(50, dims=-1)), "a quick pan"
    other = np.asarray(Image.fromarray(data.astronaut()).resize((WIDTH, HEIGHT)))
    cut = torch.from_numpy(other.astype(np.float32) / 255).permute(2, 0, 1)[None]
    assert shots.begins(cut)


def test_a_region_s_painting_moves_with_its_things() -> None:
    """Its box on the canvas and its size may change from frame to frame."""
    canvas = Extent(WIDTH, HEIGHT)
    painting = clip("pan", 1, noise=0)[0]
    away = torch.zeros(1, 2, HEIGHT, WIDTH)
    away[:, 0] = 10
    motion = Motion(away, torch.ones(1, 1, HEIGHT, WIDTH))
    whole = Box(0, 0, WIDTH, HEIGHT)
    steady = Steady(motion, {"style": Painted(whole, painting)}, {})
    found = steady.work("style", canvas, Box(20, 10, 80, 60), Extent(80, 60))
    assert found is not None
    away_from_it = (found.picture - painting[..., 10:70, 30:110]).abs()
    assert float(away_from_it.mean()) < 0.01
    assert float(found.visible.min()) == 1
    edge = steady.work("style", canvas, Box(100, 0, 60, 60), Extent(30, 30))
    assert edge is not None
    assert float(edge.visible[..., :24].min()) == 1 and float(edge.visible[..., 26:].max()) == 0
    assert steady.work("other", canvas, whole, canvas) is None


def painted(
    frames: Sequence[Tensor], settings: Settings, networks: Networks, *, tied: bool
) -> list[Tensor]:
    found: list[Tensor] = []
    steady: Steady | None = None
    for number, frame in enumerate(frames):
        values = (frame[0].permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
        content = Pixels(Extent(WIDTH, HEIGHT), PixelFormat("RGB", "u8"), values.tobytes())
        if tied:
            motion = between(frame, frames[number - 1]) if number else None
            steady = Steady(motion, {} if steady is None else steady.after, {})
        made = engine.paint(
            Request(content, settings), networks, lambda _: None, lambda: False, steady=steady
        )
        found.append(to_picture(made.over(content)).color)
    return found


@pytest.fixture(scope="module")
def networks(installation: Installation) -> Networks:
    return Networks(installation.weights, "cpu")


@pytest.mark.parametrize("method", ["instant", "pastiche"])
@pytest.mark.parametrize("kind", KINDS)
def test_paint_of_one_pass_moves_with_what_it_lies_on(
    method: str, kind: str, networks: Networks, tmp_path: Path
) -> None:
    pictures.strokes(side=128).save(tmp_path / "style.png")
    settings = Settings(style=str(tmp_path / "style.png"), method=method, size=WIDTH)
    frames = clip(kind, 4)
    alone = warping_error(kind, painted(frames, settings, networks, tied=False))
    tied = warping_error(kind, painted(frames, settings, networks, tied=True))
    assert tied <= alone / 4


@pytest.mark.parametrize("size", [WIDTH, 64])
def test_painterly_s_strokes_move_with_what_they_lie_on(
    size: int, networks: Networks, tmp_path: Path
) -> None:
    """At the frame's own size, and at a smaller one that finer scales follow."""
    pictures.strokes(side=128).save(tmp_path / "style.png")
    settings = Settings(style=str(tmp_path / "style.png"), size=size, steps=24, coarsest=64)
    frames = clip("pan", 3)
    alone = warping_error("pan", painted(frames, settings, networks, tied=False))
    tied = warping_error("pan", painted(frames, settings, networks, tied=True))
    assert tied <= alone / 4


def test_what_is_new_has_the_tones_of_the_painting_around_it() -> None:
    """Else a camera that pans would draw a band behind it, in the colours of another method."""
    picture, weight = torch.full((1, 3, 60, 80), 0.5), torch.ones(1, 1, 60, 80)
    weight[..., 70:] = 0
    styled = StyledMask(torch.ones_like(weight), (), held=Held(picture, weight))
    content = Picture(picture, torch.ones_like(weight))
    work = Work(content, styled, Extent(80, 60), 1.0)
    strokes = torch.zeros(1, 3, 60, 80)
    strokes[..., ::4, :] = 0.2
    begun = carrying.started(work, lambda: 0.1 + strokes)
    torch.testing.assert_close(begun[..., :70], picture[..., :70])
    new = begun[..., 72:]
    assert abs(float(new.mean()) - 0.5) < 0.03
    assert float(new.std()) > 0.05, "its strokes are there"
