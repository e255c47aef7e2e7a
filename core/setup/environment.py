"""The virtual environment below the prefix: made, looked at, and mended."""

from __future__ import annotations

import csv
import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.paths import Installation
from core.setup import process
from core.setup.uv import Uv

_log = logging.getLogger(__name__)

_GIGABYTE = 1e9


def works(installation: Installation) -> bool:
    """Whether the environment's Python runs, and is still the one that it was made of.

    It is a link to a Python of the system, which is another after the system's next release, or
    that of a Flatpak's runtime, and then looks for its packages in a folder that isn't there.
    """
    return process.output([str(installation.python), "-I", "-c", _STILL]) is not None


_STILL = """
import os, ssl, sys, sysconfig
sys.exit(not os.path.isdir(sysconfig.get_path("purelib")))
"""


def create(installation: Installation, uv: Uv, python: str) -> None:
    """Make the environment anew, of that Python; what was there goes.

    Raises:
        ImpastoError: it can't be made.
    """
    shutil.rmtree(installation.environment, ignore_errors=True)
    uv.run("venv", "--clear", "--no-project", "--python", python, str(installation.environment))


def mend(installation: Installation) -> list[str]:
    """Forget packages that an interruption left half installed, so that they are installed again.

    Returns:
        Their names.
    """
    folder = site_packages(installation)
    broken = [entry for entry in folder.glob("*.dist-info") if not _whole(entry)]
    for entry in broken:
        _log.info("half installed: %s", entry)
        shutil.rmtree(entry, ignore_errors=True)
    return [entry.name.partition("-")[0] for entry in broken]


def whole(installation: Installation) -> bool:
    """Whether each installed package has all its files."""
    return all(_whole(entry) for entry in site_packages(installation).glob("*.dist-info"))


def probe(
    installation: Installation,
    within: Callable[..., list[str] | None] = lambda *command: [*command],
) -> dict[str, Any] | None:
    """What core.engine.probe finds in the environment; None where it can't run at all.

    Args:
        installation: whose environment.
        within: makes of a command the one that runs it in a sandbox.
    """
    python, prefix = str(installation.python), str(installation.prefix)
    command = within(python, "-I", "-m", "core.engine.probe", prefix)
    said = process.output(command, timeout=600.0) if command else None
    try:
        found = json.loads(said.strip().splitlines()[-1]) if said else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def require_space(installation: Installation, gigabytes: float) -> None:
    """Raise ImpastoError where the disk below the prefix has less room than this."""
    folder = installation.prefix
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / _GIGABYTE
    if free < gigabytes:
        raise ImpastoError(
            "{folder} has {free} GB free and Impasto needs about {needed} GB: make room, or "
            "choose another disk with --prefix DIR, or on Linux take PyTorch without CUDA with "
            "--cpu (2 GB).",
            folder=installation.prefix,
            free=f"{free:.1f}",
            needed=f"{gigabytes:.1f}",
        )


def _whole(dist_info: Path) -> bool:
    """Whether all files of a package are there in full."""
    try:
        with (dist_info / "RECORD").open(encoding="utf-8", newline="") as stream:
            return all(
                (dist_info.parent / name).stat().st_size == int(size)
                for name, _, size in csv.reader(stream)
                if size
            )
    except (OSError, ValueError):
        return False


def site_packages(installation: Installation) -> Path:
    """The environment's folder of packages; one that does not exist where it has none."""
    found = list(installation.environment.glob("lib/python3.*/site-packages"))
    return found[0] if found else installation.environment / "Lib" / "site-packages"
