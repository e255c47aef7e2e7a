"""A client's end of a connection: messages out and in, in short steps and one thread."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from . import wire
from .streams import Stream

AT_ONCE = 0.02
"""Seconds of one call that bytes may move on after the time it was given."""

_GRACE = 0.004
"""Seconds in which the other side takes or sends more while bytes move."""


class Line:
    """Keeps what is to be sent until the other side takes it, and what came in parts."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._unsent: deque[memoryview] = deque()
        self._reader = wire.Reader()
        self.heard = 0
        """How many times the other side has given a sign of life: it took bytes, or sent some."""

    @property
    def sending(self) -> bool:
        """Whether some of what was said is still here."""
        return bool(self._unsent)

    def say(self, type: str, header: dict[str, Any], frames: wire.Frames = ()) -> None:
        """Have a message sent by the calls of :meth:`hear` that follow. Never waits."""
        self._unsent.extend(wire.pack(type, header, frames))

    def hear(self, wait: float) -> wire.Message | None:
        """The next message; None where none is whole after ``wait`` seconds.

        While bytes move, at most ``AT_ONCE`` is added to that: a large picture would else take a
        host's timer minutes.

        Raises:
            EOFError, OSError: the other side is gone.
            ValueError: it said what is no message of ours.
        """
        now = time.monotonic()
        end, last = now + wait, now + max(wait, AT_ONCE)
        quiet = now  # since when nothing has moved
        while True:
            sent = self._send()
            took, message = self._take()
            if message is not None:
                return message
            now = time.monotonic()
            if sent or took:
                quiet = now
                if now > last:
                    return None
                continue
            moving = self.sending or self._reader.amid
            left = max(end, min(last, quiet + _GRACE)) - now if moving else end - now
            if left <= 0:
                return None
            self._stream.wait(left, writing=self.sending)

    def close(self) -> None:
        self._stream.close()

    def _send(self) -> int:
        if not self._unsent:
            return 0
        count = self._stream.write(self._unsent[0])
        self._unsent[0] = self._unsent[0][count:]
        if not self._unsent[0]:
            self._unsent.popleft()
        self.heard += count > 0
        return count

    def _take(self) -> tuple[int, wire.Message | None]:
        count = self._stream.read(self._reader.room)
        self.heard += count > 0
        return count, self._reader.took(count) if count else None
