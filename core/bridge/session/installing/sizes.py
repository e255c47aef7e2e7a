"""How much room a folder takes, added up in steps of milliseconds: nobody waits for it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

_STEP = 0.01
"""Seconds that one step takes."""


class Sizes:
    """One folder, with all that is in it.

    Attributes:
        counted: bytes so far. Files that are links to one another count once.
        whole: nothing is left to be added.
    """

    def __init__(self, folder: Path) -> None:
        self.counted, self.whole = 0, False
        self._seen: set[tuple[int, int]] = set()
        self._files = _files(str(folder))

    def look(self, seconds: float = _STEP) -> None:
        """Add up for that long, but at least one file."""
        until = time.monotonic() + seconds
        for found in self._files:
            if found.st_nlink > 1:
                if (found.st_dev, found.st_ino) in self._seen:
                    continue
                self._seen.add((found.st_dev, found.st_ino))
            self.counted += found.st_size
            if time.monotonic() >= until:
                return
        self.whole = True


def _files(folder: str) -> Iterator[os.stat_result]:
    """Of what can't be read, nothing: it may go away meanwhile."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    yield from _files(entry.path)
                else:
                    yield entry.stat(follow_symlinks=False)
