"""Files that a person names, opened only where they are files.

Opening a pipe nobody writes into waits for good, and a device may never end.
"""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import BinaryIO

from ..contract.errors import BadInput

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    # What becomes a pipe between the look and the opening must not wait either.
    | getattr(os, "O_NONBLOCK", 0)
)


class NoFile(ValueError):
    """A folder, a pipe, a socket or a device."""


def is_regular(path: Path) -> bool:
    """Whether it is a file with an end, links followed; False as well where it can't be told."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def is_no_file(path: Path) -> bool:
    """Whether there is something of that name that :func:`open_regular` refuses."""
    return exists(path) and not is_regular(path)


def is_folder(path: Path) -> bool:
    """Whether it is a folder, links followed; False as well where it can't be told.

    ``Path.is_dir`` raises for a name that is too long, or that lies where nobody may look.
    """
    return os.path.isdir(path)  # noqa: PTH112


def exists(path: Path) -> bool:
    """Whether there is anything of that name; False as well where it can't be told."""
    return os.path.exists(path)  # noqa: PTH110


def files_in(folder: Path) -> list[Path]:
    """Its files with an end, by name, without hidden ones and those in its folders.

    Raises:
        BadInput: it can't be read.
    """
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise BadInput(
            "{path} can't be read: {reason}.", path=folder, reason=error.strerror
        ) from error
    return [path for path in inside if not path.name.startswith(".") and is_regular(path)]


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read its bytes, links followed.

    Raises:
        BadInput: there is none, it is a folder, a pipe, a socket or a device, or can't be read.
    """
    try:
        return opened(path)
    except NoFile as error:
        if is_folder(path):
            raise BadInput("{path} is a folder: name a picture's file.", path=path) from error
        raise BadInput(
            "{path} is a pipe, a socket or a device: name a picture's file.", path=path
        ) from error
    except FileNotFoundError as error:
        raise BadInput("There is no file {path}: check its name.", path=path) from error
    except OSError as error:
        raise BadInput(
            "{path} can't be read: {reason}.", path=path, reason=error.strerror
        ) from error
    except ValueError as error:  # a name that no system takes
        raise BadInput("There is no file {path}: check its name.", path=path) from error


def opened(path: Path) -> BinaryIO:
    """As :func:`open_regular`, for who has words of its own.

    Raises:
        NoFile: it is something else.
        OSError, ValueError: there is none, or it can't be read.
    """
    _check(path.stat())  # opening some devices does something already
    file = io.BufferedReader(io.FileIO(path, opener=lambda name, _: os.open(name, _FLAGS)))
    try:
        _check(os.fstat(file.fileno()))
    except NoFile:
        file.close()
        raise
    return file


def _check(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NoFile
