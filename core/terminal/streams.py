"""What a program says on stdout and stderr, which may be closed, full, or short of letters."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
from typing import TextIO

from core.bridge.contract.errors import ImpastoError

_log = logging.getLogger(__name__)

_COMMANDS = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}
"""Letters that a terminal takes for commands, which a file's name may hold, as they are shown."""


def prepare() -> None:
    """Make stdout and stderr fit to be written to, whatever this process was started with.

    A closed one is opened: what is opened next would get its number, and every word meant for it.
    To a closed stdout nothing can be written still, as :func:`deliver` is to notice.
    """
    for number, access in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_RDWR)):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, access), True)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file's name may hold what no encoding has a letter for.
            stream.reconfigure(errors="backslashreplace")


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a line about what was done; where nobody takes it, the log does."""
    _print(f"{text.translate(_COMMANDS)}\n", stream or sys.stdout)


def tell(text: str) -> None:
    """As :func:`say`, on stderr."""
    say(text, sys.stderr)


def show(text: str, stream: TextIO) -> None:
    """Print as it is what a terminal is to show for a moment."""
    _print(text, stream)


def deliver(text: str, lost: str = "What was asked for can't be printed") -> None:
    """Print lines that were asked for, whose loss is a failure.

    Raises:
        ImpastoError: nobody takes them; its sentence begins with what is ``lost``.
    """
    if error := _print(f"{text}\n" if text else "", sys.stdout):
        raise ImpastoError(
            "{lost}, as stdout takes no more ({reason}).", lost=lost, reason=error.strerror
        )


def _print(text: str, stream: TextIO) -> OSError | None:
    """Print now, and not when Python ends; the error, if any, is the log's and the caller's."""
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        _log.warning("can't be printed (%s): %s", error, text.strip())
        # What is still held back would fail once more at the end.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_RDWR), stream.fileno())
        return error
    return None
