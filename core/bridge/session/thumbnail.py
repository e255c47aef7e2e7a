"""A painting as small as a thumbnail, made without a toolkit, so that a document can keep it."""

from __future__ import annotations

from collections.abc import Sequence

from ..contract.geometry import Box
from ..contract.pixels import PixelFormat, Pixels
from .view import View, in_color

SIDE = 80
"""Pixels of its longer side."""

_LINES = 3
"""Of a picture, that are looked at for each pixel of the thumbnail; all columns are."""

_RGB = PixelFormat("RGB", "u8")


def thumbnail(view: View) -> Pixels:
    """What is painted, over the original where it is transparent, in RGB of 8 bits.

    Args:
        view: of a painting that is done, and so has one patch.
    """
    (patch,) = view.patches
    place = patch.place.intersect(view.frame)
    extent = place.extent.within(SIDE)
    above, below = _Sampled(patch.picture, patch.place), _Sampled(view.before, view.frame)
    data = bytearray()
    for row in range(extent.height):
        top, bottom = (place.y + place.height * at / extent.height for at in (row, row + 1))
        for column in range(extent.width):
            left, right = (place.x + place.width * at / extent.width for at in (column, column + 1))
            *colors, alpha = above.mean(left, top, right, bottom)
            if alpha < 255:
                *under, _ = below.mean(left, top, right, bottom)
                colors = [
                    (alpha * color + (255 - alpha) * other) // 255
                    for color, other in zip(colors, under, strict=True)
                ]
            data += bytes(colors)
    return Pixels(extent, _RGB, bytes(data))


class _Sampled:
    """A picture that is stretched over a box of the canvas."""

    def __init__(self, picture: Pixels, place: Box) -> None:
        picture = in_color(picture)
        self._data, self._extent, self._place = picture.data, picture.extent, place
        self._order = [picture.format.channels.index(channel) for channel in "RGBA"]

    def mean(self, left: float, top: float, right: float, bottom: float) -> Sequence[int]:
        """Of a part of the canvas: red, green, blue and alpha."""
        (x, y, wide, high), (width, height) = self._place, self._extent
        first, last = _between(left - x, right - x, wide, width)
        begin, end = _between(top - y, bottom - y, high, height)
        lines = range(begin, end, max(1, (end - begin) // _LINES))
        starts = [4 * (line * width + first) for line in lines]
        count, length = len(starts) * (last - first), 4 * (last - first)
        return [
            sum(sum(self._data[start + channel : start + length : 4]) for start in starts) // count
            for channel in self._order
        ]


def _between(start: float, end: float, whole: int, count: int) -> tuple[int, int]:
    """Which of the equal steps along a whole a part of it covers: at least one."""
    first = min(count - 1, max(0, int(start * count / whole)))
    return first, max(first + 1, min(count, int(end * count / whole)))
