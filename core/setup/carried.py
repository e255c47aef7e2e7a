"""What goes along with a plug-in that fetches its engine by itself: this set-up, and a pip.

Many a Python has no pip, in Flatpak's runtimes above all, where nobody can add it.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from core.bridge.contract.errors import ImpastoError
from core.bridge.session.installing.need import SETUP
from core.setup import bootstrap, process
from core.setup.reasons import explain
from core.setup.record import source_files

CARRIED = (
    "install.py",
    "pyproject.toml",
    "requirements.txt",
    "tests/requirements.txt",
    "README.md",
    "LICENSE",
    "core",
)
"""What of a checkout install.py needs to make an engine of it."""


def contents(checkout: Path) -> dict[str, bytes]:
    """The set-up's files by their names in the plug-in's folder, without the pip."""
    return {
        f"{SETUP}/{file.relative_to(checkout).as_posix()}": file.read_bytes()
        for name in CARRIED
        for file in source_files(checkout / name)
    }


def is_pip(name: str) -> bool:
    """Whether a file of that name in the plug-in's folder is the pip."""
    return name.startswith(f"{SETUP}/pip-")


@functools.cache
def pip() -> tuple[str, bytes]:
    """The wheel of the lock's pip, which any Python can run as it is, with its name as above.

    Raises:
        ImpastoError: it can't be fetched.
    """
    program = bootstrap.pip()
    if not program:
        raise ImpastoError(
            "A pip has to go along, and this Python has none to fetch it with: run 'install.py "
            "package' with a complete Python."
        )
    with tempfile.TemporaryDirectory(prefix="impasto-") as scratch:
        folder, lines = Path(scratch), list[str]()
        if process.run(bootstrap.download(program, folder, "pip"), on_line=lines.append) != 0:
            raise ImpastoError("{reason}", reason=explain("\n".join(lines), folder))
        (wheel,) = folder.glob("pip-*.whl")
        return f"{SETUP}/{wheel.name}", wheel.read_bytes()
