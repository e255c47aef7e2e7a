"""What of this machine a set-up depends on: a Python to run it, a GPU to compute on, a disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ...client.launcher import clean_environment
from ...storage.paths import WINDOWS

_NVIDIA = Path("/proc/driver/nvidia/gpus")

_BESIDE_PATH = ("/usr/local/bin", "/opt/homebrew/bin", "/usr/bin")
"""Where a Mac has programs that what is started from its desktop does not see on PATH."""

_NEWEST, _OLDEST = 14, 10
"""Of Python 3."""

_ABLE = "import sys; sys.exit(sys.version_info < (3, 7))"
_COMPLETE = "import ssl, sys; sys.exit(sys.version_info < (3, 10))"
"""What a Python is asked, which says no by its exit status: may it run install.py, and can it fetch
what brings all else? A pip comes along."""

_PATIENCE = 20.0
"""Seconds for one answer: Windows opens its shop where there is no Python."""


def nvidia(folder: Path = _NVIDIA) -> str:
    """The name of the first NVIDIA card whose driver runs, on Linux; empty where there is none."""
    for file in sorted(folder.glob("*/information")):
        try:
            lines = file.read_text("utf-8", "replace").splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith("Model:"):
                return line.partition(":")[2].strip()
    return ""


def python() -> str | None:
    """A Python that can run install.py, one with all it needs before any other; or None."""
    found = list(dict.fromkeys(_pythons()))
    return next((each for what in (_COMPLETE, _ABLE) for each in found if _says(each, what)), None)


def room(folder: Path) -> int:
    """Bytes that are free where a folder is, or is to be."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def _pythons() -> Iterator[str]:
    """The host's own, where it has one as a program, then those on PATH."""
    if Path(sys.executable or "").name.lower().startswith("python"):
        yield sys.executable
    own = Path(sys.base_prefix) / ("python.exe" if WINDOWS else "bin/python3")
    if own.is_file():
        yield str(own)
    path = os.pathsep.join([os.environ.get("PATH", ""), *(() if WINDOWS else _BESIDE_PATH)])
    versions = (f"python3.{minor}" for minor in range(_NEWEST, _OLDEST - 1, -1))
    for name in ("python3", "python", *versions):
        if program := shutil.which(name, path=path):
            yield program


def _says(program: str, question: str) -> bool:
    try:
        asked = subprocess.run(
            [program, "-I", "-c", question],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=clean_environment(os.environ),
            timeout=_PATIENCE,
            check=False,
            creationflags=UNSEEN if WINDOWS else 0,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return asked.returncode == 0


UNSEEN = 0x08000000
"""Windows' CREATE_NO_WINDOW."""
