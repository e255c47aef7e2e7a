"""How much is shown of a painting that grows, over the preview, by how fine it is already."""

from __future__ import annotations

from ..contract.geometry import Box
from ..contract.settings import Settings
from .small import LONG_SIDE

WARM = 8
"""Steps of a region after which it is shown at all: before, it is the original in disguise. Its
first scale is shown over the preview, which lends it the strokes that it has not got yet."""

HALF = 0.5
"""How much of it is seen of that scale."""

FINER = 1.4
"""How many times as large as its first one a picture is from which on it is shown alone: at the
first scale, composition and colours are only looked for."""

SHARP = 0.5
"""How large it is at least then, as a share of what will be seen of the painting in the end: what
is enlarged more is too soft for anybody to prefer it to the preview."""


class Worth:
    """Of one painting under way, region by region."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._first: dict[Box, int] = {}
        """The long side of the first picture of each region."""
        self._begun: dict[Box, int] = {}
        """How many steps were taken before it, of all regions."""
        self._last = 0

    def share(self, side: int, box: Box, step: int) -> float:
        """How much of a picture is to be seen, 0 to 1; 0 while the preview shows more than it does.

        Args:
            side: the long side of the picture.
            box: of its region.
            step: how many steps were taken, of all regions.
        """
        first, begun = self._first.setdefault(box, side), self._begun.setdefault(box, self._last)
        self._last = step
        settings, whole = self._settings, min(box.extent.long_side, LONG_SIDE)
        if not settings.detail:  # which brings a painting to the size of its box
            whole = min(whole, settings.size)
        if side >= max(FINER * first, SHARP * whole):
            return 1.0
        return HALF if step - begun >= WARM else 0.0
