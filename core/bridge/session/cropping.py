"""What a person drags on a picture to choose a part of it, without a toolkit.

An adapter draws the picture at :func:`fitted` and what :func:`marked` gives, and tells
:class:`Drag` of the mouse.
"""

from __future__ import annotations

from ..contract import crops
from ..contract.crops import Crop
from ..contract.errors import BadInput
from ..contract.geometry import Box, Extent

CLICK = 4
"""Pixels: what is shorter was no drag but a click, which takes the whole picture again."""


def fitted(picture: Extent, room: Extent) -> Box:
    """Where a picture is drawn in a room: as large as it can be, in the middle."""
    factor = min(room.width / picture.width, room.height / picture.height)
    width, height = (max(1, round(side * factor)) for side in picture)
    return Box((room.width - width) // 2, (room.height - height) // 2, width, height)


def marked(text: str, shown: Box) -> Box | None:
    """The part of the drawn picture that a text names; None for the whole one.

    A text that is none yet, as one is while a person writes it, marks nothing.
    """
    try:
        crop = crops.read(text)
    except BadInput:
        return None
    return None if crop is None else crop.of(shown.extent).move(shown.x, shown.y)


class Drag:
    """A drag over a picture that is drawn somewhere."""

    def __init__(self, shown: Box, x: float, y: float) -> None:
        """It begins where the mouse was pressed."""
        self._shown, self._from = shown, (x, y)

    def at(self, x: float, y: float) -> str:
        """The part from where it began to where the mouse is now, as a text."""
        spans = [
            sorted(min(max(one - start, 0.0), side) for one in pair)
            for *pair, start, side in (
                (self._from[0], x, self._shown.x, self._shown.width),
                (self._from[1], y, self._shown.y, self._shown.height),
            )
        ]
        (left, right), (top, bottom) = spans
        if min(right - left, bottom - top) < CLICK:
            return ""
        across, down = 100 / self._shown.width, 100 / self._shown.height
        crop = Crop(left * across, top * down, (right - left) * across, (bottom - top) * down)
        return "" if min(crop.width, crop.height) >= 100 else crops.written(crop)
