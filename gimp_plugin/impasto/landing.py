"""Where a painting belongs when it is done: its source may have been changed since it was read.

GIMP tells where a layer is and how large, but not what was done to it. That is seen from its
pixels: a few strips of them find again what was cropped, a coarse picture what was scaled, turned
or mirrored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bridge.contract.geometry import Box, Extent
from bridge.contract.pixels import PixelFormat, Pixels
from buffers import read, read_small
from gi.repository import Gimp
from layers import box_of

CELLS = 8
"""Of a coarse picture, along each side."""

_SIDE = 64
"""Pixels along the longer side that a coarse picture is made of."""

_ALIKE = 6.0
"""Of 255: coarse pictures less far apart show the same. Scaling moves them by 1, about."""

_STRIP, _GRID = 32, 5
"""Pixels in a strip at most, and strips along each side."""

_BAND = 256
"""Rows that are searched at a time."""

_RGBA = PixelFormat("RGBA", "u8")

Cells = Sequence[Sequence[Sequence[int]]]
"""The red, green, blue and alpha of each cell, by rows."""


class Turn(NamedTuple):
    """Mirrored from left to right first, then turned clockwise by so many quarters."""

    mirrored: bool
    quarters: int

    def mask(self, mask: Pixels) -> Pixels:
        """The same of a picture of one byte a pixel."""
        data, (width, height) = bytes(mask.data), mask.extent
        if self.mirrored:
            starts = range(0, len(data), width)
            data = b"".join(data[start : start + width][::-1] for start in starts)
        for _ in range(self.quarters):
            data = b"".join(data[column::width][::-1] for column in range(width))
            width, height = height, width
        return Pixels(Extent(width, height), mask.format, data)

    def cells(self, cells: Cells) -> Cells:
        if self.mirrored:
            cells = [row[::-1] for row in cells]
        for _ in range(self.quarters):
            cells = list(zip(*cells[::-1], strict=True))
        return cells

    def box(self, box: Box, whole: Extent) -> tuple[Box, Extent]:
        """A part of a picture, and the picture's size, after the turn."""
        if self.mirrored:
            box = Box(whole.width - box.right, box.y, *box.extent)
        for _ in range(self.quarters):
            box = Box(whole.height - box.bottom, box.x, box.height, box.width)
            whole = Extent(whole.height, whole.width)
        return box, whole


STILL = Turn(False, 0)

_TURNS = [Turn(mirrored, quarters) for mirrored in (False, True) for quarters in range(4)]


@dataclass(frozen=True)
class Landing:
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

    def apply(self, layer: Gimp.Layer) -> None:
        """Put a layer there that stands in its image, and has the size of what was painted."""
        if self.turn.mirrored:
            layer.transform_flip_simple(Gimp.OrientationType.HORIZONTAL, True, 0)
        if self.turn.quarters:
            layer.transform_rotate_simple(_ROTATIONS[self.turn.quarters], True, 0, 0)
        if box_of(layer).extent != self.box.extent:
            layer.scale(*self.box.extent, False)
        layer.set_offsets(self.box.x, self.box.y)


_ROTATIONS = {
    1: Gimp.RotationType.DEGREES90,
    2: Gimp.RotationType.DEGREES180,
    3: Gimp.RotationType.DEGREES270,
}


class Stand:
    """How a layer stood, and what it looked like, when it was read."""

    def __init__(self, layer: Gimp.Layer) -> None:
        self.box = box_of(layer)
        self.cells = coarse(layer)
        self._strips = dict(_strips(layer, self.box.extent))

    def land(self, layer: Gimp.Layer, painted: Box) -> Landing | None:
        """Where a box that was painted then is now; None where the layer is not to be recognised.

        Args:
            layer: the same, which stands in its image still.
            painted: a box of the canvas of then.
        """
        now, part = box_of(layer), painted.inside(self.box)
        if now.extent != self.box.extent and (shift := self._cropped(layer)) is not None:
            part = part.move(*shift)
            return Landing(part.move(now.x, now.y), STILL, now.extent, part)
        apart, turn = turned(self.cells, layer)
        if turn == STILL and now.extent == self.box.extent:
            # It may have been painted over.
            return Landing(part.move(now.x, now.y), STILL, now.extent, part)
        if apart > _ALIKE:
            return None
        part, whole = turn.box(part, self.box.extent)
        return Landing(part.scaled(whole, now.extent).move(now.x, now.y), turn, whole, part)

    def _cropped(self, layer: Gimp.Layer) -> tuple[int, int] | None:
        """Where the layer's old corner lies, counted from its new one, by strips found again."""
        shifts: Counter[tuple[int, int]] = Counter()
        for strip, x, y in _found(layer, self._strips):
            was_x, was_y = self._strips[strip]
            shifts[x - was_x, y - was_y] += 1
        if not shifts:
            return None
        (shift, votes), *_ = shifts.most_common(1)
        return shift if votes > 1 and 2 * votes > shifts.total() else None


def turned(cells: Cells, layer: Gimp.Layer) -> tuple[float, Turn]:
    """What was done to a layer that once looked so, and how far it is from looking like that."""
    now = coarse(layer)
    apart = {turn: _apart(turn.cells(cells), now) for turn in _TURNS}
    best = min(_TURNS, key=lambda turn: apart[turn])
    # Where a picture is the same from both sides, it was not turned.
    likely = best if apart[best] < min(_ALIKE, apart[STILL] / 3) else STILL
    return apart[likely], likely


def coarse(layer: Gimp.Layer) -> Cells:
    """The mean colours of the parts of a layer, of equally many whatever its size."""
    whole = box_of(layer).extent
    shrink = min(1.0, _SIDE / whole.long_side)
    extent = Extent(*(max(1, round(side * shrink)) for side in whole))
    data = read_small(layer.get_buffer(), Box.of(whole), _RGBA, extent).data
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


def _strips(layer: Gimp.Layer, whole: Extent) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Strips of a layer and the places they begin at; none that is flat, and so is anywhere."""
    buffer, length = layer.get_buffer(), min(_STRIP, whole.width)
    for row in range(_GRID):
        for column in range(_GRID):
            x = (2 * column + 1) * (whole.width - length) // (2 * _GRID)
            y = (2 * row + 1) * whole.height // (2 * _GRID)
            strip = bytes(read(buffer, Box(x, y, length, 1), _RGBA).data)
            if len({strip[start : start + 4] for start in range(0, len(strip), 4)}) > 3:
                yield strip, (x, y)


def _found(layer: Gimp.Layer, strips: Iterable[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """The strips that are in a layer, and where they begin."""
    whole, buffer = box_of(layer).extent, layer.get_buffer()
    for top in range(0, whole.height, _BAND):
        band = Box(0, top, whole.width, min(_BAND, whole.height - top))
        data = bytes(read(buffer, band, _RGBA).data)
        for strip in strips:
            start = data.find(strip)
            while start > 0 and start % 4:  # between two pixels
                start = data.find(strip, start + 1)
            y, x = divmod(start // 4, whole.width)
            if start >= 0 and x + len(strip) // 4 <= whole.width:
                yield strip, x, top + y
