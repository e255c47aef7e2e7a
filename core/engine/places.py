"""The regions of a request: where each lies, and what it is to be painted like.

No more than a region's box ever becomes tensors. A region of 300x300 px then costs what it costs,
however large the picture around it; and what lies outside of every region is never converted, so
it stays to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extents, plan
from core.bridge.contract.methods import REST, SELECTION
from core.bridge.contract.request import Request
from core.engine import labels
from core.engine.labels import Label
from core.pixels.imaging import FLOATS, Picture, array, bounds, levels, numbers, sound, to_mask, top
from core.styles import palette, style_picture
from core.styles.style_picture import StylePicture


@dataclass(frozen=True)
class Place:
    """A region of which no pixel is read yet.

    Attributes:
        request: that asks for it.
        part: of the picture that it belongs to, ``SELECTION`` or ``REST``.
        target: the smallest box that holds all of it.
        box: the target with its context.
        label: what it is on the label pictures; None where there are none.
    """

    request: Request
    part: str
    target: Box
    box: Box
    label: Label | None = None

    @property
    def colors(self) -> str:
        """Where it takes its colours from: ``style``, ``keep`` or ``match``."""
        return self.request.settings.colors_of(self.part)

    def styles(self) -> tuple[StylePicture, ...]:
        """The pictures it is painted like, one or a mixture, not read yet.

        Raises:
            BadInput: the mixture is malformed.
        """
        if self.label is not None and self.label.own:
            return (StylePicture(self.label.own, enough=style_picture.enough(self.request)),)
        return style_picture.mixture(self.request, self.part)

    @property
    def key(self) -> str:
        """A text that differs for each region of a request, and is the same for it in another."""
        return self.part if self.label is None else f"{self.part} {self.label.color}"

    def identity(self, style: StylePicture) -> str:
        """A text that differs for each style, and for each part of one that counts here."""
        if self.label is None or self.label.style is None:
            return style.identity
        labels = style_picture.of_setting(self.request, "style_labels")
        return f"{style.identity} {self.label.color} {labels.identity}"

    def narrowed(self, style: Picture) -> Picture:
        """What of a style counts here: the label's own part of it, or all of it.

        Raises:
            BadInput: the style's labels don't fit it.
        """
        return style if self.label is None else self.label.narrowed(style)

    def suits(self, black: float, flat: bool) -> bool:
        """Whether a style may be changed by the content it is to be painted on.

        Args:
            black: how black the style is: see :func:`core.styles.palette.black`.
            flat: whether it is of one colour: see :mod:`core.styles.flat`.
        """
        guarded = self.request.settings.dark == "robust" and black > palette.MOST
        return guarded or flat or self.colors == "match"

    def mask(self) -> Tensor:
        """The region's soft mask in its box, shape (1, 1, height, width)."""
        mask = torch.ones(()).expand(1, 1, self.box.height, self.box.width)
        if self.request.selection is not None:
            selected = to_mask(self.request.selection.crop(self.box))
            mask = selected if self.part == SELECTION else 1 - selected
        return mask if self.label is None else mask * self.label.mask(self.box)


class NothingToPaint(BadInput):
    """Nothing is selected, or all that is selected is transparent."""


def places(request: Request) -> list[Place]:
    """The selection, or each label's part of it, and the rest where the background has a style.

    Raises:
        NothingToPaint: there is nothing to paint.
        BadInput: the labels can't be used, or the picture holds no numbers.
    """
    extent = request.content.extent
    whole = Box.of(extent)
    found = []
    for part, label in _regions(request):
        inside = _inside(request, part, label)
        if inside is not None:
            if label is not None:
                label.check()
            target, box = plan(Extents(extent, whole, inside), request.settings.size, False)
            if request.settings.tile:
                box = whole  # which meets itself at its borders
            found.append(Place(request, part, target, box, label))
    if not found:
        if not numbers(request.content).any():
            raise BadInput(
                "The picture holds no numbers, only NaN, infinite or beyond 1e12: repair it."
            )
        raise NothingToPaint(
            "There is nothing to paint: the mask is black, or the picture transparent, everywhere."
        )
    return found


def check_styles(places: Sequence[Place]) -> None:
    """Raise BadInput now for a picture that one of the regions can't be painted like."""
    regions: dict[str, tuple[StylePicture, list[Place]]] = {}
    for place in places:
        for style in place.styles():
            regions.setdefault(style.identity, (style, []))[1].append(place)
    for style, of in regions.values():
        picture = style.read()
        for place in of:
            place.narrowed(picture)


def _regions(request: Request) -> Iterator[tuple[str, Label | None]]:
    """The part of the picture that a region belongs to, and the region's label."""
    if request.styled(SELECTION):
        drawn: Sequence[Label | None] = labels.drawn(request) or [None]
        yield from ((SELECTION, label) for label in drawn)
    if request.styled(REST) and request.selection is not None:
        yield REST, None


def _inside(request: Request, part: str, label: Label | None) -> Box | None:
    """The smallest box of what a region covers, from the raw values."""
    covers: list[Callable[[Box], NDArray[np.bool_]]] = []
    mask, content = request.selection, request.content
    if mask is not None:
        values, full = levels(mask), top(mask.format)
        covers.append(
            lambda box: values[box.slices] > 0 if part == SELECTION else values[box.slices] < full
        )
    if label is not None:
        covers.append(label.covers)
    if content.format.has_alpha:
        covers.append(lambda box: array(content)[box.slices][..., -1] > 0)
    if content.format.depth in FLOATS:
        covers.append(lambda box: sound(array(content)[box.slices]))
    box, covered = Box.of(content.extent), np.ones((), bool)
    for cover in covers:
        # Each is asked only where all before it are.
        covered = covered & cover(box)
        inner = bounds(covered)
        covered, box = covered[inner.slices], inner.move(box.x, box.y)
    return None if box.empty else box
