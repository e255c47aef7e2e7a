"""Whether a job is still wanted."""

from __future__ import annotations

from collections.abc import Callable

from core.bridge.errors import Stopped

ShouldStop = Callable[[], bool]
"""True once whoever asked for a job does not want it any more; it may raise Enough instead."""


def ask(should_stop: ShouldStop) -> None:
    """Raise Stopped where the job is not wanted any more."""
    if should_stop():
        raise Stopped("The job was cancelled.")
