"""A client as the worker sees it: what it says is read, and what it is told waits, for it alone."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.bridge.client import wire
from core.bridge.client.streams import Stream

_log = logging.getLogger(__name__)

STALLED = 600.0
"""Seconds that a client may take nothing of what waits for it, or stop in mid-message."""

WAITING_BYTES = 1 << 26
WAITING_MESSAGES = 1000
"""What may wait for a client that does not read; the last message of it may be of any size."""

_WAKE = 1.0
"""Seconds that a thread waits for a stream at a time."""

DROPPED = frozenset({"progress", "painted", "alive", "queued"})
"""Messages that a newer one makes needless, and of which none matters to who is late."""


@dataclass(eq=False)
class _Parcel:
    """A message on its way out."""

    kind: tuple[str, object]
    pieces: deque[memoryview]
    begun: bool = False

    @property
    def size(self) -> int:
        return sum(map(len, self.pieces))


class Client:
    """One connection that has shown it has the key.

    Nobody but its own two threads ever waits for it: one reads, one writes what waits for it.
    """

    def __init__(self, stream: Stream, reader: wire.Reader, stalled: float = STALLED) -> None:
        self.gone = threading.Event()
        """Set once it has hung up or was hung up on."""
        self.greeted = False
        """Whether it is of this worker's version and may ask for something."""
        self._stream = stream
        self._reader = reader
        self._stalled = stalled
        self._changed = threading.Condition()
        self._outbox: deque[_Parcel] = deque()

    def say(self, type: str, header: dict[str, Any], frames: wire.Frames = ()) -> None:
        """Have a message sent. Never waits; a client that has let too much wait is hung up on."""
        parcel = _Parcel((type, header.get("number")), deque(wire.pack(type, header, frames)))
        with self._changed:
            if self.gone.is_set():
                return
            if type in DROPPED:
                self._drop(parcel.kind)
            if self._full():
                if type in DROPPED:
                    return
                _log.warning("hung up on a client that does not read what it asked for")
                self.hang_up()
                return
            self._outbox.append(parcel)
            self._changed.notify_all()

    def listen(self, take: Callable[[wire.Message], None]) -> None:
        """Hand on what it says until it is gone, and write what waits for it meanwhile.

        Whatever goes wrong with it ends here, and it alone.
        """
        writer = threading.Thread(target=self._guarded, args=(self._write,), daemon=True)
        writer.start()
        self._guarded(lambda: self._read(take))
        writer.join()
        self._stream.close()

    def hang_up(self) -> None:
        """End the connection; what waits is lost."""
        self.gone.set()
        with self._changed:
            self._outbox.clear()
            self._changed.notify_all()
        self._stream.shut()

    def wait_sent(self, seconds: float) -> None:
        """Until it was sent all that waits, it is gone, or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: not self._outbox or self.gone.is_set(), seconds)

    def _full(self) -> bool:
        if len(self._outbox) > WAITING_MESSAGES:
            return True
        return sum(parcel.size for parcel in self._outbox) > WAITING_BYTES

    def _drop(self, kind: tuple[str, object]) -> None:
        """Take back what is made needless, but for what is half-way out."""
        for parcel in self._outbox:
            if parcel.kind == kind and not parcel.begun:
                self._outbox.remove(parcel)
                return

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (OSError, EOFError):
            pass
        except ValueError as error:
            _log.warning("hung up on a client: %s", error)
        except Exception:
            _log.exception("hung up on a client")
        finally:
            self.hang_up()

    def _read(self, take: Callable[[wire.Message], None]) -> None:
        last = time.monotonic()
        while not self.gone.is_set():
            count = self._stream.read(self._reader.room)
            if count:
                last = time.monotonic()
                message = self._reader.took(count)
                if message is not None:
                    take(message)
                continue
            if self._reader.amid and time.monotonic() - last > self._stalled:
                raise ValueError("it stopped in mid-message")
            self._stream.wait(_WAKE)

    def _write(self) -> None:
        last = time.monotonic()
        while True:
            with self._changed:
                while not self._outbox:
                    if self.gone.is_set():
                        return
                    self._changed.wait()
                    last = time.monotonic()
                parcel = self._outbox[0]
                parcel.begun = True
                piece = parcel.pieces[0]
            count = self._stream.write(piece)
            if count:
                last = time.monotonic()
                self._sent(parcel, count)
            elif time.monotonic() - last > self._stalled:
                raise ValueError("it does not read what it asked for")
            else:
                self._stream.wait(_WAKE, reading=False, writing=True)

    def _sent(self, parcel: _Parcel, count: int) -> None:
        with self._changed:
            parcel.pieces[0] = parcel.pieces[0][count:]
            if not parcel.pieces[0]:
                parcel.pieces.popleft()
            if not parcel.pieces and self._outbox:
                self._outbox.popleft()
                self._changed.notify_all()
