"""Have a newer Python run install.py, where this one is too old for it. For Python 3.7 to 3.9.

Apple's command-line tools bring 3.9, and systems that are kept for long are older still.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from core.setup import bootstrap

_NEWER = tuple("python3.%d" % minor for minor in range(14, 9, -1))  # noqa: UP031 - as install.py
_BROUGHT = "3.13"


def restart(arguments: list[str]) -> None:
    """Run install.py again in a newer Python, and end as it ends; return where there is none.

    One of this machine is taken before one is fetched. What is fetched goes to where uv keeps its
    Pythons and is used by install.py alone: the environment is made of a copy below the prefix.
    """
    command = _found() or _fetched()
    if command:
        try:
            sys.exit(subprocess.call([*command, *arguments]))
        except KeyboardInterrupt:  # which the other has had too, and told
            sys.exit(130)


def _found() -> list[str]:
    """A newer Python on this machine, as the beginning of a command; empty where there is none."""
    launcher = [["py", "-3"]] if sys.platform == "win32" else []
    names = [[name] for name in _NEWER]
    for name, *options in [*launcher, *names]:
        program = shutil.which(name)
        if program and _new_enough([program, *options]):
            return [program, *options]
    return []


def _new_enough(command: list[str]) -> bool:
    try:
        return _runs([*command, "-c", "import sys; sys.exit(sys.version_info < (3, 10))"])
    except OSError:
        return False


def _fetched() -> list[str]:
    """A newer Python that uv brings; empty where nothing can be fetched."""
    print("This Python is %d.%d: a newer one is looked for." % sys.version_info[:2])  # noqa: UP031
    with tempfile.TemporaryDirectory(prefix="impasto-") as scratch:
        pip, wheel = bootstrap.pip(), Path(scratch) / "wheel"
        wheel.mkdir()
        if pip and _runs(bootstrap.download(pip, wheel)):
            try:
                uv = str(bootstrap.unpack(wheel, Path(scratch)))
            except LookupError:  # pip was told to fetch for another computer
                return []
            if _runs([uv, "python", "install", _BROUGHT, "--no-bin"]):
                found = subprocess.check_output([uv, "python", "find", _BROUGHT])
                return [os.fsdecode(found).strip()]
    return []


def _runs(command: list[str]) -> bool:
    done = subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done == 0
