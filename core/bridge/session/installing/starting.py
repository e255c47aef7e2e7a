"""install.py in a process of its own, which goes on when the window is closed that began it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from ...client.launcher import clean_environment
from ...contract.errors import ImpastoError
from ...storage.own import read_json
from ...storage.paths import Installation
from ...storage.platform import apart, here, unseen
from . import machine
from .need import carried


def script_for(installation: Installation) -> Path | None:
    """The install.py that this plug-in came with, else the one that made the installation; None
    where there is none any more."""
    if (script := carried()) is not None:
        return script
    checkout = read_json(installation.steps).get("checkout")
    script = Path(checkout) / "install.py" if isinstance(checkout, str) and checkout else None
    return script if script is not None and script.is_file() else None


def start(
    script: Path, command: str, installation: Installation, options: Sequence[str], said: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Begin.

    Args:
        script: install.py.
        command: of it.
        installation: whose prefix it is told.
        options: more of its command line.
        said: takes what it says of a failure.

    Raises:
        ImpastoError: there is no Python to run it, or it can't be started.
    """
    program = machine.python()
    if program is None:
        raise ImpastoError(
            "There is no Python here, which the set-up needs: install one from python.org, "
            "then try again."
        )
    folder = str(installation.prefix)
    try:
        return subprocess.Popen(
            [program, "-s", str(script), command, "--prefix", folder, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            # Windows removes no folder that a program stands in.
            cwd=script.anchor,
            env=clean_environment(os.environ),
            **apart(),
        )
    except OSError as error:
        raise ImpastoError(
            "The set-up can't be started ({reason}).", reason=error.strerror or error
        ) from error


def end(process: int) -> None:
    """Ask a set-up to end, and on Windows, where nobody can be asked, end all that it runs."""
    if here().windows:
        subprocess.run(
            ["taskkill", "/T", "/F", "/PID", str(process)],
            capture_output=True,
            check=False,
            **unseen(),
        )
    else:
        with contextlib.suppress(OSError):
            os.kill(process, signal.SIGTERM)


def last_words(said: IO[bytes] | None) -> str:
    """The last line of what it said; empty where there is none."""
    if said is None:
        return ""
    said.seek(0)
    return (said.read().strip().splitlines() or [b""])[-1].decode("utf-8", "replace")
