"""Tell other programs how far the set-up is: the page that a host's dialog shows meanwhile."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from core.bridge.contract.standing import Standing
from core.bridge.i18n.text import Text
from core.bridge.storage.logfile import opener

_PAUSE = 0.25
"""Seconds between two lines at least, but for those that tell of another step."""

_EARLY = 0.08
"""A share of the whole from which on its pace tells the rest."""


class Progress:
    """The lines of one set-up, see :class:`core.bridge.contract.standing.Standing`.

    A step counts by its weight; within a step, the share of the bytes that are here counts. A file
    that can't be written stops no set-up.
    """

    def __init__(self, file: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._file, self._clock = file, clock
        self._began, self._told = clock(), 0.0
        self._step = ""
        self._weights: dict[str, float] = {}
        self._before, self._weight, self._all = 0.0, 0.0, 1.0
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
        self._write(Standing(self._step))

    def plan(self, weights: dict[str, float]) -> None:
        """What may be to be done, by name, and about how long each takes: in any unit."""
        self._weights = dict(weights)
        self._all = sum(weights.values()) or 1.0
        self._began = self._clock()

    def skip(self, name: str) -> None:
        """One of what is planned is done already, and takes no time."""
        self._all = max(self._all - self._weights.pop(name, 0.0), self._before + self._weight)

    def step(self, name: str) -> None:
        """One of what is planned begins; the one before has ended."""
        self._before += self._weight
        self._weight = self._weights.pop(name, 0.0)
        self._step = name
        self._say(0, 0)

    def reach(self, done: int, of: int) -> None:
        """So many bytes of what this step fetches are here; 0 of 0 where that is not known."""
        if self._clock() - self._told >= _PAUSE:
            self._say(done, of)

    def fail(self, error: Text) -> None:
        self._write(Standing(self._step, self._share(0), error=error))

    def end(self) -> None:
        """All of it is done."""
        self._write(Standing(self._step, 1.0, 0.0, whole=True))

    def _say(self, done: int, of: int) -> None:
        share = self._share(min(done / of, 1.0) if of else 0.0)
        spent = self._clock() - self._began
        left = spent * (1 - share) / share if share > _EARLY else None
        self._write(Standing(self._step, share, left, done, of))

    def _share(self, inside: float) -> float:
        return min((self._before + self._weight * inside) / (self._all or 1.0), 1.0)

    def _write(self, standing: Standing) -> None:
        self._told = self._clock()
        with contextlib.suppress(OSError), open(self._file, "a", opener=opener) as file:
            file.write(standing.line())
