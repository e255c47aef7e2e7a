"""A picture that comes out of the one before it, little by little."""

from __future__ import annotations

import time

SECONDS = 0.3
"""From the one to the other."""


class Fade:
    """Tells how far it is; whoever draws asks again and again."""

    def __init__(self) -> None:
        self._began: float | None = None

    def begin(self) -> None:
        self._began = time.monotonic()

    def end(self) -> None:
        """The newer picture alone is seen."""
        self._began = None

    @property
    def share(self) -> float:
        """Of the newer picture, from 0 to 1; it stays 1."""
        if self._began is None:
            return 1.0
        share = (time.monotonic() - self._began) / SECONDS
        if share >= 1:
            self.end()
        return min(share, 1.0)
