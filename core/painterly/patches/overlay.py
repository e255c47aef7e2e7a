"""Lays patches side by side, each blended into its neighbours, with their contrast kept."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from core.bridge.contract.geometry import Box, Extent
from core.pixels.imaging import box_filter

STEP = 8
"""Pixels between two patches; a patch is twice as wide."""

SHARP = 2.0
"""How sharp the blend is: 1 is a cosine, and larger is nearer to a cut."""

KEPT = 4
"""Radius in pixels of the window, applied twice, whose mean the patches leave as it is. Contrast is
measured in it as well."""

MOST = 2.0
"""The largest factor by which contrast that blending took is given back. Four patches that have
nothing in common lose half of it."""

_TINY = 1e-8


def grid(extent: Extent) -> tuple[int, int]:
    """How many patches, down and across, cover a picture. The first begin STEP pixels outside."""
    return -(-extent.height // STEP) + 1, -(-extent.width // STEP) + 1


def laid(pixels: Tensor, corners: Tensor, across: int, box: Box, extent: Extent) -> Tensor:
    """What the patches add to a band of a picture.

    Args:
        pixels: of what patches are cut from, shape (pixels, 3).
        corners: the pixel that each patch begins with, shape as :func:`grid`.
        across: pixels in a row of what patches are cut from.
        box: the band, of whole rows.
        extent: the picture's.

    Returns:
        Shape (1, 3, height of the band, width), of mean 0 in every neighbourhood.
    """
    halo = 4 * KEPT
    y, end = max(0, box.y - halo), min(extent.height, box.bottom + halo)
    mean, energy = _blended(pixels, corners, across, y, end, extent.width)
    have = _around(mean.square().sum(dim=1, keepdim=True))
    mean *= ((_around(energy) + _TINY) / (have + _TINY)).sqrt_().clamp_(1, MOST)
    for channel in mean.chunk(3, dim=1):
        channel.sub_(_around(channel))
    return mean[..., box.y - y : box.bottom - y, :]


def _around(values: Tensor) -> Tensor:
    return box_filter(box_filter(values, KEPT), KEPT)


def _blended(
    pixels: Tensor, corners: Tensor, across: int, y: int, end: int, width: int
) -> tuple[Tensor, Tensor]:
    """The weighted mean of the patches over each pixel, and that of their squares."""
    down = torch.arange(y + STEP, end + STEP, device=pixels.device)
    along = torch.arange(STEP, width + STEP, device=pixels.device)
    weights = _window().to(pixels)
    mean = pixels.new_zeros(len(down), width, 3)
    energy = pixels.new_zeros(len(down), width)
    for above in range(2):
        row, i = down // STEP - above, down % STEP + above * STEP
        for before in range(2):
            column, j = along // STEP - before, along % STEP + before * STEP
            first = corners.index_select(0, row).index_select(1, column)
            places = first + (i * across)[:, None] + j
            seen = pixels.index_select(0, places.flatten()).view(mean.shape)
            weight = weights[i][:, None] * weights[j]
            mean.addcmul_(seen, weight[..., None])
            energy.addcmul_(seen.square_().sum(dim=-1), weight)
    return mean.permute(2, 0, 1)[None].contiguous(), energy[None, None]


def _window() -> Tensor:
    """The weights along a patch; those of two neighbours sum to 1."""
    rise = [math.sin(math.pi * (place + 0.5) / (4 * STEP)) ** 2 for place in range(2 * STEP)]
    sharp = [one**SHARP / (one**SHARP + (1 - one) ** SHARP) for one in rise[:STEP]]
    return torch.tensor(sharp + [1 - one for one in sharp])
