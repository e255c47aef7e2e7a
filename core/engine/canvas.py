"""The canvas: raw pixels, of which no more than the regions' boxes ever become tensors.

A region of 300x300 px then costs what it costs, however large the picture around it; and what lies
outside of every region is never converted, so it stays to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extents, plan
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.engine import labels
from core.engine.labels import Label
from core.pixels.imaging import (
    FLOATS,
    Picture,
    array,
    bands,
    bounds,
    cut,
    levels,
    numbers,
    read,
    to_mask,
    to_picture,
    to_pixels,
    top,
)
from core.system.stopping import Follow, alone


@dataclass(frozen=True)
class Place:
    """Where a region lies.

    Attributes:
        style: the setting that names its style.
        target: the smallest box that holds all of it.
        box: the target with its context.
        label: what it is on the label pictures; None where there are none.
    """

    style: str
    target: Box
    box: Box
    label: Label | None = None

    def content(self, request: Request, follow: Follow = alone) -> Picture:
        """The content in the box."""
        content = read(request.content, self.box, lambda share: follow(0.7 * share))
        return content.filled(lambda share: follow(0.7 + 0.3 * share))

    def mask(self, request: Request) -> Tensor:
        """The region's mask in the box."""
        mask = torch.ones(()).expand(1, 1, self.box.height, self.box.width)
        if request.selection is not None:
            selected = to_mask(request.selection.crop(self.box))
            mask = selected if self.style == "style" else 1 - selected
        return mask if self.label is None else mask * self.label.mask(self.box)

    def narrowed(self, style: Picture) -> Picture:
        """What this region is painted like: the label's own part of the style, or all of it.

        Raises:
            BadInput: the style's labels don't fit it.
        """
        return style if self.label is None else self.label.narrowed(style)


def places(request: Request) -> list[Place]:
    """The selection, or each label's part of it, and the rest where the background has a style.

    Raises:
        BadInput: there is nothing to paint, or the labels can't be used.
    """
    extent = request.content.extent
    whole = Box.of(extent)
    found = []
    for style, label in _regions(request):
        inside = _inside(request, style, label)
        if inside is not None:
            if label is not None:
                label.check()
            target, box = plan(Extents(extent, whole, inside), request.settings.size, False)
            found.append(Place(style, target, box, label))
    if not found:
        if not numbers(request.content).any():
            raise BadInput("The picture holds no numbers, only NaN or infinite: repair it.")
        raise BadInput(
            "There is nothing to paint: the mask is black, or the picture transparent, everywhere."
        )
    return found


def _regions(request: Request) -> Iterator[tuple[str, Label | None]]:
    """The setting that names a region's style, and the region's label."""
    if request.styled("style"):
        drawn: Sequence[Label | None] = labels.drawn(request) or [None]
        yield from (("style", label) for label in drawn)
    if request.styled("background_style") and request.selection is not None:
        yield "background_style", None


def _inside(request: Request, style: str, label: Label | None) -> Box | None:
    """The smallest box of what a region covers, from the raw values."""
    covers: list[Callable[[Box], NDArray[np.bool_]]] = []
    mask, content = request.selection, request.content
    if mask is not None:
        values, full = levels(mask), top(mask.format)
        covers.append(
            lambda box: _part(values, box) > 0 if style == "style" else _part(values, box) < full
        )
    if label is not None:
        covers.append(label.covers)
    if content.format.has_alpha:
        covers.append(lambda box: _part(array(content)[..., -1], box) > 0)
    if content.format.depth in FLOATS:
        covers.append(lambda box: np.isfinite(_part(array(content), box)).all(axis=-1))
    box, covered = Box.of(content.extent), np.ones((), bool)
    for cover in covers:
        # Each is asked only where all before it are.
        covered = covered & cover(box)
        inner = bounds(covered)
        covered, box = _part(covered, inner), inner.move(box.x, box.y)
    return None if box.empty else box


