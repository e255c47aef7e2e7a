"""What the terminal shows: short lines, and one that refreshes itself. All of it is logged too."""

from __future__ import annotations

import logging
import sys
import time
from typing import TextIO

from core.terminal import line, streams

_log = logging.getLogger(__name__)

_QUIET = 20.0
"""Seconds between two lines of progress where the output is a file or a pipe."""


class Console:
    """Lines for a person; progress replaces itself on a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._spoke = time.monotonic()

    def say(self, text: str) -> None:
        """Print a line that stays."""
        _log.info("%s", text)
        self.clear()
        streams.say(text, self._stream)
        self._spoke = time.monotonic()

    def progress(self, text: str) -> None:
        """Show how far something is: at once on a terminal, now and then elsewhere."""
        if line.columns(self._stream):
            line.replace(text, self._stream)
        elif time.monotonic() - self._spoke >= _QUIET:
            self.say(text)

    def clear(self) -> None:
        """Take the line of progress away."""
        line.clear(self._stream)
