"""Boxes on the canvas, and the one box a job works on. Pure integer arithmetic.

Coordinates are the canvas's: x to the right, y down, (0, 0) the canvas's top left pixel. A layer
may start anywhere, at negative coordinates too.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from .errors import BadInput

CONTEXT = 32
"""Pixels of surroundings on each side of a region that a job is given, at the size of the work.

It is about half the receptive field of relu4_1 in VGG-19 (68 px): what lies further away hardly
changes the features of a position inside the region.
"""


class Extent(NamedTuple):
    """A size in pixels."""

    width: int
    height: int

    @property
    def long_side(self) -> int:
        return max(self)

    @property
    def area(self) -> int:
        return self.width * self.height

    def within(self, long_side: int) -> Extent:
        """The same proportions with that long side at most, 1 px each way at least."""
        shrink = min(1.0, long_side / self.long_side)
        return Extent(*(max(1, round(side * shrink)) for side in self))


class Box(NamedTuple):
    """A rectangle of whole pixels: ``x <= column < x + width``, ``y <= row < y + height``."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def of(cls, extent: Extent) -> Box:
        """The box of a canvas of that size."""
        return cls(0, 0, *extent)

    @property
    def extent(self) -> Extent:
        return Extent(self.width, self.height)

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def slices(self) -> tuple[slice, slice]:
        """The rows and columns of an array."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    @property
    def empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    def intersect(self, other: Box) -> Box:
        """The part both cover; of no width or height where they don't meet."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Box(
            x,
            y,
            max(0, min(self.right, other.right) - x),
            max(0, min(self.bottom, other.bottom) - y),
        )

    def around(self, other: Box) -> Box:
        """The smallest box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def scaled(self, whole: Extent, now: Extent) -> Box:
        """The part of a picture of size ``whole`` after that is scaled, 1 px each way at least."""
        left, right = (round(x * now.width / whole.width) for x in (self.x, self.right))
        top, bottom = (round(y * now.height / whole.height) for y in (self.y, self.bottom))
        return Box(left, top, max(1, right - left), max(1, bottom - top))

    def grow(self, margin: int) -> Box:
        return Box(
            self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin
        )

    def move(self, dx: int, dy: int) -> Box:
        return Box(self.x + dx, self.y + dy, self.width, self.height)

    def inside(self, origin: Box) -> Box:
        """The same box, counted from the top left pixel of ``origin``."""
        return self.move(-origin.x, -origin.y)


class Extents(NamedTuple):
    """What a host knows of its sizes, all in canvas coordinates.

    ``selection`` is None where nothing is selected.
    """

    canvas: Extent
    layer: Box
    selection: Box | None


class Work(NamedTuple):
    """The boxes of a job: ``target`` is what gets painted, ``box`` adds the context it needs."""

    target: Box
    box: Box


def plan(extents: Extents, size: int, whole_layer: bool, reach: int = 0) -> Work:
    """Choose the part of the canvas a job reads and paints.

    Args:
        extents: the canvas, the active layer and the selection.
        size: long side, in pixels, of the picture the engine works on.
        whole_layer: the rest of the layer is painted too, not only the selection.
        reach: by how many pixels the selection will grow yet.

    Returns:
        The target (selection, layer and canvas intersected) and the box with context around it,
        clipped to layer and canvas.

    Raises:
        BadInput: the layer lies off the canvas, or the selection off the layer.
    """
    visible = extents.layer.intersect(Box.of(extents.canvas))
    if visible.empty:
        raise BadInput(
            "The active layer has no pixels on the canvas: choose a layer that has, or move it."
        )
    selection = visible if extents.selection is None else extents.selection.intersect(visible)
    if selection.empty:
        raise BadInput(
            "The selection lies outside the active layer: select a part of it, or choose another."
        )
    if whole_layer:
        return Work(visible, visible)
    selection = selection.grow(reach).intersect(visible)
    # Where the job is done smaller than life, its context is that much wider on the canvas.
    inner = max(1, size - 2 * CONTEXT)
    shrink = max(1.0, selection.extent.long_side / inner)
    return Work(selection, selection.grow(math.ceil(CONTEXT * shrink)).intersect(visible))
