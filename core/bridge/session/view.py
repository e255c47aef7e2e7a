"""What there is to see of a painting, as boxes of the canvas and pixels: an adapter draws it."""

from __future__ import annotations

from dataclasses import dataclass

from ..contract.geometry import Box
from ..contract.pixels import MASK, Pixels


@dataclass(frozen=True)
class Cover:
    """A mask in a box of the canvas; beyond that there is nothing of it."""

    mask: Pixels
    place: Box


@dataclass(frozen=True)
class Patch:
    """A picture to lay over the canvas, stretched over a box of it, no more opaque than a cover."""

    picture: Pixels
    place: Box
    cover: Cover | None = None


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
        scale = self.before.extent.width / self.frame.width
        x, y, width, height = (side * scale for side in box.inside(self.frame))
        return x, y, width, height


def opacity(pixels: Pixels) -> Pixels:
    """The alpha of a picture of 8 bits, which must have one, as a mask."""
    count = len(pixels.format.channels)
    return Pixels(pixels.extent, MASK, pixels.data[count - 1 :: count])
