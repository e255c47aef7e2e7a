"""See the worker of an installation, and ask it to leave."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from core.bridge import VERSION, wire
from core.bridge.client import dial
from core.bridge.errors import ImpastoError, WorkerLost
from core.bridge.locking import only_one
from core.bridge.paths import Installation

_T = TypeVar("_T")
_PATIENCE = 10.0
"""Seconds for an answer: a worker in good health answers at once, even while it paints."""
_LAST_JOB = 60.0
"""Seconds for the job it is at."""


def greeting(installation: Installation) -> dict[str, Any] | None:
    """What the running worker says of itself (``version``, ``pid``); None where none runs.

    Raises:
        WorkerLost: something is there that does not answer as a worker does.
    """
    return _within_patience(lambda: _greet(installation, leave=False), installation)


def dismiss(installation: Installation) -> bool:
    """Ask the running worker to leave, and wait until it has; False where none ran.

    Raises:
        ImpastoError: it does not go.
    """
    if not installation.prefix.is_dir():
        return False
    if _within_patience(lambda: _greet(installation, leave=True), installation) is None:
        return False
    deadline = time.monotonic() + _LAST_JOB
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


def _greet(installation: Installation, leave: bool) -> dict[str, Any] | None:
    connection = dial(installation)
    if connection is None:
        return None
    try:
        wire.send(connection, "hello", {"version": VERSION})
        header = wire.receive(connection).header
        if leave:
            wire.send(connection, "leave", {})
        return header
    except (OSError, EOFError, ValueError):
        return None  # it went away in the middle
    finally:
        connection.close()


def _within_patience(call: Callable[[], _T], installation: Installation) -> _T:
    """The call's result; what listens on a socket may be stuck, and the call with it."""
    results: list[_T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(call())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    if errors:
        raise errors[0]
    if not results:
        raise WorkerLost(
            f"Impasto's worker does not answer: end the process '{installation.python.name} -m "
            f"core.worker' of user {os.environ.get('USER', os.environ.get('USERNAME', ''))}, "
            "then try again."
        )
    return results[0]
