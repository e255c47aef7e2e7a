"""Enlarges a painting and smooths it along its strokes, so that its pixels do not show.

Coherence-enhancing filtering (Kyprianidis and Kang 2011, "Image and video abstraction by
coherence-enhancing filtering"): the structure tensor of the colours (Di Zenzo 1986) gives the
direction of the stroke at each pixel, and the colours are averaged in that direction. Departures:
the average is along a straight line of a few pixels instead of a streamline. There is no shock
filter, as the optimisation that follows sharpens by the style's own statistics.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Extent
from core.pixels.imaging import box_filter, resize
from core.system.stopping import Follow, alone

RADIUS = 2
"""Radius, in pixels of the painting, of the window that is applied twice to the structure
tensor."""

TAPS = (-2, -1, 0, 1, 2)
"""Where the Gaussian is sampled, in its own deviations. The painting was enlarged, so nothing
between the samples is missed."""

MIN_DEVIATION = 0.35
"""Deviation in pixels below which the smoothing would not be visible, and is left out. Drawn
strokes of 441 px, brought to 512 px, would change by 0.6 of 255 in the mean and 12 at most."""

_BAND_PIXELS = 1 << 20
"""Pixels that are smoothed at once. Directions and places take eight numbers for each pixel."""


def enlarge_along_strokes(
    painting: Tensor, extent: Extent, deviation: float, follow: Follow = alone
) -> Tensor:
    """Bring a painting to another size, and smooth it along its strokes.

    Args:
        painting: shape (1, 3, height, width), 0..1.
        extent: the size, no smaller than the painting's.
        deviation: of the Gaussian that weights neighbours, in pixels of that size.
        follow: called after each piece.
    """
    large = resize(painting, extent, lambda share: follow(0.1 * share))
    if deviation < MIN_DEVIATION:
        return large
    slopes = _slopes(painting, lambda share: follow(0.1 + 0.2 * share))
    smooth = torch.empty_like(large)
    rows = max(1, _BAND_PIXELS // extent.width)
    for y in range(0, extent.height, rows):
        band = smooth[..., y : y + rows, :]
        places = _places(y, band.shape[-2], extent, like=large)
        _average(band, large, places, deviation * _step(_seen(slopes, places), extent))
        follow(0.3 + 0.7 * min(1.0, (y + rows) / extent.height))
    return smooth


def _average(band: Tensor, picture: Tensor, places: Tensor, step: Tensor) -> None:
    """Fill a band with the picture's Gaussian average around its places, along the steps."""
    weights = [math.exp(-0.5 * tap**2) for tap in TAPS]
    band.zero_()
    for tap, weight in zip(TAPS, weights, strict=True):
        band.add_(_seen(picture, places + tap * step), alpha=weight / sum(weights))


def _places(y: int, rows: int, extent: Extent, like: Tensor) -> Tensor:
    """The places of some rows' pixels, in units in which the picture's corners are at -1 and 1.

    Returns:
        Shape (1, rows, width, 2), across and down.
    """
    across = (torch.arange(extent.width).to(like) + 0.5) * (2 / extent.width) - 1
    down = (torch.arange(y, y + rows).to(like) + 0.5) * (2 / extent.height) - 1
    return torch.stack(torch.meshgrid(across, down, indexing="xy"), dim=-1)[None]


def _seen(values: Tensor, places: Tensor) -> Tensor:
    """The values at the places, interpolated linearly."""
    return functional.grid_sample(values, places, padding_mode="border", align_corners=False)


def _step(slopes: Tensor, extent: Extent) -> Tensor:
    """A step of one pixel in the direction in which the colours change least.

    Returns:
        As :func:`_places`, for structure tensors of shape (1, 3, height, width).
    """
    across, both, down = slopes[0]
    steepest = torch.atan2(2 * both, across - down) / 2
    pixel = slopes.new_tensor([2 / extent.width, 2 / extent.height])
    return torch.stack([-torch.sin(steepest), torch.cos(steepest)], dim=-1)[None] * pixel


def _slopes(painting: Tensor, follow: Follow = alone) -> Tensor:
    """The structure tensor of each neighbourhood: the mean of s s^T over the colours' slopes s.

    Returns:
        Shape (1, 3, height, width): across times across, across times down, down times down.
    """
    tensor = torch.zeros_like(painting)
    for number, channel in enumerate(painting.chunk(3, dim=1)):
        around = functional.pad(channel, (1, 1, 1, 1), mode="replicate")
        across, down = functional.conv2d(around, _scharr(painting)).chunk(2, dim=1)
        follow(0.2 * number)
        tensor += torch.cat([across.square(), across * down, down.square()], dim=1)
    for number, part in enumerate(tensor.chunk(3, dim=1)):
        part.copy_(box_filter(box_filter(part, RADIUS), RADIUS))
        follow(0.6 + 0.1 * number)
    return tensor


def _scharr(like: Tensor) -> Tensor:
    """The slopes across and down by Scharr's operator, shape (2, 1, 3, 3)."""
    across = like.new_tensor([[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]]) / 32
    return torch.stack([across, across.T])[:, None]
