"""What the terminal shows: short lines, and one that refreshes itself. All of it is logged too."""

from __future__ import annotations

import logging
import sys
import time
from typing import TextIO

from core.setup.progress import Progress
from core.terminal import line, streams

_log = logging.getLogger(__name__)

_QUIET = 20.0
"""Seconds between two lines of progress where the output is a file or a pipe."""


class Console:
    """Lines for a person; progress replaces itself on a terminal.

    Attributes:
        standing: what other programs are told of it; None as long as nothing is set up.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.standing: Progress | None = None
        self._stream = stream or sys.stdout
        self._spoke = time.monotonic()

    def say(self, text: str) -> None:
        """Print a line that stays."""
        _log.info("%s", text)
        self.clear()
        streams.say(text, self._stream)
        self._spoke = time.monotonic()

    def progress(self, text: str, done: int = 0, of: int = 0) -> None:
        """Show how far something is: at once on a terminal, now and then elsewhere.

        Args:
            text: for the person.
            done, of: the bytes of what is fetched that are here, and of all of it; 0 and 0 where
                nothing is fetched, or nobody knows.
        """
        if self.standing is not None:
            self.standing.reach(done, of)
        if line.columns(self._stream):
            line.replace(text, self._stream)
        elif time.monotonic() - self._spoke >= _QUIET:
            self.say(text)

    def clear(self) -> None:
        """Take the line of progress away."""
        line.clear(self._stream)
