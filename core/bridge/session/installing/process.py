"""A set-up in a process of its own: begun here, or by another host, and followed by its lines.

It goes on when the window is closed that began it, and whoever opens one meanwhile follows it.
Whether one is under way is told by the lock that install.py holds.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from ...contract.errors import ImpastoError
from ...contract.standing import Standing, in_a_window
from ...i18n.text import Text
from ...storage.locking import only_one
from ...storage.paths import Installation
from .need import needed
from .starting import end, last_words, start

_TAIL = 1 << 14
"""Bytes of the file's end in which the last whole line is."""


_begun: dict[Path, tuple[subprocess.Popen[bytes], IO[bytes]]] = {}
"""The last one that was begun in this process, by its prefix, with what it says of a failure: it
outlives the window, and install.py takes its lock a moment after it starts."""


class Installing:
    """One set-up, as seen from here.

    Attributes:
        running: it is under way.
        standing: how far it is; None before it says anything.
        error: what it failed with, where it is over and something is still needed.
        cancelled: a person ended it here.
    """

    def __init__(self, installation: Installation, script: Path) -> None:
        """Look whether one is under way.

        Args:
            installation: what is to be made whole.
            script: install.py.
        """
        self._installation, self._script = installation, script
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        begun = _begun.get(installation.prefix)
        if begun is not None and begun[0].poll() is None:
            self._process, self._said = begun
        self.standing: Standing | None = None
        self.error: ImpastoError | None = None
        self.cancelled = False
        self.running = self._under_way()
        self.look()

    def start(self, options: Sequence[str] = ()) -> None:
        """Begin, or follow the one that another host has begun meanwhile.

        Args:
            options: of install.py, beside the prefix.
        """
        self.standing, self.error, self.cancelled = None, None, False
        self.running = self.running or self._held()
        if self.running:
            return
        try:
            self._begin(options)
        except ImpastoError as error:
            self.error = error
        self.running = self.error is None

    def look(self) -> None:
        """See how far it is. Takes no longer than reading a small file."""
        if not self.running:
            return
        told = self._last()
        if self._under_way():
            # What an earlier one ended with is no word of this one.
            if told is not None and not told.over:
                self.standing = told
            if self.cancelled and self._process is None:
                self._ask_to_end()  # in its first moments it does not listen yet
            return
        self.running = False
        status = self._process.wait() if self._process is not None else 0
        self.standing = told
        failed = status != 0 or (told is not None and told.error is not None)
        if (failed or needed(self._installation) is not None) and not self.cancelled:
            self.error = self._failure(told)
        self._process = None

    def cancel(self) -> None:
        """End it; what is fetched stays, and the next one goes on from there."""
        if not self.running:
            return
        self.cancelled = True
        if self._process is not None:
            end(self._process.pid)
        else:
            self._ask_to_end()

    def _ask_to_end(self) -> None:
        """Another host's: by a file, as each sandbox has numbers of its own for processes."""
        with contextlib.suppress(OSError):
            self._installation.stop.touch()

    def _begin(self, options: Sequence[str]) -> None:
        with contextlib.suppress(OSError):
            self._installation.standing.unlink()
        said = tempfile.TemporaryFile()  # noqa: SIM115 - read when it has ended
        process = start(self._script, "install", self._installation, options, said)
        self._process, self._said = _begun[self._installation.prefix] = process, said

    def _under_way(self) -> bool:
        if self._process is not None:
            return self._process.poll() is None
        return self._held()

    def _held(self) -> bool:
        """Whether a set-up is at work there, whoever began it."""
        lock = self._installation.setup_lock
        if not lock.is_file():
            return False
        try:
            with only_one(lock) as free:
                return not free
        except OSError:
            return False

    def _last(self) -> Standing | None:
        """The last line that is whole; None where there is none."""
        try:
            with self._installation.standing.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
                lines = file.read().splitlines(keepends=True)
        except OSError:
            return None
        for line in reversed(lines):
            if line.endswith(b"\n"):
                with contextlib.suppress(ValueError):
                    return Standing.of_line(line)
        return None

    def _failure(self, told: Standing | None) -> ImpastoError:
        """What it failed with, by its own words where it had any."""
        if told is not None and told.error is not None:
            return ImpastoError.of(in_a_window(told.error))
        if said := last_words(self._said):
            return ImpastoError.of(Text("{said}", said=said))
        return ImpastoError(
            "The set-up ended early: try again, and it goes on where it was. Details: {log}",
            log=self._installation.install_log,
        )
