"""A painting as small as a thumbnail, made without a toolkit, so that a document can keep it."""

from __future__ import annotations

from itertools import accumulate, pairwise

from ..contract.geometry import Box, Extent
from ..contract.pixels import PixelFormat, Pixels
from .view import View, in_color

SIDE = 80
"""Pixels of its longer side."""

_LINES = 3
"""Of a picture, that are looked at for each pixel of the thumbnail; all columns are."""

_RGB = PixelFormat("RGB", "u8")


def thumbnail(view: View, part: Box) -> Pixels:
    """What is painted, over the original where it is transparent, in RGB of 8 bits.

    Args:
        view: of a painting that is done, and so has one patch.
        part: of the canvas, that is painted on.
    """
    (patch,) = view.patches
    place = part.intersect(patch.place).intersect(view.frame)
    extent = place.extent.within(SIDE)
    above = _Sampled(patch.picture, patch.place, place, extent)
    below = _Sampled(view.before, view.frame, place, extent)
    data = bytearray(3 * extent.area)
    for row in range(extent.height):
        alphas, start = above.means(3, row), 3 * extent.width * row
        opaque = min(alphas) == 255
        for channel in range(3):
            colors = above.means(channel, row)
            if not opaque:
                found = zip(alphas, colors, below.means(channel, row), strict=True)
                colors = [(a * color + (255 - a) * under) // 255 for a, color, under in found]
            data[start + channel : start + 3 * extent.width : 3] = bytes(colors)
    return Pixels(extent, _RGB, bytes(data))


class _Sampled:
    """A picture that is stretched over a box of the canvas, seen in the cells of a part of that."""

    def __init__(self, picture: Pixels, place: Box, part: Box, cells: Extent) -> None:
        """``part`` of the canvas is divided into so many ``cells``."""
        picture = in_color(picture)
        order, (width, height) = picture.format.channels, picture.extent
        self._channels = [picture.data[order.index(channel) :: 4] for channel in "RGBA"]
        self._width, (across, down) = width, cells
        ends = [part.x + part.width * at / across - place.x for at in range(across + 1)]
        self._columns = [_between(*pair, place.width, width) for pair in pairwise(ends)]
        ends = [part.y + part.height * at / down - place.y for at in range(down + 1)]
        self._rows = [_between(*pair, place.height, height) for pair in pairwise(ends)]

    def means(self, channel: int, row: int) -> list[int]:
        """Of a row of cells: their red, green, blue or alpha."""
        (begin, end), data, width = self._rows[row], self._channels[channel], self._width
        starts = range(width * begin, width * end, width * max(1, (end - begin) // _LINES))
        lines = [data[start : start + width] for start in starts]
        # Sums from the left on tell those of every cell.
        sums = [0, *accumulate(map(sum, zip(*lines, strict=True)))]
        return [
            (sums[last] - sums[first]) // (len(lines) * (last - first))
            for first, last in self._columns
        ]


def _between(start: float, end: float, whole: int, count: int) -> tuple[int, int]:
    """Which of the equal steps along a whole a part of it covers: at least one."""
    first = min(count - 1, max(0, int(start * count / whole)))
    return first, max(first + 1, min(count, int(end * count / whole)))
