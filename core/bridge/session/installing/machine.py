"""What of this machine a set-up depends on: a Python to run it, a GPU to compute on, a disk."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ...client.launcher import clean_environment
from ...storage.platform import here, of_store, unseen

_NVIDIA = Path("/proc/driver/nvidia/gpus")
_DEVICES = Path("/sys/bus/pci/devices")

_DISPLAYS, _INTEL = "0x03", "0x8086"
"""How the class of a graphics card begins, and Intel's number, as Linux tells them of a device."""

_AMDS = "rocm_agent_enumerator"
"""The program by which uv finds a card of AMD's."""

_BESIDE_PATH = ("/usr/local/bin", "/opt/homebrew/bin", "/usr/bin")
"""Where a Mac has programs that what is started from its desktop does not see on PATH."""

_APPLES = "/usr/bin/python3"

APPLES_TOOLS = (
    Path("/Library/Developer/CommandLineTools"),
    Path("/Applications/Xcode.app/Contents/Developer"),
)
"""Where Apple's tools lie."""

_NEWEST, _OLDEST = 14, 10
"""Of Python 3."""

_ABLE = "import sys; sys.exit(sys.version_info < (3, 7))"
_COMPLETE = "import ssl, sys; sys.exit(sys.version_info < (3, 10))"
"""What a Python is asked, which says no by its exit status: may it run install.py, and can it fetch
what brings all else? A pip comes along."""

_PATIENCE = 20.0
"""Seconds for one answer: Windows opens its shop where there is no Python."""


def nvidia(folder: Path = _NVIDIA) -> str:
    """The name of the first NVIDIA card whose driver runs; empty where there is none."""
    if here().windows:
        return _told_by_driver()
    for file in sorted(folder.glob("*/information")):
        try:
            lines = file.read_text("utf-8", "replace").splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith("Model:"):
                return line.partition(":")[2].strip()
    return ""


def _told_by_driver() -> str:
    """By the program that comes with it: Windows has no file that says so."""
    program = shutil.which("nvidia-smi", path=here().variables.get("PATH"))
    if program is None:
        return ""
    told = _run([program, "--query-gpu=name", "--format=csv,noheader"])
    if told is None or told.returncode != 0:
        return ""
    return told.stdout.decode("utf-8", "replace").partition("\n")[0].strip()


def another_card(devices: Path = _DEVICES) -> bool:
    """Whether PyTorch comes for a card of AMD's or Intel's, which are looked for as uv does."""
    if here().system != "linux":
        return False
    if shutil.which(_AMDS, path=here().variables.get("PATH")):
        return True
    return any(
        _read(device / "class").startswith(_DISPLAYS) and _read(device / "vendor") == _INTEL
        for device in sorted(devices.glob("*"))
    )


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


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _pythons() -> Iterator[str]:
    """The host's own, where it has one as a program, then those on PATH."""
    platform = here()
    if Path(platform.program).name.lower().startswith("python"):
        yield platform.program
    own = Path(platform.base) / ("python.exe" if platform.windows else "bin/python3")
    if own.is_file():
        yield str(own)
    beside = () if platform.windows else _BESIDE_PATH
    path = os.pathsep.join([platform.variables.get("PATH", ""), *beside])
    versions = (f"python3.{minor}" for minor in range(_NEWEST, _OLDEST - 1, -1))
    stores = []
    for name in ("python3", "python", *versions):
        if program := shutil.which(name, path=path):
            # What the Microsoft Store's writes nobody else sees: it is taken where there is no
            # other, and told then.
            if of_store(program):
                stores.append(program)
            # Apple's opens a window that offers it, where it is not there.
            elif not (platform.mac and program == _APPLES and not _has_tools()):
                yield program
    yield from stores


def _has_tools() -> bool:
    """Whether a Mac has Apple's command-line tools, and with them a Python."""
    return any(folder.is_dir() for folder in APPLES_TOOLS)


def _says(program: str, question: str) -> bool:
    asked = _run([program, "-I", "-c", question])
    return asked is not None and asked.returncode == 0


def _run(command: list[str]) -> subprocess.CompletedProcess[bytes] | None:
    """A program that answers soon; None where it can't be started, or doesn't."""
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(os.environ),
            timeout=_PATIENCE,
            check=False,
            **unseen(),
        )
    except (OSError, subprocess.SubprocessError):
        return None
