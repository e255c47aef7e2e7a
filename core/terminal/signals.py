"""Ctrl-C and other requests to end: what they do, and the exit status that tells which it was.

Imports next to nothing, so that it can be the first thing that a program does.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from types import FrameType

_REQUESTS = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
]

_last = int(signal.SIGINT)


class Interrupted(KeyboardInterrupt):
    """A signal came that asks the process to end, Ctrl-C or another."""


def status() -> int:
    """The exit status after the last request, as a shell's: 130 for Ctrl-C, 143 for SIGTERM."""
    return 128 + _last


def from_terminal() -> bool:
    """Whether that was Ctrl-C, which a terminal sends to a program's children as well."""
    return _last == signal.SIGINT


@contextlib.contextmanager
def handled(handler: Callable[[], object]) -> Iterator[None]:
    """Call ``handler`` in the main thread whenever the process is asked to end, for a while.

    What whoever started the process has it ignore, as nohup does, stays ignored.
    """

    def take(number: int, _: FrameType | None) -> None:
        global _last
        _last = number
        handler()

    before = {number: signal.getsignal(number) for number in _REQUESTS}
    ours = {number: was for number, was in before.items() if was not in (signal.SIG_IGN, None)}
    try:
        for number in ours:
            signal.signal(number, take)
        yield
    finally:
        for number, was in ours.items():
            signal.signal(number, was)


def interrupt() -> None:
    """A handler: an exception wherever the main thread is."""
    raise Interrupted


def leave(line: str) -> Callable[[], None]:
    """A handler for as long as nothing is begun: say a line on stderr and end at once.

    An exception would do as well, were it not for modules that catch all while they are imported.
    """

    def handler() -> None:
        with contextlib.suppress(OSError):
            os.write(2, f"{line}\n".encode())
        os._exit(status())

    return handler
