"""The Python an environment is made of: the one this runs in, or a better one that uv brings."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.standing import AGAIN
from core.bridge.i18n.text import Text
from core.bridge.storage.paths import Installation
from core.bridge.storage.platform import here, of_store
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
        conda: conda keeps it.
    """

    program: str
    version: tuple[int, int]
    bits: int = 64
    kind: str = "cpython"
    ssl: bool = True
    base: str = ""
    conda: bool = False

    @property
    def store(self) -> bool:
        """The Microsoft Store's: what it writes into AppData no other program sees."""
        return here().windows and of_store(self.base)

    def fault(self) -> Text | None:
        """Why it can't carry the engine, behind its name; None where it can."""
        if self.kind != "cpython":
            return Text("is {kind}, for which there is no PyTorch", kind=self.kind)
        if self.version < OLDEST:
            return Text("is older than Python {version}", version=_dotted(OLDEST))
        if self.version > NEWEST:
            return Text("is newer than Python {version}", version=_dotted(NEWEST))
        if self.bits != 64:
            return Text("is a {bits}-bit program", bits=self.bits)
        if not self.ssl:
            return Text("has no ssl, without which nothing can be downloaded")
        if self.store:
            return Text("is the Microsoft Store's, whose files other programs don't see")
        if self.conda and here().windows:
            return Text("is conda's, which finds its libraries only where conda is active")
        return None


def ours() -> Facts:
    """The Python this runs in."""
    own = here()
    return Facts(own.program, own.version, own.bits, own.kind, own.ssl, own.base, own.conda)


_QUESTION = """
import importlib.util, json, os, struct, sys
print(json.dumps([sys.executable, sys.version_info[:2], struct.calcsize('P') * 8,
    sys.implementation.name, importlib.util.find_spec('_ssl') is not None, sys.base_prefix,
    os.path.isdir(os.path.join(sys.base_prefix, 'conda-meta'))]))
"""


def ask(program: str) -> Facts | None:
    """What counts of another Python; None where it does not answer."""
    try:
        told: Any = json.loads(process.output([program, "-I", "-c", _QUESTION]) or "")
        first, version, *rest = told
        return Facts(str(first), (int(version[0]), int(version[1])), *rest)
    except (ValueError, TypeError):
        return None


def choose(installation: Installation, uv: Uv, console: Console) -> str:
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
        "{newest}, then {again}.",
        python=facts.program,
        fault=fault,
        oldest=_dotted(OLDEST),
        newest=_dotted(NEWEST),
        again=AGAIN,
    )


def _bring(installation: Installation, uv: Uv) -> str:
    """Have uv fetch a standalone Python, whose hash it knows, below the prefix."""
    folder = installation.prefix / PYTHONS
    uv.run("python", "install", "--no-bin", "--no-registry", "-i", str(folder), BROUGHT)
    pattern = "cpython-*/python.exe" if here().windows else "cpython-*/bin/python3"
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
