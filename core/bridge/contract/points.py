"""Points of a layer that are written as one text, as shares of its sides: ``0.4,0.6; 0.7,0.5``.

They are counted from the layer's top left corner, whatever of it lies on the canvas. So they stay
where they are on the layer when that is moved or scaled, the canvas is cropped around it, or a
smaller rendition of it is previewed. Where the layer itself is cropped, they are points of what is
left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from .brief import shortened
from .errors import BadInput
from .geometry import Box

MOST = 32
"""Points of one text."""

_POINT = re.compile(r"\s*(\d*\.?\d+)\s*,\s*(\d*\.?\d+)\s*")


class Point(NamedTuple):
    """Shares of a layer's width and height, 0 to 1."""

    x: float
    y: float

    def of(self, whole: Box, part: Box) -> Point:
        """The same as shares of a part of the whole; not from 0 to 1 where it lies beyond that."""
        return Point(
            (whole.x + self.x * whole.width - part.x) / part.width,
            (whole.y + self.y * whole.height - part.y) / part.height,
        )

    @property
    def inside(self) -> bool:
        """Whether it lies in what it is a point of."""
        return min(self) >= 0 and max(self) <= 1


def read(text: str) -> list[Point]:
    """The points of a text; none of an empty one.

    Raises:
        BadInput: there is something else in it, or too much.
    """
    found = []
    for entry in filter(str.strip, text.split(";")):
        told = _POINT.fullmatch(entry)
        point = Point(*map(float, told.groups())) if told else None
        if point is None or max(point) > 1:
            raise BadInput(
                "'{text}' is no point: write its shares of the layer's width and height, 0 to 1, "
                "such as 0.4,0.6; 0.7,0.5.",
                text=shortened(entry.strip()),
            )
        found.append(point)
    if len(found) > MOST:
        raise BadInput(
            "There are {count} points of subjects: take up to {most}, or select by hand.",
            count=len(found),
            most=MOST,
        )
    return found


def written(points: Iterable[Point]) -> str:
    """The inverse of :func:`read`, to a ten thousandth of the layer's sides."""
    return "; ".join(f"{round(x, 4):g},{round(y, 4):g}" for x, y in points)


def moved(text: str, whole: Box, part: Box) -> str:
    """The points of a picture of a part of the layer, which say the same there.

    Args:
        text: of the layer's points.
        whole: the layer's box.
        part: what there is a picture of.

    Raises:
        BadInput: the text can't be read, or none of its points lies in the part.
    """
    points = read(text)
    kept = [point for point in (each.of(whole, part) for each in points) if point.inside]
    if points and not kept:
        raise outside()
    return written(kept)


def outside() -> BadInput:
    """What is wrong where no point lies in what is painted."""
    return BadInput(
        "None of the points that say which subject is meant lies within the selection: point at "
        "something that is selected, or select something else."
    )
