"""What is seen of a picture: how far it is zoomed in, and around which point."""

from __future__ import annotations

from typing import NamedTuple

from bridge.contract.geometry import Box, Extent

ZOOMS = (1.0, 8.0)
"""The whole picture, and as far as its pixels go."""

_STEP = 1.25
"""Between two zooms."""


class Place(NamedTuple):
    """Where a picture's top left corner lies in the view, and the size of one of its pixels."""

    left: float
    top: float
    scale: float


class Viewport:
    """Sizes and points of the view are in the screen's own pixels."""

    def __init__(self) -> None:
        self.zoom = ZOOMS[0]
        self.center = (0.5, 0.5)
        """The point in the view's middle, in parts of the picture from its top left."""

    def zoom_by(self, steps: int, at: tuple[float, float] | None, view: Extent) -> None:
        """Zoom in or out, keeping the point of the view ``at`` where it is."""
        low, high = ZOOMS
        before, self.zoom = self.zoom, min(high, max(low, self.zoom * _STEP**steps))
        if at is not None and self.zoom != before:
            x, y = at[0] / view.width - 0.5, at[1] / view.height - 0.5
            shift = 1 / before - 1 / self.zoom
            self.center = (self.center[0] + x * shift, self.center[1] + y * shift)

    def fit(self) -> None:
        """Show the whole picture."""
        self.zoom, self.center = ZOOMS[0], (0.5, 0.5)

    def reframe(self, before: Box, now: Box) -> None:
        """Another part of the canvas is the picture: see the same as before, if not all of it."""
        if self.zoom == ZOOMS[0]:
            return
        x = before.x + self.center[0] * before.width
        y = before.y + self.center[1] * before.height
        self.center = (x - now.x) / now.width, (y - now.y) / now.height
        low, high = ZOOMS
        self.zoom = min(high, max(low, self.zoom * now.extent.long_side / before.extent.long_side))

    def place(self, picture: Extent, view: Extent) -> Place:
        """Where the picture lies; none of the view is left empty that the picture could fill."""
        scale = min(view.width / picture.width, view.height / picture.height) * self.zoom
        across, down = (
            min(max(middle, seen / (2 * side * scale)), 1 - seen / (2 * side * scale))
            if side * scale > seen
            else 0.5
            for middle, seen, side in zip(self.center, view, picture, strict=True)
        )
        self.center = across, down
        left = view.width / 2 - across * picture.width * scale
        return Place(left, view.height / 2 - down * picture.height * scale, scale)

    def seen(self, picture: Extent, view: Extent) -> tuple[float, float]:
        """Where what is seen of the picture begins in the view, and how wide it is."""
        left, _, scale = self.place(picture, view)
        start = max(0.0, left)
        end = min(float(view.width), left + picture.width * scale)
        return start, max(1.0, end - start)
