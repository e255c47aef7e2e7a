"""How much is seen of a painting that grows, over its preview, by how fine it is already.

A painting has its composition and its colours at its first scale, and no strokes yet; the preview
has strokes, and colours of its own. Mixed, they are nearer to what comes than either is alone. The
figures are in ``core/bench/notes/previews.md``.
"""

from __future__ import annotations

from ..contract.geometry import Box
from ..contract.settings import Settings
from .small import LONG_SIDE

WARM = 8
"""Steps of a region after which it is seen at all: before, it is the original in disguise."""

COARSE, FINE = 0.3, 0.6
"""How much is seen of the coarsest that can be, and how much more of one that is as fine as the
preview."""

ALONE = 0.9
"""How fine it is seen alone, of which the last scale is."""


class Worth:
    """Of one painting under way, region by region."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._begun: dict[Box, int] = {}
        """How many steps were taken before each region, of all."""
        self._last = 0

    def share(self, side: int, box: Box, step: int) -> float:
        """How much of a picture is to be seen, 0 to 1.

        Args:
            side: the long side of the picture.
            box: of its region.
            step: how many steps were taken, of all regions.
        """
        begun, self._last = self._begun.setdefault(box, self._last), step
        whole = min(box.extent.long_side, LONG_SIDE)
        if not self._settings.detail:  # which brings a painting to the size of its box
            whole = min(whole, self._settings.size)
        fine = side / whole
        if fine >= ALONE:
            return 1.0
        return COARSE + FINE * fine if step - begun >= WARM else 0.0