def _part(values: NDArray[Any], box: Box) -> NDArray[Any]:
    return values[box.y : box.bottom, box.x : box.right]


class Painted(NamedTuple):
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
    def of(cls, place: Place, color: Tensor, mask: Tensor) -> Painted:
        """What was painted in a region's box, less the context."""
        inner = place.target.inside(place.box)
        return cls(place.target, cut(color, inner), cut(mask, inner))

    @classmethod
    def together(cls, parts: list[Painted]) -> Painted:
        """Regions that meet in their feathers, each counting by its coverage."""
        if not parts:
            return cls(Box(0, 0, 1, 1), torch.zeros(1, 3, 1, 1), torch.zeros(1, 1, 1, 1))
        if len(parts) == 1:
            return parts[0]
        box = reduce(Box.around, (part.box for part in parts))
        color = torch.zeros(1, 3, box.height, box.width)
        coverage = torch.zeros(1, 1, box.height, box.width)
        for part in parts:
            here = part.box.inside(box)
            cut(color, here).addcmul_(part.color, part.coverage)
            cut(coverage, here).add_(part.coverage)
        return cls(box, color.div_(coverage.clamp(min=1e-6)), coverage.clamp_(max=1))


@dataclass(frozen=True)
class Painting:
    """What came of a job, before it is put into pixels.

    Attributes:
        painted: color and coverage, of the part of the content that was painted.
        report: size, steps, seconds, device and losses.
    """

    painted: Painted
    report: Mapping[str, object]

    def over(self, content: Pixels, follow: Follow = alone) -> Pixels:
        """The painting laid over its content; where nothing was painted, or nothing is to be seen,
        every byte stays."""

        def laid(below: Picture, part: Painted) -> tuple[Picture, Tensor]:
            color = torch.lerp(below.color, part.color, part.coverage)
            return Picture(color, below.alpha), (part.coverage > 0) & (below.alpha > 0)

        whole = Pixels(content.extent, content.format, bytearray(content.data))
        return self._put(whole, content, laid, follow)

    def layer(self, content: Pixels, follow: Follow = alone) -> Pixels:
        """The painting alone, of the content's size and depth, transparent where there is none."""

        def only(below: Picture, part: Painted) -> tuple[Picture, Tensor]:
            return Picture(part.color, part.coverage * below.alpha), part.coverage > 0

        colors = content.format.channels.removesuffix("A")
        format = PixelFormat(colors + "A", content.format.depth, content.format.linear)
        clear = Pixels(
            content.extent, format, bytearray(content.extent.area * format.bytes_per_pixel)
        )
        below = array(content)[..., : len(colors)]
        array(clear)[..., :-1] = (
            below if numbers(content).all() else np.nan_to_num(below, nan=0, posinf=0, neginf=0)
        )
        return self._put(clear, content, only, follow)

    def _put(
        self,
        whole: Pixels,
        content: Pixels,
        blend: Callable[[Picture, Painted], tuple[Picture, Tensor]],
        follow: Follow,
    ) -> Pixels:
        """Write what was painted into a whole picture, in place.

        Args:
            whole: the picture, as it is where nothing was painted.
            content: of which it is.
            blend: of content and painting what is to be written, and where.
            follow: told after each band.
        """
        values = array(whole)
        for part in self._bands():
            box = part.box
            picture, where = blend(to_picture(content.crop(box)), part)
            np.copyto(
                values[box.y : box.bottom, box.x : box.right],
                array(to_pixels(picture, whole.format)),
                where=where[0, 0, ..., None].numpy(),
            )
            follow((box.bottom - self.painted.box.y) / self.painted.box.height)
        return whole

    def _bands(self) -> Iterator[Painted]:
        box, color, coverage = self.painted
        for band in bands(box):
            here = band.inside(box)
            yield Painted(band, cut(color, here), cut(coverage, here))
