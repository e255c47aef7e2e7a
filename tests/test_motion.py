"""Motion between frames: the flow, what is seen in both, cuts, and paint that moves along.

The clips are made of photographs that are moved in a known way, so that the true motion is known.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from core.bench.moving import CAMERAS, KINDS, Moving, moving
from core.bench.tied import painted
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine import carrying
from core.engine.methods.work import Work
from core.engine.networks import Networks
from core.features.regions import Held, StyledMask
from core.motion.flow import Motion, between
from core.motion.shots import Cuts
from core.motion.steady import Painted, Past, Steady
from core.pixels.imaging import Picture
from tests import pictures

WIDTH, HEIGHT = 160, 120


def clip(kind: str, count: int, noise: float = 0.02) -> Moving:
    return moving(kind, Extent(WIDTH, HEIGHT), range(count), noise)


@pytest.mark.parametrize("kind", CAMERAS)
def test_the_flow_is_the_true_motion(kind: str) -> None:
    made = clip(kind, 2)
    before, now = made.frames
    y, x = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
    true, seen = made.places[1], made.seen[1]
    motion = between(now, before)
    missed = (motion.away + torch.stack([x, y])[None] - true).norm(dim=1, keepdim=True)
    assert float(missed[seen].median()) < 0.25
    assert float(motion.visible[seen].mean()) > 0.8
    beyond = (true[:, :1] > WIDTH) | (true[:, 1:] > HEIGHT)
    assert float(motion.visible[beyond].mean() if kind == "pan" else 0) < 0.2


def test_a_clip_s_own_error_is_its_noise_s() -> None:
    """Both frames have it, and what is between two pixels of the one before has less."""
    for kind in KINDS:
        without, noisy = clip(kind, 3, noise=0), clip(kind, 3, noise=0.02)
        assert without.warping_error(without.frames) < 0.0002
        own = noisy.warping_error(noisy.frames) - without.warping_error(without.frames)
        assert 1.3 * 0.02**2 < own < 2 * 0.02**2


def test_what_a_thing_uncovers_was_not_seen() -> None:
    made = clip("thing", 2)
    seen = made.seen[1]
    assert 0.75 < float(seen[..., 4:-4, 4:-4].float().mean()) < 0.97
    moved = (made.places[1] - clip("thing", 1).places[0])[0, 0]
    own = moved < -4  # the thing's
    assert 400 < int(own.sum()) < 3000
    left = torch.roll(own, -4, dims=1) & ~own & (torch.arange(WIDTH) < WIDTH // 2)
    assert bool(left.any()) and not bool(seen[0, 0][left].any())


def test_what_a_moving_thing_uncovers_is_not_seen_before() -> None:
    still = clip("pan", 1, noise=0).frames[0]
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
    shots, (first, *others) = Cuts(), clip("pan", 6).frames
    assert shots.begins(first)
    assert not any(shots.begins(each) for each in others)
    assert not shots.begins((others[-1] * 1.4).clamp(0, 1)), "a flash"
    assert not shots.begins(others[-1])
    assert not shots.begins(others[-1].roll(50, dims=-1)), "a quick pan"
    other = np.asarray(Image.fromarray(data.astronaut()).resize((WIDTH, HEIGHT)))
    cut = torch.from_numpy(other.astype(np.float32) / 255).permute(2, 0, 1)[None]
    assert shots.begins(cut)


def test_a_shot_begins_where_only_the_colours_are_about_those_of_the_one_before() -> None:
    """A film has one light: the other side of the street, after a cut, has most of its greys."""
    shots, street = Cuts(), clip("pan", 1).frames[0]
    across = street.flip(-1, -2)
    across[..., : WIDTH // 5] = 1 - across[..., : WIDTH // 5]
    assert shots.begins(street)
    assert shots.begins(across)


def test_a_region_s_painting_moves_with_its_things() -> None:
    """Its box on the canvas and its size may change from frame to frame."""
    canvas = Extent(WIDTH, HEIGHT)
    painting = clip("pan", 1, noise=0).frames[0]
    away = torch.zeros(1, 2, HEIGHT, WIDTH)
    away[:, 0] = 10
    motion = Motion(away, torch.ones(1, 1, HEIGHT, WIDTH))
    whole = Box(0, 0, WIDTH, HEIGHT)
    steady = Steady([Past(motion, {"style": Painted(whole, painting)})], {})
    found = steady.work("style", canvas, Box(20, 10, 80, 60), Extent(80, 60))
    assert found is not None
    away_from_it = (found.picture - painting[..., 10:70, 30:110]).abs()
    assert float(away_from_it.mean()) < 0.01
    assert float(found.visible.min()) == 1
    edge = steady.work("style", canvas, Box(100, 0, 60, 60), Extent(30, 30))
    assert edge is not None
    assert float(edge.visible[..., :24].min()) == 1 and float(edge.visible[..., 26:].max()) == 0
    assert steady.work("other", canvas, whole, canvas) is None


def test_a_painting_that_is_much_larger_than_wanted_has_no_moire() -> None:
    """As one has that was read from the file of a frame, which is larger than what is worked at."""
    stripes = torch.zeros(1, 3, HEIGHT, WIDTH)
    stripes[..., ::4] = stripes[..., 1::4] = 1
    whole, size = Box(0, 0, WIDTH, HEIGHT), Extent(WIDTH // 3 - 1, HEIGHT // 3 - 1)
    motion = Motion(torch.zeros(1, 2, HEIGHT, WIDTH), torch.ones(1, 1, HEIGHT, WIDTH))
    found = Steady([Past(motion, {"style": Painted(whole, stripes)})], {}).work(
        "style", whole.extent, whole, size
    )
    assert found is not None
    assert float((found.picture[..., 3:-3] - 0.5).abs().max()) < 0.2


def errors(made: Moving, settings: Settings, networks: Networks) -> tuple[float, float]:
    """Of frames that are tied, and of frames painted one by one."""
    tied, alone = painted(made.frames, settings, networks)
    error, single = (
        made.warping_error([each.picture for each in frames]) for frames in (tied, alone)
    )
    return error, single


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
    tied, alone = errors(clip(kind, 4), settings, networks)
    assert tied <= alone / 4


@pytest.mark.parametrize("size", [WIDTH, 64])
def test_painterly_s_strokes_move_with_what_they_lie_on(
    size: int, networks: Networks, tmp_path: Path
) -> None:
    """At the frame's own size, and at a smaller one that finer scales follow."""
    pictures.strokes(side=128).save(tmp_path / "style.png")
    settings = Settings(style=str(tmp_path / "style.png"), size=size, steps=24, coarsest=64)
    tied, alone = errors(clip("pan", 3), settings, networks)
    assert tied <= alone / 4


