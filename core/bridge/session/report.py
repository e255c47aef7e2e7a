"""What helps when something is wrong: a report to send along, and how to install again."""

from __future__ import annotations

import os
from pathlib import Path

from .. import VERSION
from ..storage.own import read_json
from ..storage.paths import Installation

LINES = 60
"""Of the log's end."""

_TAIL = 1 << 17
"""Bytes of it that are read: a log may have grown large."""


def report(installation: Installation, host: str = "") -> str:
    """Versions, the machine, and the end of the log, in lines.

    Args:
        installation: whose.
        host: the host's name and version.
    """
    import platform  # here, as a host that starts imports this file

    told = {
        "Impasto": VERSION,
        "host": host or "none",
        "host's Python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "installed": installation.version() or "no, or only in part",
        "device": installation.device(),
    }
    lines = [f"{name}: {value}" for name, value in told.items()]
    lines += ["", f"the log's last {LINES} lines:", *_tail(installation.log)]
    return _anonymous("\n".join(lines), installation)


def install_command(installation: Installation) -> str:
    """What to type to install or repair it, with install.py's folder where that is known."""
    import shlex

    checkout = read_json(installation.steps).get("checkout")
    known = isinstance(checkout, str) and checkout
    script = Path(str(checkout)) / "install.py" if known else Path("install.py")
    return f"python3 {shlex.quote(str(script))}"


def _tail(log: Path) -> list[str]:
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            return file.read().decode("utf-8", "replace").splitlines()[-LINES:]
    except OSError:
        return ["(nothing was logged yet)"]


def _anonymous(text: str, installation: Installation) -> str:
    """The text without the names of folders that tell who somebody is."""
    import getpass

    hidden = {str(installation.prefix): "PREFIX", str(Path.home()): "~"}
    for path, name in hidden.items():
        text = text.replace(path, name).replace(path.replace("\\", "\\\\"), name)
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        return text
    # A short name may be a part of any word.
    return text.replace(user, "USER") if len(user) > 3 and user != "root" else text
