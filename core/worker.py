"""The worker: a process of its own that paints for every host of one user, and stays warm.

``python -m core.worker`` listens on a private socket until nobody has wanted anything for a while.
One connection is one client with at most one job; closing it cancels the job. Jobs run one after
another in the main thread; a thread per connection only listens.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import secrets
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing import AuthenticationError
from multiprocessing.connection import Listener
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import logs
from core.bridge import VERSION, wire
from core.bridge.errors import BadInput, ImpastoError, Stopped
from core.bridge.locking import only_one
from core.bridge.paths import WINDOWS, Installation
from core.bridge.request import Progress, Request

if TYPE_CHECKING:
    from core.networks import Networks

_log = logging.getLogger(__name__)

IDLE_SECONDS = 15 * 60.0
"""How long a worker waits for work before it leaves."""

COOL_SECONDS = 60.0
"""How long it keeps networks, and with them the GPU's memory, after a job."""

PROGRESS_SECONDS = 0.05
"""Between two messages on progress: as often as a person can see."""


@dataclass
class Client:
    """One connection, and whether its other end is still there."""

    connection: wire.Connection
    gone: threading.Event = field(default_factory=threading.Event)
    _sending: threading.Lock = field(default_factory=threading.Lock)

    def send(self, type: str, header: dict[str, Any], frames: Sequence[bytes] = ()) -> None:
        """Send, or note that the client is gone."""
        try:
            with self._sending:
                wire.send(self.connection, type, header, frames)
        except OSError:
            self.gone.set()


class Worker:
    """Listens, queues and paints for one installation."""

    def __init__(self, installation: Installation, idle_seconds: float = IDLE_SECONDS) -> None:
        self._installation = installation
        self._idle_seconds = idle_seconds
        self._jobs: queue.Queue[tuple[Client, Request]] = queue.Queue()
        self._painting = threading.Event()
        self._leaving = threading.Event()
        self._listener: Listener | None = None

    def serve(self) -> None:
        """Listen and paint until idle for long enough, or asked to leave."""
        address = self._installation.address()
        if not WINDOWS:
            Path(address).unlink(missing_ok=True)
        key = secrets.token_bytes(32)
        _write_private(self._installation.key_file(), key)
        self._listener = Listener(address, authkey=key)
        threading.Thread(target=self._accept, daemon=True).start()
        _log.info("worker %s listens at %s", VERSION, address)
        try:
            self._work()
        finally:
            self._leave()
        _log.info("worker leaves")

    def _work(self) -> None:
        # PyTorch takes seconds to import; clients connect and queue meanwhile.
        from core.networks import Networks

        networks = Networks.of(self._installation)
        last, warm = time.monotonic(), False
        while True:
            try:
                client, request = self._jobs.get(timeout=0.2)
            except queue.Empty:
                idle = time.monotonic() - last
                if self._leaving.is_set() or idle > self._idle_seconds:
                    return
                if warm and idle > COOL_SECONDS:
                    networks.forget()
                    warm = False
                continue
            if not client.gone.is_set():
                self._painting.set()
                _paint(client, request, networks)
                self._painting.clear()
            last, warm = time.monotonic(), True

    def _accept(self) -> None:
        while not self._leaving.is_set():
            try:
                assert self._listener is not None
                client = Client(self._listener.accept())
            except (OSError, EOFError, AuthenticationError) as error:
                if not self._leaving.is_set():
                    _log.warning("a connection failed: %s", error)
                    time.sleep(0.05)
                continue
            threading.Thread(target=self._listen, args=(client,), daemon=True).start()

    def _listen(self, client: Client) -> None:
        """Take a client's messages until it hangs up."""
        try:
            while True:
                self._take(client, wire.receive(client.connection))
        except (OSError, EOFError):
            pass
        except ValueError as error:
            _log.warning("hung up on a client: %s", error)
        finally:
            client.gone.set()
            client.connection.close()

    def _take(self, client: Client, message: wire.Message) -> None:
        if message.type == "hello":
            client.send("welcome", {"version": VERSION, "pid": os.getpid()})
        elif message.type == "paint":
            try:
                request = Request.from_message(message.header, message.frames)
            except BadInput as error:
                client.send("failed", {"message": str(error), "bad_input": True})
                return
            ahead = self._jobs.qsize() + self._painting.is_set()
            if ahead:
                client.send("queued", {"ahead": ahead})
            self._jobs.put((client, request))
        elif message.type == "leave":
            _log.info("asked to leave")
            self._leave()
        else:
            raise ValueError(f"a message of the unknown type {message.type!r}")

    def _leave(self) -> None:
        """Take no more clients; what was promised is still painted."""
        self._leaving.set()
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.close()


def _paint(client: Client, request: Request, networks: Networks) -> None:
    """One job, whatever comes of it said to its client."""
    from core import engine

    last = 0.0

    def on_progress(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last < PROGRESS_SECONDS:
            return
        last = time.monotonic()
        client.send(
            "progress",
            {
                "fraction": progress.fraction,
                "text": progress.text,
                "seconds_left": progress.seconds_left,
                "losses": dict(progress.losses),
            },
        )

    try:
        result = engine.run(request, networks, on_progress, client.gone.is_set)
    except Stopped:
        _log.info("stopped: the client went away")
    except ImpastoError as error:
        _log.info("refused: %s", error)
        client.send("failed", {"message": str(error), "bad_input": isinstance(error, BadInput)})
    except Exception as error:
        _log.exception("a job failed")
        log = Installation.here().log
        client.send(
            "failed",
            {"message": f"Painting failed ({type(error).__name__}): the reason is in {log}"},
        )
    else:
        header = {"layer": result.layer.header(), "report": dict(result.report)}
        client.send("done", header, [result.layer.data])


def _write_private(path: Path, data: bytes) -> None:
    """Write a file that nobody else can read at any time."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def main() -> int:
    installation = Installation.here()
    logs.to_file(installation.log)
    try:
        with only_one(installation.lock_file()) as alone:
            if alone:
                Worker(installation).serve()
            else:
                _log.info("another worker is here already")
    except Exception:
        _log.exception("the worker failed")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
