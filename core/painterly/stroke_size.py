"""A style at the scale of what is painted, with larger or smaller strokes than it has there.

Gatys et al. (2017), "Controlling perceptual factors in neural style transfer", section 6, found
that strokes are as large as the picture of the style that the network is shown. So the style alone
is enlarged or reduced, and the painting keeps its resolution.
"""

from __future__ import annotations

import math

import torch
from torch.nn import functional

from core.bridge.contract.geometry import Box, Extent
from core.pixels.imaging import Picture, cut, fit
from core.system.stopping import Follow, alone

MOST = 1 << 21
"""Pixels of an enlarged style that are looked at; as many as of the plain one if these are more."""

WINDOW = 512
"""About the side in pixels of a part that is looked at: two receptive fields of VGG's relu5_1."""


def scaled(
    style: Picture, long_side: int, factor: float = 1.0, follow: Follow = alone, most: int = MOST
) -> Picture:
    """The style as it is seen beside a content.

    Args:
        style: at any size.
        long_side: of the content. A smaller style is taken at its own size, a larger one is
            reduced to the content's.
        factor: by which the style is then enlarged, or reduced if it is below 1.
        follow: called after each piece.
        most: as :data:`MOST`.

    Returns:
        The whole style. If it was enlarged to more than ``most`` pixels, parts of it that are
        spread evenly, side by side; between them a line is transparent.
    """
    plain = fit(style.extent, long_side)
    extent = _times(plain, factor)
    most = max(most, plain.area)
    if extent.area > most:
        parts = _parts(style, extent, most)
        if bool((parts.alpha > 0).any()):
            return parts
        # What there is to be seen lies between the parts.
        extent = _times(plain, math.sqrt(most / plain.area))
    return style.resize(extent, follow)


def _times(extent: Extent, factor: float) -> Extent:
    return fit(extent, max(1, round(extent.long_side * factor)), enlarge=True)


def _parts(style: Picture, extent: Extent, most: int) -> Picture:
    """Evenly spread windows of the style at a size, of so many pixels together, side by side."""
    aspect = extent.width / extent.height
    across = max(1, round(math.sqrt(most * aspect) / WINDOW))
    down = max(1, round(math.sqrt(most / aspect) / WINDOW))
    share = math.sqrt(most / extent.area)
    cell = Extent(max(1, style.extent.width // across), max(1, style.extent.height // down))
    seen = Extent(*(max(1, round(side * share)) for side in cell))
    size = _times(seen, extent.long_side / style.extent.long_side)
    rows = [
        [
            _framed(
                style,
                Box(
                    column * cell.width + (cell.width - seen.width) // 2,
                    row * cell.height + (cell.height - seen.height) // 2,
                    *seen,
                ),
                size,
            )
            for column in range(across)
        ]
        for row in range(down)
    ]
    return Picture(
        torch.cat([torch.cat([part.color for part in row], dim=-1) for row in rows], dim=-2),
        torch.cat([torch.cat([part.alpha for part in row], dim=-1) for row in rows], dim=-2),
    )


def _framed(style: Picture, box: Box, size: Extent) -> Picture:
    """A part at its size, with a frame that no position of a layer is to look across."""
    large = Picture(cut(style.color, box), cut(style.alpha, box)).resize(size)
    return Picture(large.color, functional.pad(large.alpha[..., 1:-1, 1:-1], (1, 1, 1, 1)))
