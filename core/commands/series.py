"""Many paintings one after another: how far all of them are, on one line of a terminal."""

from __future__ import annotations

from core.commands.terminal import Bar
from core.engine import series


class Series(series.Series):
    """How far a number of paintings is. Those that were there already take no time."""

    def __init__(self, count: int) -> None:
        super().__init__(count, Bar().show)

    @staticmethod
    def clear() -> None:
        """Take the line away, to say something else."""
        Bar.clear()
