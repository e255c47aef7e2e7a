"""A log's file: private, and never a reason to fail."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

_NEVER_WAIT = getattr(os, "O_NONBLOCK", 0)
"""Opening a pipe in the log's place waits for a reader otherwise."""


def opener(path: str, flags: int) -> int:
    """For ``open``: the file and its folder can be read by their owner alone, whatever they were.

    Raises:
        OSError: it can't be opened.
    """
    folder = Path(path).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep_private(folder, 0o700)
    descriptor = os.open(path, flags | _NEVER_WAIT, 0o600)
    _keep_private(Path(path), 0o600)
    return descriptor


def open_log(log: Path) -> BinaryIO:
    """The log for another process to write to, open at its end; nowhere, where it can't be."""
    try:
        return open(log, "ab", opener=opener)
    except OSError:
        return Path(os.devnull).open("ab")


def append(log: Path, text: str) -> bool:
    """Write at the log's end; whether that could be done."""
    try:
        with open(log, "a", encoding="utf-8", errors="backslashreplace", opener=opener) as file:
            file.write(text)
    except OSError:
        return False
    return True


def _keep_private(path: Path, mode: int) -> None:
    """Take everybody else's rights away, where it is ours to do so."""
    with contextlib.suppress(OSError):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(mode)
