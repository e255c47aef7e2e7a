"""The Python an environment is made of: the one this runs in, or a better one that uv brings."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any

from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.paths import Installation
from core.setup import process
from core.setup.console import Console
from core.setup.prefix import PYTHONS
from core.setup.uv import Uv

_log = logging.getLogger(__name__)

OLDEST, NEWEST = (3, 10), (3, 14)
"""What PyTorch and the lock are made for."""

BROUGHT = "3.13"
"""The one that uv brings."""


@dataclass(frozen=True)
class Facts:
    """What counts of one Python.

    Attributes:
        program: its file.
        version: the first two numbers.
        bits: of its addresses.
        kind: its implementation's name.
        ssl: it can download.
        base: the folder it is installed in.
        system: as ``sys.platform``.
        conda: conda keeps it.
    """

    program: str
    version: tuple[int, int]
    bits: int = 64
    kind: str = "cpython"
    ssl: bool = True
    base: str = ""
    system: str = sys.platform
    conda: bool = False

    @property
    def store(self) -> bool:
        """The Microsoft Store's: what it writes into AppData no other program sees."""
        return self.system == "win32" and "WindowsApps" in PureWindowsPath(self.base).parts

    def fault(self) -> str:
        """Why it can't carry the engine, behind its name; empty where it can."""
        if self.kind != "cpython":
            return f"is {self.kind}, for which there is no PyTorch"
        if self.version < OLDEST:
            return f"is older than Python {_dotted(OLDEST)}"
        if self.version > NEWEST:
            return f"is newer than Python {_dotted(NEWEST)}"
        if self.bits != 64:
            return f"is a {self.bits}-bit program"
        if not self.ssl:
            return "has no ssl, without which nothing can be downloaded"
        if self.store:
            return "is the Microsoft Store's, whose files other programs don't see"
        if self.conda and self.system == "win32":
            return "is conda's, which finds its libraries only where conda is active"
        return ""


def here() -> Facts:
    """The Python this runs in."""
    return Facts(
        sys.executable,
        (sys.version_info[0], sys.version_info[1]),
        struct.calcsize("P") * 8,
        sys.implementation.name,
        importlib.util.find_spec("_ssl") is not None,
        sys.base_prefix,
        sys.platform,
        (Path(sys.base_prefix) / "conda-meta").is_dir(),
    )


_QUESTION = """
import importlib.util, json, os, struct, sys
print(json.dumps([sys.executable, sys.version_info[:2], struct.calcsize('P') * 8,
    sys.implementation.name, importlib.util.find_spec('_ssl') is not None, sys.base_prefix,
    sys.platform, os.path.isdir(os.path.join(sys.base_prefix, 'conda-meta'))]))
"""


def ask(program: str) -> Facts | None:
    """What counts of another Python; None where it does not answer."""
    try:
        told: Any = json.loads(process.output([program, "-I", "-c", _QUESTION]) or "")
        first, version, *rest = told
        return Facts(str(first), (int(version[0]), int(version[1])), *rest)
    except (ValueError, TypeError):
        return None


def choose(
    installation: Installation, uv: Uv, console: Console, ours: Callable[[], Facts] = here
) -> str:
    """The program of a Python that can carry the engine: this one, else uv's, else another here.

    Raises:
        ImpastoError: there is none, and none can be brought.
    """
    facts = ours()
    if not (fault := facts.fault()):
        return facts.program
    if facts.store:
        # The prefix and the plug-ins would be of no use to anyone, whatever Python is in there.
        raise ImpastoError(
            "{python} {fault}: install Python from python.org, then run 'py install.py'.",
            python=facts.program,
            fault=fault,
        )
    console.say(f"      {facts.program} {fault}: Python {BROUGHT} is fetched")
    try:
        return _bring(installation, uv)
    except ImpastoError as error:
        _log.info("%s", error)
    for other in _others(uv):
        if not other.fault():
            console.say(
                f"      Python {BROUGHT} can't be fetched, so Python {_dotted(other.version)} in "
                f"{PurePath(other.program).parent} is taken"
            )
            return other.program
    raise ImpastoError(
        "{python} {fault}, and no other can be fetched or found: install a Python from {oldest} to "
        "{newest}, then run 'python3 install.py' again.",
        python=facts.program,
        fault=fault,
        oldest=_dotted(OLDEST),
        newest=_dotted(NEWEST),
    )


def _bring(installation: Installation, uv: Uv) -> str:
    """Have uv fetch a standalone Python, whose hash it knows, below the prefix."""
    folder = installation.prefix / PYTHONS
    uv.run("python", "install", "--no-bin", "--no-registry", "-i", str(folder), BROUGHT)
    pattern = "cpython-*/python.exe" if os.name == "nt" else "cpython-*/bin/python3"
    return str(max(folder.glob(pattern), key=lambda file: file.stat().st_mtime))


def _others(uv: Uv) -> list[Facts]:
    """Those that uv finds on this machine, the newest first."""
    told = uv.output(
        *("python", "list", "--only-installed", "--no-managed-python", "--output-format", "json")
    )
    try:
        programs = [str(each["path"]) for each in json.loads(told or "[]")]
    except (ValueError, TypeError, KeyError):
        programs = []
    found = [facts for program in dict.fromkeys(programs) if (facts := ask(program))]
    return sorted(found, key=lambda facts: facts.version, reverse=True)


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
