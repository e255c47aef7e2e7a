"""Where a painting belongs when its source was changed since it was read.

While a painting is under way, and before it is edited, the person may move the layer, crop, scale,
turn or mirror the image, or convert it. No host tells of that: what has happened is seen from where
the layer is, how large, and from some of its pixels. What a host can see differs, so that there are
two witnesses: :mod:`.samples`, where a layer has a position that moves with the image's edges, and
:mod:`.stand`, where a layer is a rectangle that cropping cuts. Both tell a :class:`Way`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..contract.geometry import Box, Extent
from ..contract.pixels import Pixels
from .record import Selected
from .turns import STILL, Turn

Resize = Callable[[Pixels, Extent], Pixels]
"""How a host scales pixels to a size."""


@dataclass(frozen=True)
class Way:
    """What has become of a layer, to be done to what was painted from it.

    Attributes:
        frame: what was turned and scaled as a whole: the canvas, or the layer.
        now: where that is by now.
        turn: what was done to it before it was scaled.
        unsure: whether so much of the layer looks otherwise that it may have gone another way.
    """

    frame: Box
    now: Box
    turn: Turn = STILL
    unsure: bool = False

    @classmethod
    def shift(cls, frame: Box, dx: int, dy: int) -> Way:
        """Moved by whole pixels."""
        return cls(frame, frame.move(dx, dy))

    @classmethod
    def turned(cls, frame: Box, turn: Turn) -> Way:
        """Turned as a whole, its corner where it was."""
        return cls(frame, Box(frame.x, frame.y, *turn.extent(frame.extent)), turn)

    @property
    def moved(self) -> tuple[int, int] | None:
        """By how much it was moved, where that is all that was done."""
        if self.turn != STILL or self.scales:
            return None
        return self.now.x - self.frame.x, self.now.y - self.frame.y

    @property
    def whole(self) -> Extent:
        """The frame's size after the turn."""
        return self.turn.extent(self.frame.extent)

    @property
    def scales(self) -> bool:
        """Whether it has another size after the turn."""
        return self.whole != self.now.extent

    def box(self, box: Box) -> Box:
        """Where a box of then is now."""
        part = self.turn.box(self.frame.extent, box.inside(self.frame))
        if self.scales:
            part = part.scaled(self.whole, self.now.extent)
        return part.move(self.now.x, self.now.y)

    def pixels(self, box: Box, pixels: Pixels, resize: Resize) -> Pixels:
        """What lay in ``box``, as it looks now."""
        turned = self.turn.pixels(pixels)
        return resize(turned, self.box(box).extent) if self.scales else turned

    def selected(self, then: Selected, resize: Resize) -> Selected:
        """A selection that went the same way."""
        mask = self.pixels(then.box, then.mask, resize)
        return Selected(self.box(then.bounds), self.box(then.box), mask)
