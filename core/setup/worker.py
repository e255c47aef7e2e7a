"""See the worker of an installation, and ask it to leave."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from core.bridge.client.way import meet
from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.locking import only_one
from core.bridge.storage.paths import Installation

_LAST_JOB = 60.0
"""Seconds for the job it is at."""


def greeting(installation: Installation) -> dict[str, Any] | None:
    """What the running worker says of itself (``version``, ``pid``); None where none runs.

    Raises:
        WorkerLost: something is there that does not answer as a worker does.
    """
    met = meet(installation)
    if met is None:
        return None
    line, welcome = met
    line.close()
    return welcome


def dismiss(installation: Installation) -> bool:
    """Ask the running worker to leave, and wait until it has; False where none ran.

    Raises:
        ImpastoError: it does not go.
    """
    if not installation.prefix.is_dir():
        return False
    met = meet(installation)
    if met is None:
        return False
    line, _ = met
    deadline = time.monotonic() + _LAST_JOB
    line.say("leave", {})
    with contextlib.closing(line), contextlib.suppress(OSError, EOFError, ValueError):
        while time.monotonic() < deadline:
            line.hear(0.1)  # until it hangs up
    while not _gone(installation):
        if time.monotonic() > deadline:
            raise ImpastoError(
                "Impasto's worker is still painting: cancel the job in Krita or GIMP or wait for "
                "its end, then try again."
            )
        time.sleep(0.1)
    return True


def _gone(installation: Installation) -> bool:
    """Whether no worker holds its lock: it stops listening first, and paints what it promised."""
    with only_one(installation.lock_file()) as free:
        return free