def test_what_is_new_has_the_tones_of_the_painting_around_it() -> None:
    """Else a camera that pans would draw a band behind it, in the colours of another method."""
    content, weight = torch.full((1, 3, 60, 80), 0.3), torch.ones(1, 1, 60, 80)
    weight[..., 70:] = 0
    across = torch.zeros(1, 3, 60, 80)
    across[..., ::4, :] = 0.1
    picture = 0.5 + across - across.mean()
    styled = StyledMask(torch.ones_like(weight), (), held=Held(picture, weight))
    work = Work(Picture(content, torch.ones_like(weight)), styled, Extent(80, 60), 1.0)
    down = torch.zeros(1, 3, 60, 80)
    down[..., ::4] = 0.8  # strokes of the instant method, which are much stronger
    begun = carrying.started(work, lambda: 0.1 + down)
    torch.testing.assert_close(begun[..., :70], picture[..., :70])
    new = begun[..., 72:]
    assert abs(float(new.mean()) - 0.5) < 0.03
    torch.testing.assert_close(new.std(), picture.std(), rtol=0.3, atol=0)
    assert float(new.mean(-2).std()) > 0.02, "they are the instant method's"


def test_what_a_thing_uncovers_takes_over_nothing_of_the_thing_s_own_tones() -> None:
    """A wall behind a dark coat, both painted in other tones than the instant method's: what the
    coat leaves behind has the tones of the wall."""
    coat, wall = torch.tensor([0.1, 0.1, 0.7]), torch.tensor([0.9, 0.8, 0.2])
    dark = torch.zeros(1, 1, 60, 120)
    dark[..., 50:70] = 1
    content = 0.8 - 0.7 * dark.expand(-1, 3, -1, -1)
    both = torch.lerp(wall.view(1, 3, 1, 1), coat.view(1, 3, 1, 1), dark)
    weight = torch.ones_like(dark)
    weight[..., 42:50] = 0  # the coat was there
    styled = StyledMask(torch.ones_like(dark), (), held=Held(both, weight))
    work = Work(Picture(content, torch.ones_like(dark)), styled, Extent(120, 60), 1.0)
    begun = carrying.started(work, lambda: content)
    new = begun[..., 43:49].mean(dim=(0, 2, 3))
    torch.testing.assert_close(new, wall, atol=0.06, rtol=0)
