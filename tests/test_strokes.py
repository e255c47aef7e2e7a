"""Smoothing along strokes, against the definition in numpy and float64."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from core.bridge.contract.geometry import Extent
from core.pixels import strokes
from core.pixels.imaging import resize
from core.pixels.strokes import MIN_DEVIATION, RADIUS, TAPS, enlarge_along_strokes


def _random(seed: int, height: int, width: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, height, width, generator=generator, dtype=torch.float64)


def _stripes(side: int, angle: float, period: float) -> torch.Tensor:
    """A wave across the angle (in radians, from across to down), stronger in red."""
    place = (torch.arange(side).double() + 0.5) / side
    across, down = torch.meshgrid(place, place, indexing="xy")
    wave = torch.sin(2 * math.pi / period * (down * math.cos(angle) - across * math.sin(angle)))
    return torch.stack([0.5 + share * wave for share in (0.4, 0.2, 0.1)])[None]


def _directions(painting: np.ndarray) -> np.ndarray:
    """The eigenvector of the smaller eigenvalue at each pixel, shape (height, width, 2)."""
    tensor = np.zeros((*painting.shape[1:], 2, 2))
    for channel in painting:
        around = np.pad(channel, 1, "edge")
        across, down = around[:, 2:] - around[:, :-2], around[2:] - around[:-2]
        across = (3 * across[:-2] + 10 * across[1:-1] + 3 * across[2:]) / 32
        down = (3 * down[:, :-2] + 10 * down[:, 1:-1] + 3 * down[:, 2:]) / 32
        slope = np.stack([across, down], axis=-1)
        tensor += slope[..., :, None] * slope[..., None, :]
    return np.linalg.eigh(_windowed(_windowed(tensor)))[1][..., :, 0]


def _windowed(values: np.ndarray) -> np.ndarray:
    """The mean over the part of each square window that lies inside."""
    rows, columns = values.shape[:2]
    means = np.empty_like(values)
    for y, x in np.ndindex(rows, columns):
        window = values[max(0, y - RADIUS) : y + RADIUS + 1, max(0, x - RADIUS) : x + RADIUS + 1]
        means[y, x] = window.mean(axis=(0, 1))
    return means


def _between(channel: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Bilinear interpolation between four pixels."""
    height, width = channel.shape
    rows, columns = rows.clip(0, height - 1), columns.clip(0, width - 1)
    above, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    below, right = np.minimum(above + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = rows - above, columns - left
    upper = channel[above, left] * (1 - across) + channel[above, right] * across
    lower = channel[below, left] * (1 - across) + channel[below, right] * across
    return upper * (1 - down) + lower * down


def test_it_averages_where_the_colours_change_least() -> None:
    painting, deviation = _random(1, 22, 26), 1.3
    size = Extent(26, 22)
    found = enlarge_along_strokes(painting, size, deviation)[0].numpy()
    values = painting[0].numpy()
    step = _directions(values) * deviation
    rows, columns = np.indices(values.shape[1:])
    weights = np.exp(-0.5 * np.square(TAPS))
    wanted = np.zeros_like(values)
    for tap, weight in zip(TAPS, weights / weights.sum(), strict=True):
        places = rows + tap * step[..., 1], columns + tap * step[..., 0]
        for channel, into in zip(values, wanted, strict=True):
            into += weight * _between(channel, *places)
    assert np.abs(found - wanted).max() < 1e-9


@pytest.mark.parametrize("angle", [0.0, 0.4, math.pi / 4, 2.0])
def test_strokes_stay_and_what_lies_across_them_goes(angle: float) -> None:
    """Grain on stripes is averaged away; the stripes keep their contrast."""
    clean, large = _stripes(48, angle, 0.2), _stripes(96, angle, 0.2)
    grain = 0.1 * (_random(2, 48, 48) - 0.5)
    size = Extent(96, 96)
    inner = (..., slice(8, -8), slice(8, -8))
    plain = (resize(clean + grain, size) - large)[inner].std()
    drawn = (enlarge_along_strokes(clean + grain, size, 2.0) - large)[inner].std()
    assert float(drawn) < 0.6 * float(plain)
    kept = enlarge_along_strokes(clean, size, 2.0)[inner].std() / large[inner].std()
    assert 0.93 < float(kept) < 1.02


def test_bands_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    painting, size = _random(3, 19, 23), Extent(46, 38)
    whole = enlarge_along_strokes(painting, size, 2.0)
    monkeypatch.setattr(strokes, "_BAND_PIXELS", 46 * 5)
    banded = enlarge_along_strokes(painting, size, 2.0)
    # The last pixels of a band may be computed one by one, which rounds some functions otherwise.
    torch.testing.assert_close(banded, whole, rtol=0, atol=1e-14)


def test_flat_paint_and_a_little_stay_as_they_are() -> None:
    painting, size = _random(4, 12, 15), Extent(30, 24)
    assert torch.equal(
        enlarge_along_strokes(painting, size, MIN_DEVIATION / 2), resize(painting, size)
    )
    flat = torch.full_like(painting, 0.3)
    assert torch.allclose(
        enlarge_along_strokes(flat, size, 2.0), torch.tensor(0.3, dtype=torch.float64)
    )
