"""Finds the paint for an enlarged painting in the styles, and lays it on."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Box
from core.features.regions import StyledMask, support
from core.painterly.patches import overlay
from core.painterly.patches.correspondence import Places
from core.painterly.patches.description import NUMBERS, POOL, WINDOW, Description
from core.painterly.patches.source import Source
from core.pixels.imaging import BAND_PIXELS, Picture, bands, cut, extent_of, resize
from core.system.stopping import Follow, ShouldStop, alone, followed

AMOUNT = 0.7
"""Share of the styles' band that is laid. All of it brings the specks of a sharpened reproduction
into dark places; with 0.45 the strokes' edges stay soft."""

_SQUARES = overlay.STEP // POOL
"""Squares between two patches."""

FOUND = 0.7
"""The share of the time after which the paint is found."""

_EDGE = (WINDOW * POOL - 2 * overlay.STEP) // 2
"""Pixels that a window has on each side of its patch."""


def repaint(
    painting: Tensor,
    content: Picture,
    region: StyledMask,
    ratio: float,
    stroke_size: float,
    generator: torch.Generator,
    follow: Follow,
    ending: ShouldStop,
) -> None:
    """Give an enlarged painting the band that enlarging took, from its styles' pixels, in place.

    Args:
        painting: shape (1, 3, height, width).
        content: of its size; nothing is laid where it is transparent.
        region: its mask may have another size.
        ratio: by which the painting was enlarged, above 1.
        stroke_size: the styles' strokes over what they are at the content's scale.
        generator: on the CPU.
        follow: called after each piece with the share that is done, until the paint is found. What
            it raises leaves the painting as it was.
        ending: asked while the paint is laid.
    """
    long_side = content.extent.long_side
    source = Source.of(region.styles, long_side, ratio, stroke_size, lambda _: follow(0.0))
    paint = Paint.find(painting, source, generator, lambda share: follow(FOUND * share))
    amount = support(resize(region.mask, content.extent, followed(ending)) * content.alpha)
    paint.lay(painting, amount.mul_(AMOUNT), followed(ending))
    follow(1.0)


@dataclass(frozen=True)
class Paint:
    """The patches for a painting.

    Attributes:
        pixels: of the band that the styles give, shape (pixels, 3).
        across: pixels in a row of it.
        corners: the pixel that each patch begins with, shape as :func:`overlay.grid`.
    """

    pixels: Tensor
    across: int
    corners: Tensor

    @classmethod
    def find(
        cls,
        painting: Tensor,
        source: Source,
        generator: torch.Generator,
        follow: Follow = alone,
        band_pixels: int = BAND_PIXELS,
    ) -> Paint:
        """Find a patch of the styles for each patch of a painting.

        Args:
            painting: enlarged, shape (1, 3, height, width).
            source: the styles at its scale.
            generator: on the CPU.
            follow: called after each piece.
            band_pixels: pixels that are described at once.
        """
        description = Description(source.coarse)
        described = description.of(source.coarse)
        follow(0.2)
        places = Places(described, _weights(source, described.shape[:2]), _SQUARES, generator)
        patches = _described(painting, description, band_pixels)
        follow(0.4)
        found = places.find(patches, lambda share: follow(0.4 + 0.6 * share))
        across, step = source.fine.shape[-1], described.shape[1]
        corners = (found // step * POOL + _EDGE) * across + found % step * POOL + _EDGE
        pixels = source.fine[0].permute(1, 2, 0).reshape(-1, 3).contiguous()
        return cls(pixels, across, corners)

    def lay(
        self,
        painting: Tensor,
        amount: Tensor,
        follow: Follow = alone,
        band_pixels: int = BAND_PIXELS,
    ) -> None:
        """Lay the patches on the painting, in place; its values stay within 0..1.

        Args:
            painting: that they were found for.
            amount: how much of them each pixel is given, shape (1, 1, height, width).
            follow: called after each band.
            band_pixels: pixels of a band. The result is the same for any.
        """
        extent = extent_of(painting)
        for box in bands(Box.of(extent), band_pixels):
            more = overlay.laid(self.pixels, self.corners, self.across, box, extent)
            cut(painting, box).addcmul_(more, cut(amount, box)).clamp_(0, 1)
            follow(box.bottom / extent.height)


def _weights(source: Source, shape: torch.Size) -> Tensor:
    """The weight of each place: its patch's mean, or 0 where a pixel of the patch is no style's.

    Where no patch is whole, the mean alone.
    """
    down, across = shape
    side = 2 * overlay.STEP
    inner = source.weight[..., _EDGE:, _EDGE:]
    mean = functional.avg_pool2d(inner, side, POOL)[0, 0, :down, :across]
    least = -functional.max_pool2d(-inner, side, POOL)[0, 0, :down, :across]
    whole = torch.where(least > 0, mean, 0)
    return whole if bool((whole > 0).any()) else mean


def _described(painting: Tensor, description: Description, band_pixels: int) -> Tensor:
    """The patches' descriptions, shape as :func:`overlay.grid` and their numbers."""
    width, height = extent = extent_of(painting)
    down, across = overlay.grid(extent)
    before, side = overlay.STEP + _EDGE, WINDOW * POOL
    right = (across - 1) * overlay.STEP + side - before - width
    rows = max(1, band_pixels // (width * overlay.STEP))
    found = painting.new_empty(down, across, NUMBERS)
    for row in range(0, down, rows):
        end = min(down, row + rows)
        top, bottom = row * overlay.STEP - before, (end - 1) * overlay.STEP + side - before
        seen = painting[..., max(0, top) : min(bottom, height), :]
        padding = (before, right, max(0, -top), max(0, bottom - height))
        padded = functional.pad(seen, padding, mode="replicate")
        found[row:end] = description.of(padded, _SQUARES)
    return found
