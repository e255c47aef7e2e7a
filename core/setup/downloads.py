"""How far uv is with its downloads."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

_DENSITY = 0.57
"""Bytes of a wheel for each byte of what is in it: 3.12 of 5.4 GB, for PyTorch and all with it."""

_PAUSE = 2.0
"""Seconds between two looks at what is unpacked: one takes some hundredths."""

_UNITS = "BKMG"


class Downloads:
    """Turns uv's lines, and what it unpacks meanwhile, into a short text and two numbers.

    uv says when it begins with a package and when it has all of it. In between, what it has
    unpacked of those under way tells about how far they are.
    """

    def __init__(self, cache: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._cache, self._clock = cache, clock
        self._began = clock()
        self._looked = self._began
        self._sizes: dict[str, int] = {}
        self._here: set[str] = set()
        self._unpacked = 0
        self._linking = False

    def take(self, line: str) -> None:
        """One line of uv's."""
        if match := re.match(r"Downloading (\S+) \(([\d.]+)([BKMG])(?:iB)?\)$", line):
            self._sizes[match[1]] = round(float(match[2]) * 1024 ** _UNITS.index(match[3]))
            self._here.discard(match[1])  # where it broke off and begins again
        elif match := re.match(r"\s+Downloaded (\S+)$", line):
            self._here.add(match[1])
            self._look()
        elif line.startswith("Prepared "):
            self._linking = True

    @property
    def of(self) -> int:
        """Bytes of all that is fetched; 0 as long as that is not known."""
        return sum(self._sizes.values())

    @property
    def done(self) -> int:
        """About how many of them are here."""
        under_way = [size for name, size in self._sizes.items() if name not in self._here]
        part = min(round(self._unpacked * _DENSITY), sum(under_way))
        return self.of - sum(under_way) + part

    def describe(self) -> str:
        """What is going on, in words."""
        now = self._clock()
        if now - self._looked >= _PAUSE and not self._linking:
            self._look()
        seconds = f"{now - self._began:.0f} s"
        if self._linking:
            return f"      putting packages into their place, {seconds}"
        if not self._sizes:
            return f"      looking up packages, {seconds}"
        share = f"{self.done / 1e6:.0f} of {self.of / 1e6:.0f} MB"
        return f"      {len(self._sizes)} packages: {share}, {seconds}"

    def _look(self) -> None:
        """uv unpacks into folders whose names begin so, and renames them at the end."""
        self._looked = self._clock()
        self._unpacked = sum(_bytes(folder) for folder in self._cache.glob(".tmp*"))


def _bytes(folder: Path) -> int:
    """Of all files below a folder, which may come and go meanwhile."""
    found = 0
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    found += _bytes(Path(entry.path))
                else:
                    found += entry.stat(follow_symlinks=False).st_size
    return found
