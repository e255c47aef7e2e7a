"""End this set-up where somebody asks for it who can't reach its process.

That may be another host, and each Flatpak counts processes by itself: what is number 40 in one is
another program in the next.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

_PAUSE = 0.5
"""Seconds between two looks."""


def heed(file: Path) -> None:
    """From now on, have this process asked to end as soon as a file of that name is there."""
    _take_away(file)
    threading.Thread(target=_watch, args=(file,), daemon=True).start()


def _watch(file: Path) -> None:
    while not file.exists():
        time.sleep(_PAUSE)
    _take_away(file)
    if sys.platform == "win32":
        _thread.interrupt_main()  # a signal would end it on the spot
    else:
        os.kill(os.getpid(), signal.SIGTERM)


def _take_away(file: Path) -> None:
    with contextlib.suppress(OSError):  # as no set-up stops for a log that can't be written
        file.unlink(missing_ok=True)
