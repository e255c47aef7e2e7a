"""What was painted, put back into the pixels that it was painted on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import PixelFormat, Pixels, with_alpha
from core.engine.region import Region
from core.pixels.imaging import (
    Picture,
    array,
    bands,
    cut,
    numbers,
    to_picture,
    to_pixels,
)
from core.system.stopping import Follow, alone

AFAR = 512
"""Pixels along the longer side of a painting that is only looked at."""


class PaintedPart(NamedTuple):
    """A part of the canvas after painting.

    Attributes:
        box: where it lies.
        color: RGB, shape (1, 3, height, width) of the box.
        coverage: how much of each pixel was painted, 0..1, shape (1, 1, height, width).
    """

    box: Box
    color: Tensor
    coverage: Tensor

    @classmethod
    def of(cls, region: Region, color: Tensor) -> PaintedPart:
        """What was painted in a region's box, less the context."""
        target = region.place.target
        inner = target.inside(region.place.box)
        return cls(target, cut(color, inner), cut(region.coverage, inner))

    @classmethod
    def together(cls, parts: list[PaintedPart]) -> PaintedPart:
        """Regions that meet in their feathers, each counting by its coverage. Where they are of
        one colour, it is that to the last bit."""
        if not parts:
            return cls(Box(0, 0, 1, 1), torch.zeros(1, 3, 1, 1), torch.zeros(1, 1, 1, 1))
        if len(parts) == 1:
            return parts[0]
        box = reduce(Box.around, (part.box for part in parts))
        color = torch.zeros(1, 3, box.height, box.width)
        coverage = torch.zeros(1, 1, box.height, box.width)
        for part in parts:
            here = part.box.inside(box)
            total = cut(coverage, here).add_(part.coverage)
            share = part.coverage / total.clamp(min=torch.finfo(total.dtype).tiny)
            cut(color, here).lerp_(part.color, share)
        return cls(box, color, coverage.clamp_(max=1))


@dataclass(frozen=True)
class Painting:
    """The result of a job, before it is written into pixels.

    Attributes:
        painted: color and coverage, of the part of the content that was painted.
        report: size, steps, seconds, device and losses.
    """

    painted: PaintedPart
    report: Mapping[str, object]

    def over(self, content: Pixels, follow: Follow = alone) -> Pixels:
        """The painting laid over its content; where nothing was painted, or nothing is to be seen,
        every byte stays."""

        def laid(below: Picture, part: PaintedPart) -> tuple[Picture, Tensor]:
            color = torch.lerp(below.color, part.color, part.coverage)
            return Picture(color, below.alpha), (part.coverage > 0) & (below.alpha > 0)

        whole = Pixels(content.extent, content.format, bytearray(content.data))
        return self._put(whole, content, laid, follow)

    def layer(self, content: Pixels, follow: Follow = alone) -> Pixels:
        """The painting alone, of the content's size and depth, transparent where there is none."""

        def only(below: Picture, part: PaintedPart) -> tuple[Picture, Tensor]:
            return Picture(part.color, part.coverage * below.alpha), part.coverage > 0

        format = with_alpha(content.format)
        clear = Pixels(
            content.extent, format, bytearray(content.extent.area * format.bytes_per_pixel)
        )
        below = array(content)[..., : len(format.channels) - 1]
        array(clear)[..., :-1] = (
            below if numbers(content).all() else np.nan_to_num(below, nan=0, posinf=0, neginf=0)
        )
        return self._put(clear, content, only, follow)

    def _put(
        self,
        whole: Pixels,
        content: Pixels,
        blend: Callable[[Picture, PaintedPart], tuple[Picture, Tensor]],
        follow: Follow,
    ) -> Pixels:
        """Write what was painted into a whole picture, in place.

        Args:
            whole: the picture, as it is where nothing was painted.
            content: of which it is.
            blend: of content and painting what is to be written, and where.
            follow: called after each band.
        """
        # A pixel is copied as one, which takes a twentieth of the time of its channels.
        pixel = np.dtype((np.void, whole.format.bytes_per_pixel))
        pixels = array(whole).view(pixel)[..., 0]
        for part in self._bands():
            box = part.box
            picture, where = blend(to_picture(content.crop(box)), part)
            painted = array(to_pixels(picture, whole.format))
            np.copyto(pixels[box.slices], painted.view(pixel)[..., 0], where=where[0, 0].numpy())
            follow((box.bottom - self.painted.box.y) / self.painted.box.height)
        return whole

    def _bands(self) -> Iterator[PaintedPart]:
        box, color, coverage = self.painted
        for band in bands(box):
            here = band.inside(box)
            yield PaintedPart(band, cut(color, here), cut(coverage, here))


def from_afar(layer: Pixels, seen: Box | None = None) -> Pixels:
    """A painted layer in 8 bits, its long side no longer than :data:`AFAR`.

    Of a large one only as many pixels are read as are averaged, four into one.

    Args:
        layer: the whole.
        seen: the part that is shown, which may go beyond the layer, where nothing is. Whoever shows
            that part at this very size needn't resize it again, which would soften the strokes.
    """
    seen = seen or Box.of(layer.extent)
    step = max(1, seen.extent.long_side // (2 * AFAR))
    values = _every(array(layer), seen, step)
    extent = Extent(values.shape[1], values.shape[0])
    picture = to_picture(Pixels(extent, layer.format, values.tobytes()))
    small = seen.extent.within(AFAR)
    if small != extent:
        # What is transparent has no say in the colours beside it. Not clipped before they are told
        # from their opacity: both swing over at an edge, by the same part.
        both = torch.cat([picture.color * picture.alpha, picture.alpha], dim=1)
        both = functional.interpolate(both, small[::-1], mode="bicubic", antialias=True)
        painted, alpha = both[:, :3], both[:, 3:]
        picture = Picture((painted / alpha.clamp(min=1e-6)).clamp(0, 1), alpha.clamp(0, 1))
    return to_pixels(picture, PixelFormat("RGBA", "u8"))


def _every(values: NDArray[Any], box: Box, step: int) -> NDArray[Any]:
    """Every so many-th row and column of a box of an array, and 0 where that is beyond it."""
    rows, columns = (
        slice(max(0, -(start // step)), max(0, -((start - side) // step)))
        for start, side in ((box.y, values.shape[0]), (box.x, values.shape[1]))
    )
    found = np.zeros((-(-box.height // step), -(-box.width // step), values.shape[2]), values.dtype)
    there = values[box.y + step * rows.start :: step, box.x + step * columns.start :: step]
    part = found[rows, columns]
    part[:] = there[: part.shape[0], : part.shape[1]]
    return found
