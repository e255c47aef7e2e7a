"""Whether a plug-in that a person imported has to fetch its engine first."""

from __future__ import annotations

import contextlib
import re
from enum import Enum, auto
from pathlib import Path

from ... import VERSION
from ...storage.paths import POINTER, Installation

SETUP = "setup"
"""The folder beside the bridge, in a plug-in that was imported, with install.py in it."""


class Need(Enum):
    """What stands between a person and the dialog."""

    ENGINE = auto()
    """There is none, or only a part of one."""
    UPDATE = auto()
    """It is older than the plug-in."""
    PLUGIN = auto()
    """It is newer than the plug-in, as another host's plug-in has brought it."""
    REPAIR = auto()
    """Nothing does, but a person wants it mended."""


def carried(pointer: Path = POINTER) -> Path | None:
    """The install.py that came with the plug-in; None where the plug-in came by install.py."""
    script = pointer.parents[1] / SETUP / "install.py"
    return script if script.is_file() else None


def needed(installation: Installation) -> Need | None:
    """What there is to do before anything can be painted; None where nothing is."""
    if not installation.manifest.is_file():
        return Need.ENGINE
    there = installation.version()
    if there == VERSION:
        return None
    return Need.PLUGIN if _order(there) > _order(VERSION) else Need.UPDATE


def doubt(installation: Installation) -> None:
    """It can't be started, so it is not whole whatever it says: the page may mend it then."""
    with contextlib.suppress(OSError):
        installation.manifest.unlink()


def _order(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
