"""What there is to see of a painting, as boxes of the canvas and pixels: an adapter draws it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..contract.geometry import Box
from ..contract.pixels import MASK, PixelFormat, Pixels


@dataclass(frozen=True)
class Cover:
    """A mask in a box of the canvas; beyond that there is nothing of it."""

    mask: Pixels
    place: Box

    def over(self, picture: Pixels, place: Box) -> Pixels:
        """A picture of 8 bits that is stretched over a place, as opaque as the mask is there."""
        (x, y, wide, high), mask, extent = place.inside(self.place), self.mask, picture.extent
        columns = _nearest(x, wide, extent.width, self.place.width, mask.extent.width)
        rows = _nearest(y, high, extent.height, self.place.height, mask.extent.height)
        alpha = bytearray()
        for row in rows:
            line = mask.data[row * mask.extent.width :][: mask.extent.width]
            alpha += bytes([0 if row < 0 or column < 0 else line[column] for column in columns])
        seen = in_color(picture)
        data = bytearray(seen.data)
        data[3::4] = alpha
        return replace(seen, data=bytes(data))


@dataclass(frozen=True)
class Patch:
    """A picture to lay over the canvas, stretched over a box of it."""

    picture: Pixels
    place: Box


@dataclass(frozen=True)
class View:
    """A part of the canvas as it is, and what comes over it.

    Attributes:
        before: the picture of the frame.
        frame: the part of the canvas that is shown, whatever the painting reads of it.
        canvas: another number where another canvas is seen, or this one was changed.
        patches: what comes over it, from the bottom up; none while nothing is painted.
        painted: what of it is painted, where that is known.
    """

    before: Pixels
    frame: Box
    canvas: int = 0
    patches: tuple[Patch, ...] = ()
    painted: Cover | None = None

    def place(self, box: Box) -> tuple[float, float, float, float]:
        """Where a box of the canvas lies in the picture of the frame: x, y, width and height."""
        # Whose sides were rounded each to whole pixels.
        across, down = (
            side / whole for side, whole in zip(self.before.extent, self.frame.extent, strict=True)
        )
        x, y, width, height = box.inside(self.frame)
        return x * across, y * down, width * across, height * down


def opacity(pixels: Pixels) -> Pixels:
    """The alpha of a picture of 8 bits, which must have one, as a mask."""
    count = len(pixels.format.channels)
    return Pixels(pixels.extent, MASK, pixels.data[count - 1 :: count])


def thinned(pixels: Pixels, share: float) -> Pixels:
    """A picture of 8 bits in colour, through which what is below it is seen."""
    seen = in_color(pixels)
    data = bytearray(seen.data)
    data[3::4] = data[3::4].translate(bytes(round(share * value) for value in range(256)))
    return replace(seen, data=bytes(data))


def in_color(pixels: Pixels) -> Pixels:
    """A picture of 8 bits with an alpha, opaque where it had none, and with colours where it had
    only greys."""
    order, data = pixels.format.channels, bytearray(b"\xff") * (4 * pixels.extent.area)
    grey = order.startswith("G")
    for channel in range(3):
        data[channel::4] = pixels.data[0 if grey else channel :: len(order)]
    if pixels.format.has_alpha:
        data[3::4] = opacity(pixels).data
    format = PixelFormat("RGBA" if grey else f"{order[:3]}A")
    return Pixels(pixels.extent, format, bytes(data))


def _nearest(start: int, length: int, count: int, whole: int, steps: int) -> list[int]:
    """Which of equal steps along a whole lies nearest to each of so many parts of a length on it;
    -1 for those beyond its ends."""
    middles = (start + (part + 0.5) * length / count for part in range(count))
    return [int(at * steps / whole) if 0 <= at < whole else -1 for at in middles]
