"""What this machine is: the one place where the rest asks, and where tests answer otherwise."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any


@dataclass(frozen=True)
class Platform:
    """Facts about the system, its user, and the Python this runs in.

    Attributes:
        system: as ``sys.platform``: ``linux``, ``darwin``, ``win32``.
        home: the user's folder.
        variables: of the process.
        program: the Python's file; a host that holds one inside may have none of it.
        base: the folder that Python is installed in.
        version: its first two numbers.
        bits: of its addresses.
        kind: its implementation's name.
        ssl: it can download.
    """

    system: str = sys.platform
    home: Path = field(default_factory=Path.home)
    variables: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    program: str = sys.executable or ""
    base: str = sys.base_prefix
    version: tuple[int, int] = sys.version_info[:2]
    bits: int = struct.calcsize("P") * 8
    kind: str = sys.implementation.name
    ssl: bool = field(default_factory=lambda: importlib.util.find_spec("_ssl") is not None)

    @property
    def windows(self) -> bool:
        return self.system == "win32"

    @property
    def mac(self) -> bool:
        return self.system == "darwin"

    def folder(self, variable: str, default: str) -> Path:
        """What a variable names, else a folder in the user's own."""
        return Path(self.variables.get(variable) or self.home / default)

    @property
    def data(self) -> Path:
        """Where programs keep what is the user's."""
        if self.windows:
            return self.folder("LOCALAPPDATA", "AppData/Local")
        if self.mac:
            return self.home / "Library/Application Support"
        return self.folder("XDG_DATA_HOME", ".local/share")

    @property
    def conda(self) -> bool:
        """Conda keeps this Python."""
        return (Path(self.base) / "conda-meta").is_dir()


def of_store(folder: str) -> bool:
    """Whether a path of Windows leads to what the Microsoft Store has installed. What such a Python
    writes into AppData lies where no other program looks."""
    return "WindowsApps" in PureWindowsPath(folder).parts


_pretended: list[Platform] = []


def here() -> Platform:
    """The machine this runs on, as it is now."""
    return _pretended[-1] if _pretended else Platform()


@contextlib.contextmanager
def pretend(platform: Platform) -> Iterator[Platform]:
    """As long as it lasts, this machine is taken for another one: for tests."""
    _pretended.append(platform)
    try:
        yield platform
    finally:
        _pretended.pop()


def unseen() -> dict[str, Any]:
    """How to run a program without a window of its own.

    By what Python takes here, whatever machine is pretended: elsewhere it refuses Windows' flags.
    """
    return {"creationflags": _NO_WINDOW} if os.name == "nt" else {}


def apart() -> dict[str, Any]:
    """As :func:`unseen`, and no Ctrl-C or end of this process reaches it."""
    return _outliving(_NO_WINDOW)


def detached() -> dict[str, Any]:
    """How to run a program that outlives this one, without a console."""
    return _outliving(_DETACHED)


def _outliving(flag: int) -> dict[str, Any]:
    if os.name == "nt":
        return {"creationflags": _GROUP | flag}
    return {"start_new_session": True}


_DETACHED, _GROUP, _NO_WINDOW = 0x00000008, 0x00000200, 0x08000000
"""Windows' DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP and CREATE_NO_WINDOW."""
