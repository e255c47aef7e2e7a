"""A person at a terminal: how far a job is, and Ctrl-C."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from core.bridge.request import Progress
from core.stopping import ShouldStop


@contextmanager
def interruptible() -> Iterator[ShouldStop]:
    """Whether Ctrl-C was pressed, as a question; pressed again, it interrupts wherever it comes.

    An exception out of nowhere can come where Python only prints it and goes on.
    """
    pressed = False

    def press(*_: object) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


class Bar:
    """Progress on one refreshing line of a terminal; silent where stderr is none."""

    def __init__(self) -> None:
        self._shown = 0.0

    def show(self, progress: Progress) -> None:
        if not sys.stderr.isatty() or time.monotonic() - self._shown < 0.1:
            return
        self._shown = time.monotonic()
        filled = round(24 * progress.fraction)
        bar = "#" * filled + "." * (24 - filled)
        print(f"\r\033[K[{bar}] {progress.describe()}", end="", file=sys.stderr, flush=True)

    @staticmethod
    def clear() -> None:
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)
