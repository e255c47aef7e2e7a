"""What is known of a shot's frames while it is painted, in a file that goes away with it.

A shot may have thousands of frames, which memory would not hold at the size at which motion is
searched.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.bridge.storage.whole import unwritable
from core.motion.patches import Guide
from core.motion.tracks import Way

_PARTS = 32
"""Of a pixel, to which places are kept."""

_TOP = 255


class _Place(NamedTuple):
    start: int
    shape: tuple[int, ...]
    kind: str


class Shelf:
    """Arrays by name, in a file without one."""

    def __init__(self, folder: Path) -> None:
        """In a folder that exists. Raises ImpastoError where nothing can be written there."""
        self._folder = folder
        try:
            self._file: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - see close
        except OSError as error:
            raise unwritable(folder, error) from error
        self._places: dict[object, _Place] = {}
        self._end = 0

    def close(self) -> None:
        self._file.close()

    def keep_guide(self, number: int, guide: Guide) -> None:
        """Keep a frame without paint, in 8 bits."""
        for name, values in (("content", guide.content), ("labels", guide.labels)):
            self._keep((number, name), np.rint(values * _TOP).astype(np.uint8))

    def guide(self, number: int, paint: NDArray[np.float32] | None = None) -> Guide:
        """A frame, with paint if it is a key frame."""
        content, labels = (
            (self._read((number, name)) / np.float32(_TOP)).astype(np.float32)
            for name in ("content", "labels")
        )
        return Guide(content, content[:0] if paint is None else paint, labels)

    def keep_way(self, key: int, number: int, way: Way) -> None:
        """Keep the way from a frame to a key frame."""
        limit = np.iinfo(np.int16)
        places = np.rint(way.places * _PARTS).clip(limit.min, limit.max).astype(np.int16)
        self._keep((key, number, "places"), places)
        self._keep((key, number, "sure"), np.rint(way.sure * _TOP).astype(np.uint8))

    def way(self, key: int, number: int) -> Way:
        places, sure = (self._read((key, number, name)) for name in ("places", "sure"))
        return Way((places / np.float32(_PARTS)), (sure / np.float32(_TOP)))

    def _keep(self, name: object, values: NDArray[Any]) -> None:
        try:
            self._file.seek(self._end)
            self._file.write(np.ascontiguousarray(values).tobytes())
        except OSError as error:
            raise unwritable(self._folder, error) from error
        self._places[name] = _Place(self._end, values.shape, values.dtype.str)
        self._end += values.nbytes

    def _read(self, name: object) -> NDArray[Any]:
        start, shape, kind = self._places[name]
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        try:
            self._file.seek(start)  # which writes what waits to be written
            held = self._file.read(size)
        except OSError as error:
            raise unwritable(self._folder, error) from error
        values: NDArray[Any] = np.frombuffer(held, kind).reshape(shape)
        return values
