"""Bytes to and from another process, none of whose calls waits longer than it is told.

A socket in the file system, on Windows a named pipe. ``multiprocessing.connection`` waits for the
other side in the middle of a message, however long that is stopped.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, Protocol

from ..storage.platform import here

if TYPE_CHECKING:
    import socket
    from multiprocessing.connection import Connection

PIECE = 1 << 16
"""Bytes of one message in a named pipe: what is written is read as a whole there."""

_BUFFER = 1 << 21
"""Bytes that may be under way in a socket, where the system allows so many."""


class Stream(Protocol):
    """One end of a connection. Reading and writing may be two threads' affair."""

    def read(self, into: memoryview) -> int:
        """Take what is there, no more than fits; 0 where nothing is. Raises EOFError, OSError."""

    def write(self, data: memoryview) -> int:
        """Hand over the beginning of ``data``; how many bytes went, 0 where there is no room.

        What did not go is to be given again. Raises OSError where the other side is gone.
        """

    def wait(self, seconds: float, reading: bool = True, writing: bool = False) -> None:
        """Until there is something to read or, if ``writing``, room, or the time is over."""

    def shut(self) -> None:
        """End the connection; who waits for it in another thread is woken, on Windows soon."""

    def close(self) -> None:
        """Let go of it, once no other thread uses it."""


def connect(address: str) -> Stream | None:
    """A connection to what listens at the address; None where it has no room for another yet.

    Raises:
        OSError: nothing listens there.
    """
    return _connect_pipe(address) if here().windows else _connect_socket(address)


def accepted(connection: Connection) -> Stream:
    """What a listener of ``multiprocessing.connection`` has accepted."""
    if here().windows:
        return PipeStream(connection)
    import os
    import socket

    with contextlib.closing(connection):
        return SocketStream(socket.socket(fileno=os.dup(connection.fileno())))


class SocketStream:
    """A connected socket."""

    def __init__(self, socket: socket.socket) -> None:
        self._socket = socket
        socket.setblocking(False)
        self._flags = _prepared(socket)

    def read(self, into: memoryview) -> int:
        try:
            count = self._socket.recv_into(into)
        except BlockingIOError:
            return 0
        if count == 0:
            raise EOFError("the other side has hung up")
        return count

    def write(self, data: memoryview) -> int:
        try:
            return self._socket.send(data, self._flags)
        except BlockingIOError:
            return 0

    def wait(self, seconds: float, reading: bool = True, writing: bool = False) -> None:
        import select

        poll = select.poll()  # select takes no descriptor above 1023, and a host has many
        poll.register(self._socket, select.POLLIN * reading | select.POLLOUT * writing)
        poll.poll(max(0.0, seconds) * 1000)

    def shut(self) -> None:
        import socket

        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._socket.close()


def _prepared(made: socket.socket) -> int:
    """Settle a socket's buffer; the flags to send with.

    A host that embeds Python may be ended by the signal that comes of writing to who hung up.
    """
    import socket

    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
    if sys.platform == "darwin":
        made.setsockopt(socket.SOL_SOCKET, 0x1022, 1)  # SO_NOSIGPIPE, which Python does not name
    return getattr(socket, "MSG_NOSIGNAL", 0)


def _connect_socket(address: str) -> Stream | None:
    import socket

    made = socket.socket(socket.AF_UNIX)
    try:
        made.setblocking(False)
        made.connect(address)
    except BlockingIOError:
        made.close()
        return None
    except OSError:
        made.close()
        raise
    return SocketStream(made)


class PipeStream:
    """A named pipe of Windows, as ``multiprocessing.connection`` makes them: in messages."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._left = memoryview(b"")
        """What was read and did not fit."""
        self._writing: Any = None
        """A write that is under way, and keeps its own bytes."""

    def read(self, into: memoryview) -> int:
        try:
            # A message is written in one go: where a part of it is, there is the whole.
            if not self._left and self._connection.poll(0):
                self._left = memoryview(self._connection.recv_bytes(PIECE))
        except BrokenPipeError as error:
            raise EOFError("the other side has hung up") from error
        count = min(len(into), len(self._left))
        into[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def write(self, data: memoryview) -> int:
        import _winapi

        api: Any = _winapi
        if self._writing is None:
            piece = bytes(data[:PIECE])
            self._writing, _ = api.WriteFile(self._connection.fileno(), piece, overlapped=True)
        if api.WaitForMultipleObjects([self._writing.event], False, 0) == api.WAIT_TIMEOUT:
            return 0
        count, _ = self._writing.GetOverlappedResult(True)
        self._writing = None
        return int(count)

    def wait(self, seconds: float, reading: bool = True, writing: bool = False) -> None:
        import _winapi

        api: Any = _winapi
        if not writing:
            if not self._left:
                with contextlib.suppress(OSError):  # which the next ``read`` tells
                    self._connection.poll(min(seconds, _PIPE_WAIT))
        elif self._writing is not None:
            # Both can't be waited for at once; who reads as well looks again soon.
            longest = 0.005 if reading else _PIPE_WAIT
            milliseconds = round(min(seconds, longest) * 1000)
            api.WaitForMultipleObjects([self._writing.event], False, milliseconds)

    def shut(self) -> None:
        """Nothing wakes a thread that waits for a pipe; each looks again within ``_PIPE_WAIT``."""

    def close(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        self._connection.close()


_PIPE_WAIT = 0.5
"""Seconds that a pipe is waited for at a time."""


def _connect_pipe(address: str) -> Stream | None:
    import _winapi
    from multiprocessing import connection

    api: Any = _winapi
    try:
        api.WaitNamedPipe(address, 1)
        handle = api.CreateFile(
            address,
            api.GENERIC_READ | api.GENERIC_WRITE,
            0,
            api.NULL,
            api.OPEN_EXISTING,
            api.FILE_FLAG_OVERLAPPED,
            api.NULL,
        )
    except OSError as error:
        if getattr(error, "winerror", None) in (api.ERROR_SEM_TIMEOUT, api.ERROR_PIPE_BUSY):
            return None
        raise
    api.SetNamedPipeHandleState(handle, api.PIPE_READMODE_MESSAGE, None, None)
    made: Any = connection
    return PipeStream(made.PipeConnection(handle))
