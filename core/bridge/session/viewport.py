"""Before and after in one picture: how closely it is looked at, where, and where the two meet.

A host tells where the mouse and the keyboard are, and draws what stands here then.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..contract.geometry import Box

CLOSEST = 16.0
"""How many times the fitting size a picture can be."""

REACH = 16.0
"""Pixels from the split in which it can be grasped."""

STILL = 4.0
"""Pixels that the mouse may move between press and release of a click."""

MARKER = 8.0
"""Radius in pixels of the view of what marks a point."""

POINTING = "Click on what is meant; again to take it back."
"""What a host says where a click points at something."""

_STEP = 1.25
"""Between two zooms."""

_MOVES = {"Left": -0.02, "Right": 0.02, "Home": -1.0, "End": 1.0}
"""What keys move the split by."""

_CLEARING = ("Esc", "Escape", "\x1b", "Del", "Delete", "\x7f", "Backspace", "BackSpace", "\b")
"""Keys that take all markers away, as the hosts name or write them."""

_ZOOMS = {"+": 1, "=": 1, "-": -1}
"""Steps that keys zoom by."""

Point = tuple[float, float]


class Viewport:
    """What is seen of a part of the canvas in a view of some size.

    The part fills the view at a zoom of 1. Points of the view are in its own pixels, counted from
    its top left corner.
    """

    def __init__(self) -> None:
        self.part = Box(0, 0, 0, 0)
        """The part of the canvas that both pictures show."""
        self.comparing = False
        """Whether there is something after, and so a split."""
        self.split = 0.5
        """Where that stands, 0 to 1 from the left edge of what is seen of the picture."""
        self.zoom = 1.0
        """How many times the fitting size it is."""
        self.markers: Sequence[Point] | None = None
        """Pixels of the canvas that somebody pointed at; None where a click points at nothing."""
        self._canvas = 0
        self._frame = self.part
        """The part that fitted last."""
        self._center: Point = (0.5, 0.5)
        """What lies in the view's middle, in pixels of the canvas."""
        self._size: Point = (1.0, 1.0)
        self._grasped: tuple[Point, Point] | None = None
        """Where the picture was taken hold of, and what lay in the middle then."""
        self._dragging = False
        self._pressed: Point | None = None
        """Where a button went down that may only click."""

    def resize(self, width: float, height: float) -> None:
        """The view has another size."""
        self._size = max(1.0, width), max(1.0, height)
        self._settle()

    def show(self, part: Box, canvas: int) -> None:
        """Show a part of a canvas, which is known by its number.

        Another part of the same canvas lies where it belongs: what a person looks at closely stays
        where it is. Something else is looked at as a whole.
        """
        other = canvas != self._canvas and part != self.part
        self.part, self._canvas = part, canvas
        if part.empty:
            self._let_go()  # there is nothing any more to hold
        if other or self.zoom == 1:
            self.fit()
        self._settle()

    def fit(self) -> None:
        """Look at all of it."""
        self._frame, self.zoom = self.part, 1.0
        self._settle()

    def zoom_by(self, steps: float, at: Point | None = None) -> None:
        """Enlarge or shrink; ``at`` stays where it is in the view, by default its middle."""
        if not (before := self._scale):
            return  # there is nothing to see more of
        self.zoom = min(CLOSEST, max(1.0, self.zoom * _STEP**steps))
        if at is not None:
            away = at[0] - self._size[0] / 2, at[1] - self._size[1] / 2
            self._move(self._center, away, 1 / before - 1 / self._scale)
        if self.zoom == 1:
            self.fit()
        self._settle()

    @property
    def place(self) -> tuple[float, float, float, float]:
        """Where the part lies in the view: x, y, width and height. None of the view is left empty
        that it could fill."""
        (x, y, width, height), scale = self.part, self._scale
        (wide, high), (across, down) = self._size, self._center
        left, top = wide / 2 + (x - across) * scale, high / 2 + (y - down) * scale
        return left, top, width * scale, height * scale

    @property
    def split_at(self) -> float:
        """The split's column in the view."""
        start, width = self._seen()
        return start + self.split * width

    @property
    def marks(self) -> Sequence[Point]:
        """Where the markers are in the view."""
        (left, top, *_), scale = self.place, self._scale
        return [
            (left + (x - self.part.x) * scale, top + (y - self.part.y) * scale)
            for x, y in self.markers or ()
        ]

    @property
    def reach(self) -> float:
        """How far from a marker it is still clicked, in pixels of the canvas."""
        return (MARKER + STILL) / self._scale if self._scale else 0.0

    def grasp(self, at: Point, picture: bool = False) -> None:
        """A button goes down, and takes hold of the split or of the picture.

        Args:
            at: where.
            picture: whether it is one that only moves the picture.
        """
        if self.part.empty:
            return
        if self.markers is not None and not picture:
            self._pressed = at  # it may become a click
        else:
            self._take(at, picture)

    def drag(self, at: Point) -> bool:
        """The mouse moves; whether that changes what is seen."""
        if self._pressed is not None:
            if math.dist(at, self._pressed) <= STILL:
                return False
            start, self._pressed = self._pressed, None
            self._take(start, False)
        if self._grasped is not None:
            (x, y), center = self._grasped
            self._move(center, (x - at[0], y - at[1]), 1 / self._scale)
            self._settle()
        elif self._dragging:
            start_of_seen, width = self._seen()
            self._move_split((at[0] - start_of_seen) / width)
        return self._dragging

    def release(self) -> Point | None:
        """The button goes up. Where it clicked on the picture, that pixel of the canvas."""
        at = self._pressed
        self._let_go()
        if at is None:
            return None
        left, top, width, height = self.place
        x, y = (at[0] - left) / width, (at[1] - top) / height
        if not (0 <= x <= 1 and 0 <= y <= 1):
            return None
        return self.part.x + x * self.part.width, self.part.y + y * self.part.height

    def clears(self, key: str) -> bool:
        """Whether a key takes all markers away, of which there are some."""
        return bool(self.markers) and key in _CLEARING

    def _let_go(self) -> None:
        self._grasped = self._pressed = None
        self._dragging = False

    def _take(self, at: Point, picture: bool) -> None:
        picture = picture or (self.zoom > 1 and not self._near(at))
        self._grasped = (at, self._center) if picture else None
        self._dragging = picture or self.comparing
        self.drag(at)

    def shape(self, at: Point) -> str:
        """What can be done at a point, as the mouse shows it: ``split``, ``picture``, ``point`` or
        nothing."""
        if self._grasped is None and self.comparing and (self._dragging or self._near(at)):
            return "split"
        if self._grasped is None and self.markers is not None:
            return "point"
        return "picture" if self._grasped is not None or self.zoom > 1 else ""

    def press(self, key: str) -> bool:
        """Do what a key stands for, by its name or what it writes; False for any other."""
        if key in _MOVES:
            self._move_split(self.split + _MOVES[key])
        elif key in _ZOOMS:
            self.zoom_by(_ZOOMS[key])
        elif key == "0":
            self.fit()
        else:
            return False
        return True

    @property
    def _scale(self) -> float:
        """Pixels of the view for one of the canvas; 0 while there is nothing to see."""
        if self._frame.empty:
            return 0.0
        sides = zip(self._size, self._frame.extent, strict=True)
        return self.zoom * min(room / side for room, side in sides)

    def _seen(self) -> Point:
        """Where what is seen of the part begins, and how wide it is."""
        left, _, width, _ = self.place
        start = max(0.0, left)
        return start, max(1.0, min(self._size[0], left + width) - start)

    def _near(self, at: Point) -> bool:
        return self.comparing and abs(at[0] - self.split_at) <= REACH

    def _move_split(self, split: float) -> None:
        self.split = min(1.0, max(0.0, split))

    def _move(self, center: Point, by: Point, scale: float) -> None:
        """Let another point of the canvas lie in the middle, so many scaled pixels away."""
        self._center = center[0] + by[0] * scale, center[1] + by[1] * scale

    def _settle(self) -> None:
        """Leave no more of the view empty than has to be."""
        if not self._scale:
            return
        x, y, width, height = self.part
        self._center = (
            _within(self._center[0], x, width, self._size[0] / self._scale),
            _within(self._center[1], y, height, self._size[1] / self._scale),
        )


def _within(middle: float, start: int, side: int, seen: float) -> float:
    """The middle of what is seen along one side, where as much of that is to be seen as can be."""
    if side <= seen:
        return start + side / 2
    return min(max(middle, start + seen / 2), start + side - seen / 2)
