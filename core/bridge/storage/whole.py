"""Write a file whole or not at all: the one place where a file takes the place of another.

The data goes to a file of a random name in the same folder, which then takes the name that was
asked for. Whoever reads finds the old file or the new one, also where two write at the same time.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from ..contract.errors import ImpastoError, NoRoom
from ..i18n.text import Text

_FLAGS = (
    (os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
)

_REASONS = {
    errno.ENOENT: Text("its folder is gone"),
    errno.ENOTDIR: Text("its folder is gone"),
    errno.EACCES: Text("it is write-protected, or its folder is"),
    errno.EPERM: Text("it is write-protected, or its folder is"),
    errno.EROFS: Text("its disk is read-only"),
    errno.ENOSPC: Text("the disk is full"),
    errno.EDQUOT: Text("the disk quota is used up"),
    errno.EFBIG: Text("it is too large for its disk"),
    errno.ENAMETOOLONG: Text("its name is too long"),
    errno.EISDIR: Text("it is a folder"),
    errno.ELOOP: Text("it is a link that leads to itself"),
    errno.ENXIO: Text("it is not a regular file"),
    errno.EBUSY: Text("another program has it open, or it is write-protected"),
}
_IN_USE_ON_WINDOWS = (5, 32, 33)
"""Windows' numbers for a refused access, a sharing violation and a lock violation."""


@contextlib.contextmanager
def open_whole(path: Path, *, mode: int | None = None) -> Iterator[BinaryIO]:
    """A file to fill, which takes the place of ``path`` when the block ends without an error.

    Where ``path`` is a link, the file it leads to is replaced and the link stays. What was there
    lends its mode bits and, where that is allowed, its owner; a new file follows the umask.

    Args:
        path: of the file.
        mode: its mode bits, whatever was there.

    Raises:
        OSError: it can't be written; ``strerror`` is a reason in plain words. What was there is as
            it was, and nothing is left over, as after any other error and Ctrl-C.
    """
    with _beside(path) as (target, unfinished):
        there = _replaced(target)
        keep = stat.S_IMODE(there.st_mode) if mode is None and there is not None else mode
        # Private until it has the bits of the file that it replaces.
        descriptor = os.open(unfinished, _FLAGS, 0o666 if keep is None else 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            _onto_the_disk(descriptor)
            if there is not None:
                _lend_owner(there, descriptor)
            if keep is not None:
                unfinished.chmod(keep)
        unfinished.replace(target)


def write_whole(path: Path, data: bytes | Iterable[bytes], *, mode: int | None = None) -> None:
    """Write these bytes, whole or not at all. Arguments and errors as :func:`open_whole`'s."""
    with open_whole(path, mode=mode) as file:
        file.writelines([data] if isinstance(data, bytes) else data)


@contextlib.contextmanager
def name_whole(path: Path) -> Iterator[Path]:
    """The name of a file to be written by whoever takes names only, such as a host that exports.

    It has the ending of ``path``, whose place the file takes when the block ends without an error.
    Errors as :func:`open_whole`'s.
    """
    with _beside(path) as (target, unfinished):
        _replaced(target)
        named = unfinished.with_suffix(path.suffix)
        try:
            yield named
            named.replace(target)
        finally:
            with contextlib.suppress(OSError):
                named.unlink(missing_ok=True)


def check_whole(path: Path) -> None:
    """Raise OSError where :func:`open_whole` would now: before hours of work, not after."""
    with _beside(path) as (target, unfinished):
        _replaced(target)
        os.close(os.open(unfinished, _FLAGS, 0o600))


def reason(error: OSError) -> Text:
    """Why a file can't be written, as :func:`open_whole` says it or else the system."""
    return Text(error.strerror or str(error))


def unwritable(path: Path, error: OSError) -> ImpastoError:
    """What to say of a file that can't be written; NoRoom where its disk is full."""
    kind = NoRoom if is_full(error) else ImpastoError
    return kind("{path} can't be written: {reason}.", path=path, reason=reason(error))


def is_full(error: BaseException) -> bool:
    """Whether there is no room on a disk, or a person may have no more of it."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, Path]]:
    """The file that ``path`` leads to, and a name beside it that is free again afterwards."""
    ours = [path]
    try:
        target = Path(os.path.realpath(path))
        # The name does not grow with the target's, which may be as long as the system allows.
        unfinished = target.with_name(f".impasto-{os.urandom(6).hex()}")
        ours += target, unfinished
        try:
            yield target, unfinished
        finally:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
    except OSError as error:
        theirs = isinstance(error.filename, str) and error.filename not in map(str, ours)
        if error.errno is None or theirs:
            raise  # what the caller does while the file is open may fail for reasons of its own
        in_use = getattr(error, "winerror", None) in _IN_USE_ON_WINDOWS
        reason = _REASONS.get(errno.EBUSY if in_use else error.errno, error.strerror)
        raise OSError(error.errno, str(reason), str(path)) from error


def _replaced(target: Path) -> os.stat_result | None:
    """What lies there, if anything. Raises OSError where it is not to be replaced."""
    try:
        there = target.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(there.st_mode):
        raise IsADirectoryError(errno.EISDIR, "", str(target))
    if stat.S_ISLNK(there.st_mode):
        raise OSError(errno.ELOOP, "", str(target))
    if not stat.S_ISREG(there.st_mode):
        raise OSError(errno.ENXIO, "", str(target))
    # A rename would not ask.
    if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(errno.EACCES, "", str(target))
    return there


def _onto_the_disk(descriptor: int) -> None:
    """Have the bytes on the disk before the name leads to them, where the disk knows how."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise


def _lend_owner(there: os.stat_result, descriptor: int) -> None:
    """Give the new file the owner and group of what it replaces, where that is allowed."""
    if sys.platform != "win32" and (there.st_uid, there.st_gid) != (os.geteuid(), os.getegid()):
        with contextlib.suppress(OSError):
            os.fchown(descriptor, there.st_uid, there.st_gid)
