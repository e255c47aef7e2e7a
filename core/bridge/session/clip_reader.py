"""Reads the frames of a host's clip into the folder that the worker finds them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from ..contract.clip import ClipRequest
from ..contract.geometry import Box
from ..contract.host import ClipHost, Content, Resolved
from ..contract.pixels import PixelFormat, Pixels, with_alpha
from ..storage.frames import Frames


class Lazily(Sequence[Pixels]):
    """Painted frames, of which each is read whenever it is wanted."""

    def __init__(self, count: int, read: Callable[[int], Pixels]) -> None:
        self._count, self._read = count, read

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, number: int) -> Pixels: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Pixels]: ...
    def __getitem__(self, number: int | slice) -> Pixels | Sequence[Pixels]:
        places = range(self._count)[number]
        return self._read(places) if isinstance(places, int) else [*map(self._read, places)]


class ClipReader:
    """Knows what all the frames have in common once they are read."""

    def __init__(self, host: ClipHost, box: Box, frames: Frames) -> None:
        """Read these frames of a host in a box, into a folder; ``step`` does it."""
        self.count = 0
        """How many are read."""
        self._host, self._extent, self._frames = host, box.extent, frames
        self._numbers = list(host.numbers)
        self._steps, self._whole = host.frames(box), host.whole_frames
        self._format: PixelFormat | None = None
        self._mask: Pixels | None = None
        """Of the first frame."""
        self._each = False
        """Whether another frame has another one."""

    def step(self) -> bool:
        """Read a frame, or let the host go on; True once there is nothing more to read.

        Raises:
            ImpastoError: a frame can't be read, or written.
        """
        try:
            content = next(self._steps)
        except StopIteration:
            return True
        if content is not None:
            self._take(content)
        return False

    def request(self, resolved: Resolved, steady: bool) -> ClipRequest:
        """What is asked of the worker for the frames that are read. Raises BadInput."""
        assert self._format is not None, "a clip has frames"
        return ClipRequest(
            self._frames.name,
            resolved.settings,
            self._extent,
            self._format,
            self._numbers[: self.count],
            "none" if self._mask is None else "each" if self._each else "one",
            None if self._mask is None else self._mask.format,
            resolved.pictures,
            steady,
            self._whole,
        )

    def painted(self, number: int) -> Pixels:
        """A painted frame. Raises BadInput where it can't be read."""
        assert self._format is not None, "a clip has frames"
        format = self._format if self._whole else with_alpha(self._format)
        return self._frames.read_painted(number, self._extent, format)

    def close(self) -> None:
        """Read no more."""
        self._steps.close()

    def _take(self, content: Content) -> None:
        pixels, mask = content
        if self._format is None:
            self._frames.check_room(self._extent, pixels.format, len(self._numbers))
            self._format, self._mask = pixels.format, mask
        self._frames.write(self.count, pixels)
        if mask is not None and (self.count == 0 or mask is not self._mask):
            self._frames.write_mask(self.count, mask)
        self._each |= mask is not self._mask
        self.count += 1
