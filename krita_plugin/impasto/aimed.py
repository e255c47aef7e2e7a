"""What the contracts of a still and of a clip in Krita share."""

from __future__ import annotations

from collections.abc import Callable

from . import outputs
from .hands import Hands, idle
from .target import Target


class Aimed:
    """Paints from a layer, and makes another one."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.made: outputs.Shown | None = None
        """The new layer."""
        self.kept: Callable[[], bool] = lambda: False
        """Tells whether it was stopped early: whoever draws elsewhere then stays there."""
        self.hands: Hands | None = None
        """They tell whether somebody draws, while it is painted."""

    @property
    def wanted(self) -> bool:
        return self.target.open

    @property
    def idle(self) -> bool:
        drawing = self.hands is not None and self.hands.busy
        return not drawing and idle(self.target.document)
