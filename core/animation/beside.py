"""Pictures that go with a clip's frames: masks, labels and strengths, moving or still."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import Pixels
from core.clips import Frame, is_still, opened
from core.pixels import files


class Pictures(Protocol):
    """A picture that goes with each frame."""

    def at(self, number: int) -> Pixels:
        """That of a frame. Raises BadInput where there is none."""


class Masks(Protocol):
    """A mask that goes with each frame."""

    @property
    def moves(self) -> bool:
        """Whether it may be another one of each frame."""

    def mask(self, number: int, extent: Extent) -> Pixels:
        """That of a frame, of its size, in one grey channel. Raises BadInput."""


class Still:
    """The same picture with every frame."""

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels

    def at(self, _number: int) -> Pixels:
        return self._pixels


class Beside:
    """A clip beside another one, frame by frame; or a picture that goes with each of them."""

    def __init__(self, path: Path, rate: Fraction) -> None:
        """Look at it.

        Args:
            path: of a clip or a picture.
            rate: frames a second of the clip that it goes with.

        Raises:
            BadInput: it can't be read.
        """
        self.path = path
        self._still = files.read(path).pixels if is_still(path) else None
        self._clip = None if self._still is not None else opened(path, rate)
        self._frames: Iterator[Frame] = iter(())
        self._last: Frame | None = None

    @property
    def moves(self) -> bool:
        return self._clip is not None

    def at(self, number: int) -> Pixels:
        """The picture of a frame.

        Raises:
            BadInput: it can't be read, or the clip is too short.
        """
        if self._still is not None:
            return self._still
        assert self._clip is not None
        if self._last is None or self._last.number > number:
            self._frames, self._last = self._clip.frames(), None
        while self._last is None or self._last.number < number:
            found = next(self._frames, None)
            if found is None:
                raise BadInput(
                    "{path} has no frame {number}: make it as long as the clip.",
                    path=self.path,
                    number=number,
                )
            self._last = found
        return self._last.file.pixels

    def mask(self, number: int, extent: Extent) -> Pixels:
        """The picture of a frame as a mask of its size.

        Raises:
            BadInput: as of ``at``, or it has other proportions.
        """
        return files.as_mask(self.at(number), extent, self.path)
