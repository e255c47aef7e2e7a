"""An uninstall in a process of its own, and what came of it."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from ...contract.errors import ImpastoError
from ...contract.standing import Standing, in_a_window
from ...i18n.text import Text
from ...storage.paths import Installation
from .starting import last_words, start


class Removing:
    """One uninstall, as seen from here. It goes on when the window is closed.

    Attributes:
        running: it is under way.
        error: what it failed with; what is gone by then stays gone.
    """

    def __init__(self, installation: Installation, script: Path) -> None:
        """Begin.

        Args:
            installation: what is taken away.
            script: install.py, which may be among that.
        """
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - read when it has ended
        self._told = Path(tempfile.mkdtemp(prefix="impasto-")) / "uninstall.jsonl"
        self.error: ImpastoError | None = None
        # Its own place for that is in what it takes away.
        options = ["--standing", str(self._told)]
        try:
            self._process = start(script, "uninstall", installation, options, self._said)
        except ImpastoError as error:
            self.error = error
        self.running = self.error is None

    def look(self) -> None:
        """See whether it has ended."""
        if self._process is None or not self.running or self._process.poll() is None:
            return
        self.running = False
        if self._process.returncode != 0:
            self.error = self._failure()
        with contextlib.suppress(OSError):
            self._told.unlink(missing_ok=True)
            self._told.parent.rmdir()

    def _failure(self) -> ImpastoError:
        with contextlib.suppress(OSError, ValueError, IndexError):
            told = Standing.of_line(self._told.read_bytes().splitlines()[-1])
            if told.error is not None:
                return ImpastoError.of(in_a_window(told.error))
        return ImpastoError.of(
            Text("{said}", said=last_words(self._said) or "install.py uninstall")
        )
