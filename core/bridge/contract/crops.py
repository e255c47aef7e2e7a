"""A part of a picture, written as one text: ``10,20,50,40``, in percent of its sides.

Percent hold for every rendition of a picture: a smaller one that a preview is given, or one that
replaces it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from .brief import shortened
from .errors import BadInput
from .geometry import Box, Extent

_WHOLE = 100.0

_SLACK = 0.01
"""Percent by which a part may reach beyond the picture, as its numbers were rounded."""


class Crop(NamedTuple):
    """Where it begins, from the left and from above, and its sides; in percent."""

    x: float
    y: float
    width: float
    height: float

    def of(self, extent: Extent) -> Box:
        """The part of a picture of that size, of whole pixels and at least one each way."""
        left, right = (round(end * extent.width / _WHOLE) for end in (self.x, self.x + self.width))
        top, bottom = (
            round(end * extent.height / _WHOLE) for end in (self.y, self.y + self.height)
        )
        x, y = min(left, extent.width - 1), min(top, extent.height - 1)
        return Box(x, y, max(1, right - x), max(1, bottom - y)).intersect(Box.of(extent))


def read(text: str) -> Crop | None:
    """The part that a text names; None for an empty one, which is the whole picture.

    Raises:
        BadInput: it is no such text, or names nothing of the picture.
    """
    if not text.strip():
        return None
    try:
        crop = Crop(*(float(part) for part in text.split(",")))
    except (TypeError, ValueError):
        crop = Crop(*[math.nan] * 4)
    ends = crop.x + crop.width, crop.y + crop.height
    # Written so that a NaN, which no comparison holds for, is refused.
    inside = min(crop.x, crop.y) >= 0 and max(ends) <= _WHOLE + _SLACK
    if not (inside and min(crop.width, crop.height) > 0 and all(map(math.isfinite, crop))):
        raise BadInput(
            "style-crop is a part of the style in percent, from the left, from above, its width "
            "and its height, as 25,10,50,40, not '{text}'.",
            text=shortened(text),
        )
    return crop


def written(crop: Crop | None) -> str:
    """The inverse of :func:`read`."""
    return "" if crop is None else ",".join(f"{part:.4g}" for part in crop)
