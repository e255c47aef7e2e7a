"""Start the worker in Impasto's own environment, free of what the host put into its own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..contract.errors import INSTALLATION, WorkerLost
from ..storage.logfile import open_log
from ..storage.paths import Installation
from ..storage.platform import detached

if TYPE_CHECKING:
    import subprocess

_POLLUTED = (
    *("PYTHON", "LD_", "DYLD_", "QT_", "GI_", "GTK_", "GIMP", "GDK_"),
    *("APPIMAGE", "APPDIR", "ARGV0", "OWD"),
)
"""Beginnings of the variables by which hosts and AppImages redirect libraries and modules."""


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would make our Python load the host's files.

    An AppImage also puts its own folders before others, as in PATH: those go, the others stay.
    """
    kept = {k: v for k, v in environment.items() if not k.upper().startswith(_POLLUTED)}
    within = environment.get("APPDIR")
    if not within:
        return kept
    outside = {
        name: os.pathsep.join(part for part in value.split(os.pathsep) if within not in part)
        for name, value in kept.items()
    }
    return {name: value for name, value in outside.items() if value or not kept[name]}


def start_worker(installation: Installation) -> subprocess.Popen[bytes]:
    """Start a worker that outlives the host, its output appended to the log.

    Raises:
        WorkerLost: there is no whole installation, or its Python can't be run.
    """
    import subprocess  # here, as a host that starts imports this file

    if not installation.manifest.is_file():
        raise WorkerLost(
            "Impasto's engine is not installed in {folder}: run 'python3 install.py' from its "
            "folder, then try again.",
            code=INSTALLATION,
            folder=installation.prefix,
        )
    command = [str(installation.python), "-I", "-m", "core.service.worker"]
    try:
        with open_log(installation.log) as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=installation.prefix,
                env=clean_environment(os.environ),
                **detached(),
            )
    except OSError as error:
        raise WorkerLost(
            "Impasto's worker can't be started ({reason}): run 'python3 install.py' again.",
            code=INSTALLATION,
            reason=error,
        ) from error
