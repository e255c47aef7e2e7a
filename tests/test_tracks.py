"""A key frame's places, followed through clips whose true motion is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.bench.moving import CAMERAS, Moving, moving
from core.bridge.contract.geometry import Extent
from core.motion.keyed import Paint, blended, moved
from core.motion.patches import Guide, found
from core.motion.tracks import Track, Way
from tests import pictures
from tests.test_motion import HEIGHT, WIDTH, clip

COUNT = 8


def frames(made: Moving) -> list[NDArray[np.float32]]:
    return [each[0].permute(1, 2, 0).contiguous().numpy() for each in made.frames]


def paint(seed: int = 0) -> NDArray[np.float32]:
    whole = pictures.strokes(seed, side=WIDTH).crop((0, 0, WIDTH, HEIGHT))
    return np.asarray(np.asarray(whole) / 255, np.float32)


def guide(
    content: NDArray[np.float32],
    paint: NDArray[np.float32] | None = None,
    labels: NDArray[np.float32] | None = None,
) -> Guide:
    none = np.zeros((*content.shape[:2], 0), np.float32)
    return Guide(
        content, content[:0] if paint is None else paint, none if labels is None else labels
    )


def followed(seen: list[NDArray[np.float32]]) -> list[Way]:
    track = Track(guide(seen[0], paint()))
    return [track.way, *(track.to(guide(each)) for each in seen[1:])]


def inside(places: NDArray[np.float64], margin: int) -> NDArray[np.bool_]:
    end = np.array([WIDTH - margin, HEIGHT - margin])
    return np.asarray(((places >= margin) & (places < end)).all(-1))


@pytest.mark.parametrize("kind", CAMERAS)
def test_a_place_is_where_the_true_motion_says(kind: str) -> None:
    """Also after many frames: what adds up is mended."""
    way = followed(frames(clip(kind, COUNT)))[-1]
    ends = moving(kind, Extent(WIDTH, HEIGHT), (0, COUNT - 1))
    true = ends.places[1][0].permute(1, 2, 0).double().numpy()
    missed = np.linalg.norm(way.places - true, axis=-1)
    seen = inside(true, 6)
    assert np.median(missed[seen]) < 0.5
    assert way.sure[seen].mean() > 0.85
    if kind == "pan":
        assert way.sure[~inside(true, 0)].mean() < 0.1


@pytest.mark.parametrize("kind", CAMERAS)
def test_paint_moves_with_the_scene(kind: str) -> None:
    """The warping error of paint is at most that which strokes have that hold still on the clip."""
    color = torch.from_numpy(paint()).permute(2, 0, 1)[None]
    key = Paint(color, torch.ones(1, 1, HEIGHT, WIDTH))
    made = clip(kind, COUNT)
    painted = [moved(key, way).color for way in followed(frames(made))]
    glued = [color] * COUNT
    assert made.warping_error(painted) < 0.16 * made.warping_error(glued)


def test_what_a_moving_thing_uncovers_has_paint_of_its_surroundings() -> None:
    """And none of the thing's: nothing is drawn out behind it."""
    wall = np.asarray(cv2.GaussianBlur(frames(clip("pan", 1))[0], (0, 0), 1), np.float32)
    thing = np.asarray(pictures.strokes(3, hue=90, side=40)).astype(np.float32) / 255
    seen = []
    for number in range(5):
        here = wall.copy()
        here[40:80, 30 + 8 * number : 70 + 8 * number] = thing
        seen.append(here)
    on = np.full_like(wall, 0.2)
    on[40:80, 30:70] = (1, 0, 0)
    track = Track(guide(seen[0], on))
    for each in seen[1:]:
        way = track.to(guide(each))
    laid = cv2.remap(on, way.places[..., 0], way.places[..., 1], cv2.INTER_LINEAR)
    red = laid[..., 0] > 0.6
    assert red[44:76, 66:98].mean() > 0.95, "the thing has its paint"
    assert red[44:76, 31:58].mean() < 0.1, "what was behind it has not"
    assert way.sure[44:76, 34:58].mean() < 0.4


def test_a_place_is_found_under_the_same_label() -> None:
    """Where the same colours lie under two, the label tells."""
    content = np.full((64, 64, 3), 0.5, np.float32)
    labels = np.zeros((64, 64, 1), np.float32)
    labels[:, 32:] = 1
    missing = np.zeros((64, 64), bool)
    missing[20:44, 4:60] = True
    rows, columns = np.mgrid[:64, :64].astype(np.float32)
    mirrored = np.stack([63 - columns, rows], -1)
    here, key = guide(content, None, labels), guide(content, content, labels)
    places = found(here, key, mirrored, mirrored, missing)
    there = places[..., 0] >= 32
    assert (there[20:44, 4:28] == 0).mean() > 0.98
    assert (there[20:44, 36:60] == 1).mean() > 0.98
    assert np.array_equal(places[~missing], mirrored[~missing]), "all others stay"


def test_what_enters_at_a_border_is_not_the_border_drawn_out() -> None:
    """A camera pans over a clear sky, where any place looks like any other."""
    sky, laid = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32), paint()
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    would = np.stack([columns + 16, rows], -1)
    missing = would[..., 0] > WIDTH - 1
    places = found(guide(sky), guide(sky, laid), would, would, missing)
    new = places[missing].reshape(HEIGHT, 16, 2)
    assert new.min() >= 0 and (new.max((0, 1)) < (WIDTH, HEIGHT)).all()
    drawn_out = (np.abs(np.diff(new, axis=1)).sum(-1) < 0.5).mean()
    assert drawn_out < 0.1
    coherent = (np.abs(np.diff(new, axis=1)).sum(-1) < 1.5).mean()
    assert coherent > 0.4, "strokes, and not a pixel from here and one from there"


def test_paint_of_a_large_frame_is_moved_at_its_own_size() -> None:
    y, x = np.mgrid[:60, :80].astype(np.float32)
    way = Way(np.stack([x + 5, y], -1), np.ones((60, 80), np.float32))
    color = torch.rand(1, 3, 240, 320, generator=torch.Generator().manual_seed(0))
    key = Paint(color, torch.ones(1, 1, 240, 320))
    found = moved(key, way)
    torch.testing.assert_close(found.color[..., :-20], color[..., 20:], atol=1e-4, rtol=0)
    assert Extent(*found.coverage.shape[:1:-1]) == Extent(320, 240)


def test_of_two_key_frames_the_one_counts_that_shows_it() -> None:
    y, x = np.mgrid[:40, :60].astype(np.float32)
    places = np.stack([x, y], -1)
    first, second = (
        Paint(torch.full((1, 3, 40, 60), c), torch.ones(1, 1, 40, 60)) for c in (0.0, 1.0)
    )
    seen, hidden = np.ones((40, 60), np.float32), np.ones((40, 60), np.float32)
    hidden[:, :30] = 0
    ways = Way(places, hidden), Way(places, seen)
    color = blended(first, second, ways, 0.25).color
    assert float(color[..., :26].min()) > 0.9, "the second one alone"
    assert abs(float(color[..., 36:].mean()) - 0.25) < 0.02, "the nearer one more"
