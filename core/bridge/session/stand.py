"""What became of a layer that is a rectangle, which cropping cuts, by what it looks like.

A few strips of its pixels find again what was cropped, a coarse picture what was scaled, turned or
mirrored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from ..contract.geometry import Box, Extent
from ..contract.pixels import Pixels
from .landing import Way
from .turns import STILL, TURNS, Turn

ALIKE = 6.0
"""Of 255: coarse pictures less far apart show the same. Scaling moves them by 1, about."""

CELLS = 8
"""Of a coarse picture, along each side."""

SIDE = 64
"""Pixels along the longer side that a coarse picture is made of."""

_STRIP, _GRID = 32, 5
"""Pixels in a strip at most, and strips along each side."""

_BAND = 256
"""Rows that are searched at a time."""

Cells = Sequence[Sequence[Sequence[int]]]
"""The red, green, blue and alpha of each cell of a coarse picture, by rows."""


class Cut(Protocol):
    """A layer that is a rectangle, and that cropping cuts. Its pixels are RGBA of 8 bits."""

    @property
    def box(self) -> Box:
        """Where it lies on the canvas."""

    def read(self, box: Box) -> Pixels:
        """A part of it, counted from its corner."""

    def small(self, extent: Extent) -> Pixels:
        """All of it in fewer pixels."""


class Landing(NamedTuple):
    """Where a painting comes to lie.

    Attributes:
        box: on the canvas; of another size than the painting where its source was scaled.
        turn: what was done to its source, and so to be done to it.
        source: how large the source is, as long as it is not scaled; None where it is not known.
        place: where the painting lies on that, from its corner.
    """

    box: Box
    turn: Turn = STILL
    source: Extent | None = None
    place: Box | None = None


class Stand:
    """How a layer stood, and what it looked like, when it was read."""

    def __init__(self, layer: Cut) -> None:
        self.box = layer.box
        self.cells = coarse(layer)
        self._strips = dict(_strips(layer, self.box.extent))

    def land(self, layer: Cut, painted: Box) -> Landing | None:
        """Where a box that was painted then is now; None where the layer is not to be recognised.

        Args:
            layer: the same, which stands in its image still.
            painted: a box of the canvas of then.
        """
        now, part = layer.box, painted.inside(self.box)
        if now.extent != self.box.extent and (shift := self._cropped(layer)) is not None:
            part = part.move(*shift)
            return Landing(part.move(now.x, now.y), STILL, now.extent, part)
        still = Landing(part.move(now.x, now.y), STILL, now.extent, part)
        if now.extent == self.box.extent and self._unchanged(layer):
            return still  # to look at all of a large layer would keep the host
        apart, turn = turned(self.cells, layer)
        if turn == STILL and now.extent == self.box.extent:
            return still  # it may have been painted over
        if apart > ALIKE:
            return None
        way = Way(self.box, now, turn)
        return Landing(way.box(painted), turn, way.whole, turn.box(self.box.extent, part))

    def _unchanged(self, layer: Cut) -> bool:
        """Whether every strip is where it was; False where there are too few to tell."""
        there = (
            bytes(layer.read(Box(x, y, len(strip) // 4, 1)).data) == strip
            for strip, (x, y) in self._strips.items()
        )
        return len(self._strips) > 1 and all(there)

    def _cropped(self, layer: Cut) -> tuple[int, int] | None:
        """Where the layer's old corner lies, counted from its new one, by strips found again."""
        shifts: Counter[tuple[int, int]] = Counter()
        for strip, x, y in _found(layer, self._strips):
            was_x, was_y = self._strips[strip]
            shifts[x - was_x, y - was_y] += 1
        if not shifts:
            return None
        (shift, votes), *_ = shifts.most_common(1)
        return shift if votes > 1 and 2 * votes > shifts.total() else None


def turned(cells: Cells, layer: Cut) -> tuple[float, Turn]:
    """What was done to a layer that once looked so, and how far it is from looking like that."""
    now = coarse(layer)
    apart = {turn: _apart(turn.rows(cells), now) for turn in TURNS}
    best = min(TURNS, key=lambda turn: apart[turn])
    # Where a picture is the same from both sides, it was not turned.
    likely = best if apart[best] < min(ALIKE, apart[STILL] / 3) else STILL
    return apart[likely], likely


def coarse(layer: Cut) -> Cells:
    """The mean colours of the parts of a layer, of equally many whatever its size."""
    extent = layer.box.extent.within(SIDE)
    data = layer.small(extent).data
    return [
        [
            _mean(data, extent, _part(column, extent.width), _part(row, extent.height))
            for column in range(CELLS)
        ]
        for row in range(CELLS)
    ]


def _part(number: int, side: int) -> range:
    start = number * side // CELLS
    return range(start, max(start + 1, (number + 1) * side // CELLS))


def _mean(data: bytes | bytearray, extent: Extent, across: range, down: range) -> tuple[int, ...]:
    starts = [4 * (y * extent.width + x) for y in down for x in across]
    return tuple(
        sum(data[start + channel] for start in starts) // len(starts) for channel in range(4)
    )


def _apart(one: Cells, other: Cells) -> float:
    pairs = [
        (a, b)
        for row, beside in zip(one, other, strict=True)
        for cell, near in zip(row, beside, strict=True)
        for a, b in zip(cell, near, strict=True)
    ]
    return sum(abs(a - b) for a, b in pairs) / len(pairs)


def _strips(layer: Cut, whole: Extent) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Strips of a layer and the places they begin at; none that is flat, and so is anywhere."""
    length = min(_STRIP, whole.width)
    for row in range(_GRID):
        for column in range(_GRID):
            x = (2 * column + 1) * (whole.width - length) // (2 * _GRID)
            y = (2 * row + 1) * whole.height // (2 * _GRID)
            strip = bytes(layer.read(Box(x, y, length, 1)).data)
            if len({strip[start : start + 4] for start in range(0, len(strip), 4)}) > 3:
                yield strip, (x, y)


def _found(layer: Cut, strips: Iterable[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """The strips that are in a layer, and where they begin."""
    whole = layer.box.extent
    for top in range(0, whole.height, _BAND):
        band = Box(0, top, whole.width, min(_BAND, whole.height - top))
        data = bytes(layer.read(band).data)
        for strip in strips:
            start = data.find(strip)
            while start > 0 and start % 4:  # between two pixels
                start = data.find(strip, start + 1)
            y, x = divmod(start // 4, whole.width)
            if start >= 0 and x + len(strip) // 4 <= whole.width:
                yield strip, x, top + y
