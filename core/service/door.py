"""The worker's door: who calls is let in by the key, and nobody who does not come in bars it."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Listener

from core.bridge.client import introduction, wire
from core.bridge.client.streams import Stream, accepted

_log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds for an introduction."""

AT_THE_DOOR = 16
"""How many may be about to introduce themselves; the one that has taken longest makes room."""

BACKLOG = 64
"""How many the system keeps for us until they are let in."""


class Door:
    """Takes calls in one thread, and has each caller introduce itself in a thread of its own."""

    def __init__(
        self,
        address: str,
        key: bytes,
        enter: Callable[[Stream, wire.Reader], None],
        patience: float = PATIENCE,
    ) -> None:
        """Listen; who calls waits until the door is opened.

        Args:
            address: at which.
            key: what a caller has to have.
            enter: given who has it; runs in that caller's thread, and as long as it likes.
            patience: seconds for an introduction.
        """
        self._listener = Listener(address, backlog=BACKLOG)
        self._key = key
        self._enter = enter
        self._patience = patience
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._callers: list[Stream] = []

    def open(self) -> None:
        """Let in who calls, from now on."""
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Let nobody in any more; those who came in stay."""
        self._closed.set()
        with contextlib.suppress(OSError):
            self._listener.close()

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                stream = accepted(self._listener.accept())
                threading.Thread(target=self._welcome, args=(stream,), daemon=True).start()
            except Exception as error:  # as too many open files: the next may come in again
                if not self._closed.is_set():
                    _log.warning("a connection failed: %r", error)
                    time.sleep(0.05)

    def _welcome(self, stream: Stream) -> None:
        reader = wire.Reader(wire.no_room, introduction.MAX_HEADER)
        with self._lock:
            self._callers.append(stream)
            crowd = self._callers[:-AT_THE_DOOR]
        for caller in crowd:
            caller.shut()
        known = False
        try:
            known = self._introduced(stream, reader)
        except (OSError, EOFError, ValueError) as error:
            _log.warning("a connection failed: %r", error)
        except Exception:
            _log.exception("a connection failed")
        finally:
            with self._lock:
                self._callers.remove(stream)
        if known and not self._closed.is_set():
            self._enter(stream, reader)
        else:
            stream.close()

    def _introduced(self, stream: Stream, reader: wire.Reader) -> bool:
        end = time.monotonic() + self._patience
        ours = introduction.WorkerSide(self._key)
        _say(stream, "challenge", ours.challenge(), end)
        proof = ours.proof(_hear(stream, reader, end))
        if proof is None:
            _log.warning("a connection failed: it does not have the key")
            _say(stream, "refused", {}, end)
            return False
        _say(stream, "proof", proof, end)
        return True


def _say(stream: Stream, type: str, header: dict[str, str], end: float) -> None:
    for piece in wire.pack(type, header):
        while piece:
            piece = piece[stream.write(piece) :]
            if piece:
                _wait(stream, end, writing=True)


def _hear(stream: Stream, reader: wire.Reader, end: float) -> wire.Message:
    while True:
        count = stream.read(reader.room)
        message = reader.took(count) if count else None
        if message is not None:
            return message
        if not count:
            _wait(stream, end)
        elif time.monotonic() > end:
            raise ValueError("it takes too long to introduce itself")


def _wait(stream: Stream, end: float, writing: bool = False) -> None:
    left = end - time.monotonic()
    if left <= 0:
        raise ValueError("it takes too long to introduce itself")
    stream.wait(left, reading=not writing, writing=writing)
