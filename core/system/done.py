"""Which files of a folder are done, so that the same work is not done twice.

A folder of notes in it holds one small file for each, so that two programs that fill one folder
don't lose each other's.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from core.bridge.storage.regular import is_regular
from core.bridge.storage.whole import unwritable, write_whole

FOLDER = ".impasto"
"""The notes, in the folder that they are about."""


class Done:
    """The notes of a folder, which exists."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, name: str, digest: str) -> bool:
        """Whether the file of that name is there, and what was done for it has this digest."""
        try:
            noted = self._note(name).read_text("ascii")
        except (OSError, ValueError):
            return False
        return noted.strip() == digest and is_regular(self._folder / name)

    @contextlib.contextmanager
    def writing(self, path: Path, digest: str) -> Iterator[None]:
        """Inside the block a file of the folder is written; after it, it is done.

        Raises:
            ImpastoError: that can't be noted.
        """
        self.forget(path.name)
        yield
        try:
            self.note(path.name, digest)
        except OSError as error:
            raise unwritable(path, error) from error

    def note(self, name: str, digest: str) -> None:
        """Note that the file of that name is done. Raises OSError where that can't be written."""
        note = self._note(name)
        note.parent.mkdir(exist_ok=True)
        write_whole(note, f"{digest}\n".encode("ascii"))

    def forget(self, name: str) -> None:
        """Before the file is written anew: it is not done any more."""
        with contextlib.suppress(OSError):
            self._note(name).unlink(missing_ok=True)

    def _note(self, name: str) -> Path:
        # The name may be as long as the system allows, and no note's name may be longer.
        return self._folder / FOLDER / hashlib.sha256(os.fsencode(name)).hexdigest()[:32]
