"""Pictures turned and mirrored as a whole: no pixel changes, each gets another place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple, TypeVar

from ..contract.geometry import Box, Extent
from ..contract.pixels import Pixels

T = TypeVar("T")


class Turn(NamedTuple):
    """One of the eight ways a rectangle can lie: transposed first, then mirrored.

    A host that only mirrors and rotates does the same by ``flipped``, from left to right, and then
    ``quarters`` of a turn clockwise.
    """

    transposed: bool
    mirrored_x: bool
    """Left becomes right."""
    mirrored_y: bool

    @property
    def quarters(self) -> int:
        """How often it is rotated by 90 degrees clockwise, 0 to 3."""
        if not self.transposed:
            return 2 if self.mirrored_y else 0
        return 1 if self.mirrored_x else 3

    @property
    def flipped(self) -> bool:
        """Whether it is mirrored from left to right before it is rotated."""
        return (self.mirrored_x != self.mirrored_y) != self.transposed

    def extent(self, canvas: Extent) -> Extent:
        """The canvas after the turn."""
        return Extent(canvas.height, canvas.width) if self.transposed else canvas

    def box(self, canvas: Extent, box: Box) -> Box:
        """Where a box of the canvas lies after the turn."""
        turned = self.extent(canvas)
        x, y, width, height = box
        if self.transposed:
            x, y, width, height = y, x, height, width
        if self.mirrored_x:
            x = turned.width - x - width
        if self.mirrored_y:
            y = turned.height - y - height
        return Box(x, y, width, height)

    def rows(self, rows: Sequence[Sequence[T]]) -> Sequence[Sequence[T]]:
        """Anything that lies in rows."""
        if self.transposed:
            rows = list(zip(*rows, strict=True))
        if self.mirrored_x:
            rows = [row[::-1] for row in rows]
        return rows[::-1] if self.mirrored_y else rows

    def pixels(self, pixels: Pixels) -> Pixels:
        """A picture after the turn."""
        size, extent, data = pixels.format.bytes_per_pixel, pixels.extent, bytes(pixels.data)
        if self.transposed:
            data = _transposed(data, extent, size)
            extent = self.extent(extent)
        if self.mirrored_x:
            data = _reversed(data, size)
        # To read all backwards mirrors both ways.
        if self.mirrored_x != self.mirrored_y:
            data = _upside_down(data, extent.width * size)
        return Pixels(extent, pixels.format, data)


STILL = Turn(False, False, False)

TURNS = sorted(
    (Turn(*sides) for sides in product((False, True), repeat=3)),
    key=lambda turn: (turn.flipped, turn.quarters),
)
"""All of them: the one that changes nothing, rotations, and then what is mirrored as well."""


def _transposed(data: bytes, extent: Extent, size: int) -> bytes:
    width, height = extent
    turned = bytearray(len(data))
    for column in range(width):
        start = column * height * size
        for byte in range(size):
            line = data[column * size + byte :: width * size]
            turned[start + byte : start + height * size : size] = line
    return bytes(turned)


def _reversed(data: bytes, size: int) -> bytes:
    """The last pixel first."""
    back, turned = data[::-1], bytearray(len(data))
    for byte in range(size):
        turned[byte::size] = back[size - 1 - byte :: size]
    return bytes(turned)


def _upside_down(data: bytes, row: int) -> bytes:
    return b"".join(data[at : at + row] for at in range(len(data) - row, -1, -row))
