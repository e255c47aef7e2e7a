"""Pictures turned and mirrored as a whole: no pixel changes, each gets another place."""

from __future__ import annotations

from typing import NamedTuple

from .bridge.contract.geometry import Box, Extent
from .bridge.contract.pixels import Pixels


class Turn(NamedTuple):
    """One of the eight ways a rectangle can lie: transposed first, then mirrored."""

    transposed: bool
    mirrored_x: bool
    """Left becomes right."""
    mirrored_y: bool

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

    def pixels(self, pixels: Pixels) -> Pixels:
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


TURNS = [
    Turn(transposed, x, y)
    for transposed in (False, True)
    for x in (False, True)
    for y in (False, True)
    if transposed or x or y
]


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
