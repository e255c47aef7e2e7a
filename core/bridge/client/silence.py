"""A worker that says nothing any more, told from one that is busy."""

from __future__ import annotations

import time

SILENCE = 15.0
"""Seconds without a word after which a worker counts as silent: it says something every two."""

_LOOK = 1.0
"""Seconds between two looks that count at most: who did not listen has not heard silence."""


class Silence:
    """How long nothing has been heard, over all the times somebody listened."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._heard: int | None = None
        self._last = time.monotonic()

    def listen(self, heard: int | None) -> None:
        """Note how much was heard so far; None where there is nobody to hear yet."""
        now = time.monotonic()
        if heard is None or heard != self._heard:
            self._seconds = 0.0
        else:
            self._seconds += min(now - self._last, _LOOK)
        self._heard, self._last = heard, now

    @property
    def long(self) -> bool:
        """Whether it has been silent for ``SILENCE``."""
        return self._seconds >= SILENCE
