"""Many paintings one after another: how far all of them are."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from core.bridge.contract.request import Progress
from core.bridge.i18n.text import Text


class Series:
    """How far a number of paintings is. Those that were there already take no time."""

    def __init__(self, count: int, tell: Callable[[Progress], None]) -> None:
        """Of so many; ``tell`` is told how far all of them are."""
        self.count = count
        self.number = 1
        """Of the one at work, from 1."""
        self._painted = 0
        self._begun = time.monotonic()
        self._tell = tell

    def follow(self, progress: Progress) -> None:
        """Tell how far all of them are by the one at work, and how long they still take."""
        done = self._painted + progress.fraction
        left = None
        if done > 0.05:
            pace = (time.monotonic() - self._begun) / done
            left = pace * (self.count - self.number + 1 - progress.fraction)
        text = Text(
            "{number} of {count}: {text}", number=self.number, count=self.count, text=progress.text
        )
        whole = (self.number - 1 + progress.fraction) / self.count
        self._tell(replace(progress, fraction=whole, text=text, seconds_left=left))

    def skipped(self) -> None:
        """The next one: this one was there already."""
        self.number += 1

    def painted(self) -> None:
        """The next one: this one was painted, or failed."""
        self._painted += 1
        self.number += 1
