"""A cache of the statistics of styles, in memory and in a folder that outlives the worker."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from torch import Tensor

from core.system.recent import Recent
from core.system.tensors import keep, read_kept

_log = logging.getLogger(__name__)

Measured = Mapping[str, Tensor]
"""Statistics by name, on the CPU."""

AT_HAND = 32
"""The most keys that are kept in memory too, of up to six megabytes each."""

ROOM = 256 << 20
"""The most bytes that the folder takes: about 50 styles with their patches at 472 px."""


class StatisticsCache:
    """Statistics by a key that names all that they depend on."""

    def __init__(self, folder: Path | None, limit: int = 256, room: int = ROOM) -> None:
        """Open a cache.

        Args:
            folder: keeps a file for each key; None keeps them in memory only.
            limit: the most keys that are kept.
            room: the most bytes that the folder takes. What was kept last stays in any case.
        """
        self._folder, self._limit, self._room = folder, limit, room
        self._recent: Recent[Measured] = Recent(min(limit, AT_HAND))

    def get(self, key: str, measure: Callable[[], Measured]) -> Measured:
        """The statistics of a key; they are measured if they are not in the cache."""
        return self._recent.get(key, lambda: self._from_folder(key, measure))

    def _from_folder(self, key: str, measure: Callable[[], Measured]) -> Measured:
        if self._folder is None:
            return measure()
        path = self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}.safetensors"
        try:
            found: Measured = read_kept(path).tensors
            os.utime(path)  # the least recently used file is removed first
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            _log.warning("%s is measured anew: %s", path, error)
        else:
            return found
        found = measure()
        try:
            self._save(found, path)
        except (OSError, ValueError) as error:
            _log.warning("%s can't be kept: %s", path, error)
        return found

    def _save(self, measured: Measured, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        keep(path, measured)
        kept = [(file, file.stat()) for file in path.parent.iterdir() if file != path]
        kept.sort(key=lambda each: each[1].st_mtime, reverse=True)
        taken = path.stat().st_size
        for number, (old, known) in enumerate(kept, 2):
            taken += known.st_size
            if number > self._limit or taken > self._room:
                old.unlink(missing_ok=True)
