"""Messages as bytes: a JSON header, then raw frames. Nothing is ever unpickled.

Four bytes give the header's length, high byte first. The header is an object with ``type`` and
``frames``, the sizes in bytes of what follows it without anything between. A side tells who it is
by the key first (see :mod:`.introduction`): ``challenge``, ``answer``, ``proof`` or ``refused``.
Then, client to worker: ``hello`` (version), ``paint`` (a request, and a ``number`` that every
answer to it carries), ``clip`` (likewise, of frames that lie in a folder), ``keep`` (paintings are
to end early, as they are), ``want`` (what was asked for ahead is wanted by now), ``leave``. Worker
to client: ``welcome`` (version, pid, how many ``others`` it serves), ``queued``, ``progress``,
``painted`` (the ``count`` of a clip's frames that are), and one of ``done`` (a result; a clip's
report), ``failed``, ``unpainted`` (kept before anything was painted) or ``displaced``; while a job
waits or runs also ``alive``, every few seconds. Closing the connection cancels its jobs.

A request with ``preview`` in it displaces the previews asked for before it on the same connection:
each is answered with ``displaced``, unless it was done already. What became of a painting is not
touched by that. One with ``spare`` as well is displaced by whatever another asks for. A painting
with ``ahead`` in its request gives way to every other: where it had begun, it is ``queued`` and
begins again. Where the worker leaves, it is answered with ``displaced``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard, TypeVar, cast

from ..contract.errors import MEMORY, ImpastoError
from ..storage.outside import parse

_T = TypeVar("_T")

MAX_HEADER = 1 << 20
MAX_FRAMES = 16
MAX_FRAME = 1 << 33
"""Limits in bytes, frames and bytes: what is larger is not a message of ours."""

Frames = Sequence[bytes | bytearray]
"""Raw bytes that follow a header."""


@dataclass(frozen=True)
class Message:
    type: str
    header: dict[str, Any] = field(default_factory=dict)
    frames: Frames = ()
    refused: ImpastoError | None = None
    """Why the frames were left out, where they were."""


Room = Callable[[str, dict[str, Any], list[int]], list[bytearray]]
"""Makes buffers for the frames of a message, given its type, its header and their sizes.

It raises ImpastoError where they are to be left out, and ValueError where that is no message.
"""


def any_room(_type: str, _header: dict[str, Any], sizes: list[int]) -> list[bytearray]:
    """Room for whatever there is memory for."""
    try:
        return [bytearray(size) for size in sizes]
    except MemoryError:
        raise too_large() from None


def too_large() -> ImpastoError:
    """Said where a host has no memory for what was painted."""
    return ImpastoError(
        "The painting does not fit into this program's memory: close other pictures, or paint a "
        "smaller selection.",
        code=MEMORY,
    )


def no_room(type: str, _header: dict[str, Any], sizes: list[int]) -> list[bytearray]:
    """Room where no message has frames."""
    if sizes:
        raise ValueError(f"a message of the type {type!r} with frames")
    return []


def pack(type: str, header: dict[str, Any], frames: Frames = ()) -> list[memoryview]:
    """The pieces of a message, in order and none empty.

    Raises:
        ValueError: the header has a number that is not finite.
    """
    whole = {**header, "type": type, "frames": [len(frame) for frame in frames]}
    text = json.dumps(whole, allow_nan=False).encode()
    pieces = [len(text).to_bytes(4, "big") + text, *frames]
    return [memoryview(piece) for piece in pieces if piece]


class Reader:
    """Puts messages together from bytes as they come, and asks for no byte beyond a message."""

    def __init__(self, make_room: Room = any_room, max_header: int = MAX_HEADER) -> None:
        self.make_room = make_room
        """Asked before frames are received; those it refuses are read past."""
        self.max_header = max_header
        self._begin()

    @property
    def amid(self) -> bool:
        """Whether a part of a message has come, and the rest is still to come."""
        return self._amid

    @property
    def room(self) -> memoryview:
        """Where the next bytes are to be put, as many as there are of so many."""
        return self._room

    def took(self, count: int) -> Message | None:
        """So many bytes were put into ``room``; the message that is whole by them.

        Raises:
            ValueError: what came is not a message of ours.
        """
        self._amid = True
        try:
            self._room = self._parts.send(count)
        except StopIteration as end:
            self._begin()
            return cast(Message, end.value)
        return None

    def _begin(self) -> None:
        self._amid = False
        self._parts = self._message()
        self._room = next(self._parts)

    def _message(self) -> _Parts[Message]:
        length = bytearray(4)
        yield from _fill(length)
        size = int.from_bytes(length, "big")
        if not 2 <= size <= self.max_header:
            raise ValueError(f"a header of {size} bytes")
        text = bytearray(size)
        yield from _fill(text)
        header = parse(text)
        type, sizes = header.pop("type", None), header.pop("frames", None)
        if not isinstance(type, str):
            raise ValueError("a message without a type")
        if not isinstance(sizes, list) or len(sizes) > MAX_FRAMES:
            raise ValueError("a message with a wrong count of frames")
        if not all(whole(size) and size <= MAX_FRAME for size in sizes):
            raise ValueError("a message with frames of impossible sizes")
        try:
            frames = self.make_room(type, header, sizes)
        except ImpastoError as refused:
            yield from _skip(sum(sizes))
            return Message(type, header, refused=refused)
        for frame in frames:
            yield from _fill(frame)
        return Message(type, header, frames)


_Parts = Generator[memoryview, int, _T]
"""Yields where bytes are to be put, is sent how many were, and returns what came of them."""


def _fill(buffer: bytearray) -> _Parts[None]:
    room = memoryview(buffer)
    while room:
        count = yield room
        room = room[count:]


def _skip(count: int) -> _Parts[None]:
    waste = memoryview(bytearray(min(count, 1 << 16)))
    while count:
        count -= yield waste[:count]


def whole(value: object) -> TypeGuard[int]:
    """Whether a value from JSON is a whole number from 0 on; True is none."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
