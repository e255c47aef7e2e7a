"""What the terminal shows: short lines, and one that refreshes itself. All of it is logged too."""

from __future__ import annotations

import logging
import shutil
import sys
import time
from typing import TextIO

_log = logging.getLogger(__name__)

_QUIET = 20.0
"""Seconds between two lines of progress where the output is a file or a pipe."""


class Console:
    """Lines for a person; progress replaces itself on a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._refreshes = self._stream.isatty()
        self._shown = 0
        self._spoke = time.monotonic()

    def say(self, text: str) -> None:
        """Print a line that stays."""
        _log.info("%s", text)
        self.clear()
        print(text, file=self._stream, flush=True)
        self._spoke = time.monotonic()

    def progress(self, text: str) -> None:
        """Show how far something is: at once on a terminal, now and then elsewhere."""
        if self._refreshes:
            text = text[: shutil.get_terminal_size().columns - 1]
            # Spaces instead of an escape sequence: old Windows consoles print those.
            print("\r" + text.ljust(self._shown), end="", file=self._stream, flush=True)
            self._shown = len(text)
        elif time.monotonic() - self._spoke >= _QUIET:
            self.say(text)

    def clear(self) -> None:
        """Take the line of progress away."""
        if self._shown:
            print("\r" + " " * self._shown + "\r", end="", file=self._stream)
            self._shown = 0
