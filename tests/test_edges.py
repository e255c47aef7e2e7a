"""Growing and feathering reach as many pixels as they should, and change nothing farther away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.masks.edges import applied, feathered, grown
from core.pixels.imaging import array


def square(side: int = 201, half: int = 40) -> np.ndarray:
    mask = np.zeros((side, side), np.float32)
    middle = side // 2
    mask[middle - half : middle + half + 1, middle - half : middle + half + 1] = 1
    return mask


@pytest.mark.parametrize("pixels", [1, 8, 23, -1, -20])
def test_edges_move_by_so_many_pixels(pixels: int) -> None:
    moved = grown(square(), pixels)[100]
    assert np.flatnonzero(moved)[[0, -1]].tolist() == [60 - pixels, 140 + pixels]


def test_corners_grow_round() -> None:
    moved = grown(square(), 40)
    area = 81**2 + 4 * 81 * 40 + np.pi * 40**2
    assert moved.sum() == pytest.approx(area, rel=0.02)


def test_what_fills_the_picture_does_not_shrink_from_its_border() -> None:
    assert grown(np.ones((20, 30), np.float32), -5).min() == 1


def test_a_feathered_edge_rises_over_its_width_and_stays_where_it_is() -> None:
    row = feathered(square(), 20)[100]
    assert row[60] == pytest.approx(0.5, abs=0.06)
    assert row[50] < 0.03 and row[70] > 0.97
    assert row[40] < 1e-4 and row[80] > 1 - 1e-4


def request(mask: np.ndarray, **settings: Any) -> Request:
    extent = Extent(mask.shape[1], mask.shape[0])
    content = Pixels(extent, PixelFormat("G", "u8"), bytes(extent.area))
    selection = Pixels(extent, PixelFormat("G", "u8"), (mask * 255).astype(np.uint8).tobytes())
    return Request(content, replace(Settings(style="a.png"), **settings), selection)


def test_a_selection_changes_within_its_reach_only() -> None:
    asked = request(square(), grow=10, feather=8)
    made = applied(asked).selection
    assert made is not None
    values = array(made)[..., 0] / 65535
    reach = asked.settings.reach
    outside = np.ones_like(values, bool)
    outside[60 - reach : 141 + reach, 60 - reach : 141 + reach] = False
    assert values[outside].max() < 1e-3
    assert values[100, 50] == pytest.approx(0.5, abs=0.1), "the edge, grown by 10"


def test_a_smaller_preview_grows_by_less() -> None:
    asked = request(square(), grow=20)
    small = replace(asked, preview=Extent(402, 402))
    whole, half = (applied(one).selection for one in (asked, small))
    assert whole is not None and half is not None
    assert [np.flatnonzero(array(one)[100])[0] for one in (whole, half)] == [40, 50]


def test_nothing_asked_is_nothing_done() -> None:
    asked = request(square())
    assert applied(asked) is asked


def test_an_empty_selection_stays_empty() -> None:
    asked = request(np.zeros((20, 20), np.float32), grow=5)
    assert applied(asked) is asked
