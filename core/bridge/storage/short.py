"""A private folder with a short path, for a socket whose own place has too long a one."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path

from ..contract.errors import ImpastoError

_ATTEMPTS = 5


def short_folder(note: Path, limit: int) -> Path:
    """The folder below the system's temporary one that a link leads to; made where missing.

    Its name is random, so that nobody can take it before it is there. Once it was there the name
    is known: one that somebody took since, after a restart emptied the folder, is given up.

    Args:
        note: the link, in a private folder: it is how all processes know the same name.
        limit: bytes that the path may have.

    Raises:
        ImpastoError: none can be made.
        OSError: the link can't be.
    """
    for _ in range(_ATTEMPTS):
        try:
            folder = note.readlink()
        except FileNotFoundError:
            with contextlib.suppress(FileExistsError):  # another process was faster
                note.symlink_to(_temporary(limit))
            continue
        with contextlib.suppress(OSError):  # such as a temporary folder that is no more
            if keep_private(folder):
                return folder
        note.unlink(missing_ok=True)
    raise ImpastoError(
        "No private folder can be made in {folder}.", folder=_temporary(limit).parent
    )


def keep_private(folder: Path) -> bool:
    """Have a folder that only this user can enter; False where the name is somebody else's.

    Raises:
        OSError: it can't be made.
    """
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if sys.platform != "win32":
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            return False
        folder.chmod(0o700)
    return True


def _temporary(limit: int) -> Path:
    import tempfile  # here, as a host that starts imports this file

    name = f"impasto-{os.urandom(6).hex()}"
    own = Path(tempfile.gettempdir()) / name
    return own if len(os.fsencode(own)) <= limit else Path("/tmp") / name
