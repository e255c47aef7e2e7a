"""A person at a terminal: how far a job is, and Ctrl-C."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from core.bridge.contract.request import Progress
from core.system.stopping import ShouldStop
from core.terminal import line, signals

_BAR = 24
"""Letters of a full bar."""

_NARROW = 60
"""Columns below which the words need the bar's place."""


@contextmanager
def interruptible() -> Iterator[ShouldStop]:
    """Whether the process was asked to end, as a question; asked again, it is interrupted wherever
    it is.

    An exception out of nowhere can come where Python only prints it and goes on.
    """
    asked = False

    def handler() -> None:
        nonlocal asked
        if asked:
            signals.interrupt()
        asked = True

    with signals.handled(handler):
        yield lambda: asked


class Bar:
    """Progress on one refreshing line of a terminal; silent where stderr is none."""

    def __init__(self) -> None:
        self._shown = 0.0

    def show(self, progress: Progress) -> None:
        columns = line.columns(sys.stderr)
        if not columns or time.monotonic() - self._shown < 0.1:
            return
        self._shown = time.monotonic()
        filled = round(_BAR * progress.fraction)
        bar = f"[{'#' * filled}{'.' * (_BAR - filled)}]"
        done = f"{progress.fraction:.0%}" if columns < _NARROW else bar
        line.replace(f"{done} {progress.describe()}", sys.stderr)

    @staticmethod
    def clear() -> None:
        line.clear(sys.stderr)
