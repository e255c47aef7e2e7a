"""Messages on a connection: a JSON header, then raw byte frames. Nothing is ever unpickled.

A header is an object with ``type`` and the number of ``frames`` that follow. Client to worker:
``hello`` (version), ``paint`` (a request, and a ``number`` that every answer to it carries),
``keep`` (paintings are to end early, as they are), ``leave``. Worker to client: ``welcome``
(version), ``queued``, ``progress``, and one of ``done`` (a result), ``failed`` or ``displaced``.
Closing the connection cancels its jobs.

A request with ``preview`` in it displaces the previews asked for before it on the same connection:
each is answered with ``displaced``, unless it was done already. What became of a painting is not
touched by that.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

MAX_HEADER = 1 << 20
MAX_FRAMES = 16
MAX_FRAME = 1 << 33
"""Limits in bytes, frames and bytes: what is larger is not a message of ours."""


Frames = Sequence[bytes | bytearray]
"""Raw bytes that follow a header."""


class Connection(Protocol):
    """The part of ``multiprocessing.connection.Connection`` that is used."""

    def send_bytes(self, buf: bytes | bytearray) -> None: ...
    def recv_bytes(self, maxlength: int | None = None) -> bytes: ...
    def poll(self, timeout: float | None = 0.0) -> bool: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Message:
    type: str
    header: dict[str, Any] = field(default_factory=dict)
    frames: list[bytes] = field(default_factory=list)


def send(
    connection: Connection,
    type: str,
    header: dict[str, Any],
    frames: Frames = (),
) -> None:
    """Send one message. Raises OSError when the other side is gone."""
    whole = {**header, "type": type, "frames": len(frames)}
    connection.send_bytes(json.dumps(whole).encode())
    for frame in frames:
        connection.send_bytes(frame)


def receive(connection: Connection) -> Message:
    """Wait for one message.

    Raises:
        EOFError, OSError: the other side is gone.
        ValueError: what came is not a message of ours.
    """
    header = json.loads(connection.recv_bytes(MAX_HEADER))
    if not isinstance(header, dict) or not isinstance(header.get("type"), str):
        raise ValueError("a message without a type")
    count = header.pop("frames", 0)
    if not isinstance(count, int) or not 0 <= count <= MAX_FRAMES:
        raise ValueError("a message with a wrong count of frames")
    return Message(
        header.pop("type"), header, [connection.recv_bytes(MAX_FRAME) for _ in range(count)]
    )
