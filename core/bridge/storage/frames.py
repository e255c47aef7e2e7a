"""A private folder of frames as raw pixels, in which a host and the worker hand them to each other.

A host makes it, writes what is to be painted and reads what is painted; the worker does the
opposite. It goes with whoever made it: a lock beside it is held as long as that one lives, and a
folder whose lock nobody holds is removed by who comes next.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from ..contract.errors import BadInput, ImpastoError
from ..contract.geometry import Extent
from ..contract.pixels import PixelFormat, Pixels
from . import regular
from .locking import only_one
from .paths import Installation
from .whole import unwritable

_NAME = re.compile(r"[0-9a-f]{16}")

_SPARE = 1 << 28
"""Bytes that stay free on the disk beside what a clip takes."""

_STATE = 100
"""Bytes a pixel that the worker writes of where a clip's painting stands."""


class Frames:
    """The frames of one clip, numbered from 0, and their masks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held = contextlib.ExitStack()

    @classmethod
    def made(cls, installation: Installation) -> Frames:
        """A new folder, which ``close`` removes.

        Raises:
            ImpastoError: it can't be made.
        """
        frames = cls(installation.clips_folder() / os.urandom(8).hex())
        try:
            sweep(installation)
            # The lock is there before the folder, so that nobody takes it for one that was left.
            frames._held.enter_context(only_one(_lock_of(frames.folder)))
            frames.folder.mkdir(mode=0o700)
        except OSError as error:
            frames.close()
            raise unwritable(frames.folder, error) from error
        return frames

    @classmethod
    def at(cls, installation: Installation, name: str) -> Frames:
        """The folder that another process has made. Raises BadInput where there is none."""
        folder = installation.clips_folder() / name
        if not _NAME.fullmatch(name) or not regular.is_folder(folder):
            raise BadInput("The frames to paint are gone: try again.")
        return cls(folder)

    @property
    def name(self) -> str:
        """By which the worker finds it."""
        return self.folder.name

    def check_room(self, extent: Extent, format: PixelFormat, count: int) -> None:
        """Raise ImpastoError where the disk has no room for so many frames, and for what is painted
        of them."""
        wanted = (2 * count * format.bytes_per_pixel + count + _STATE) * extent.area + _SPARE
        import shutil  # here, as a host that starts imports this file

        try:
            free = shutil.disk_usage(self.folder).free
        except OSError:
            return
        if free < wanted:
            raise ImpastoError(
                "The frames take {needed} GB in {folder} while they are painted, and {free} GB are "
                "free: make room, or paint fewer frames.",
                needed=f"{wanted / 1e9:.1f}",
                folder=self.folder.parent,
                free=f"{free / 1e9:.1f}",
            )

    def write(self, number: int, pixels: Pixels) -> None:
        """Write a frame that is to be painted. Raises ImpastoError where that can't be done."""
        self._write(self.folder / f"{number:06}", pixels)

    def write_mask(self, number: int, pixels: Pixels) -> None:
        """Write a frame's mask; one that has none of its own has the first one's.

        Raises:
            ImpastoError: it can't be written.
        """
        self._write(self.folder / f"{number:06}.mask", pixels)

    def read(self, number: int, extent: Extent, format: PixelFormat) -> Pixels:
        """A frame that is to be painted. Raises BadInput where it can't be read."""
        return _read(self.folder / f"{number:06}", extent, format)

    def read_mask(self, number: int, extent: Extent, format: PixelFormat) -> Pixels:
        """A frame's mask, its own or the first one's. Raises BadInput where it can't be read."""
        own = self.folder / f"{number:06}.mask"
        there = regular.exists(own)
        return _read(own if there else self.folder / f"{0:06}.mask", extent, format)

    def painted(self, number: int) -> Path:
        """The file that a painted frame is written to."""
        return self.folder / f"{number:06}.painted"

    def read_painted(self, number: int, extent: Extent, format: PixelFormat) -> Pixels:
        """A painted frame. Raises BadInput where it can't be read."""
        return _read(self.painted(number), extent, format)

    def close(self) -> None:
        """Remove it; nothing happens where it is gone."""
        _remove(self.folder)
        self._held.close()
        with contextlib.suppress(OSError):
            _lock_of(self.folder).unlink(missing_ok=True)

    def _write(self, path: Path, pixels: Pixels) -> None:
        try:
            with path.open("wb") as file:
                file.write(pixels.data)
        except OSError as error:
            raise unwritable(path, error) from error


def sweep(installation: Installation) -> None:
    """Remove what was left by processes that are gone. Raises ImpastoError, see Installation."""
    with contextlib.suppress(OSError):
        for folder in list(installation.clips_folder().iterdir()):
            if not _NAME.fullmatch(folder.name):
                continue
            with only_one(_lock_of(folder)) as free:
                if free:
                    _remove(folder)
            if free:
                _lock_of(folder).unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    import shutil  # here, as above

    shutil.rmtree(folder, ignore_errors=True)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _read(path: Path, extent: Extent, format: PixelFormat) -> Pixels:
    try:
        with regular.opened(path) as file:
            data = file.read()
    except (OSError, ValueError) as error:
        raise BadInput("The frames to paint are gone: try again.") from error
    return Pixels(extent, format, data)
