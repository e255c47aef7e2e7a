"""The worker: a process of its own that paints for every host of one user, and stays warm.

``python -m core.worker`` listens on a private socket until nobody has wanted anything for a while.
One connection is one client; closing it cancels its jobs. A thread per connection only listens; all
jobs run in the main thread, as PyTorch crashes on Apple's GPUs where two threads compute (its issue
197805). Paintings run one after another. A preview does not wait for them: whenever a painting asks
whether to stop, the previews that came since are made first, an iteration of waiting at most.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import sys
import threading
import time
from multiprocessing import AuthenticationError
from multiprocessing.connection import Listener
from pathlib import Path
from typing import TYPE_CHECKING

from core import heap, logs
from core.bridge import VERSION, own, wire
from core.bridge.errors import BadInput, Enough, ImpastoError, Stopped
from core.bridge.locking import only_one
from core.bridge.paths import WINDOWS, Installation
from core.bridge.request import Progress, Request
from core.jobs import Client, Job, Jobs
from core.stopping import ShouldStop

if TYPE_CHECKING:
    from core.networks import Networks

_log = logging.getLogger(__name__)

IDLE_SECONDS = 15 * 60.0
"""How long a worker waits for work before it leaves."""

COOL_SECONDS = 60.0
"""How long it keeps networks, and with them the GPU's memory, after a job."""

PROGRESS_SECONDS = 0.05
"""Between two messages on progress: as often as a person can see."""


class Worker:
    """Listens, queues and paints for one installation."""

    def __init__(self, installation: Installation, idle_seconds: float = IDLE_SECONDS) -> None:
        self._installation = installation
        self._idle_seconds = idle_seconds
        self._jobs = Jobs()
        self._leaving = threading.Event()
        self._listener: Listener | None = None

    def serve(self) -> None:
        """Listen and paint until idle for long enough, or asked to leave."""
        address = self._installation.address()
        if not WINDOWS:
            Path(address).unlink(missing_ok=True)
        key = secrets.token_bytes(32)
        own.write(self._installation.key_file(), key)
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

        heap.keep()
        networks = Networks.of(self._installation)
        last, warm = time.monotonic(), False
        while True:
            self._jobs.wait(0.2)
            if self._do_next(networks):
                last, warm = time.monotonic(), True
                continue
            idle = time.monotonic() - last
            if self._leaving.is_set() or idle > self._idle_seconds:
                return
            if warm and idle > COOL_SECONDS:
                networks.forget()
                warm = False

    def _do_next(self, networks: Networks, previews_only: bool = False) -> bool:
        """Do one job of those that wait; False where there is none."""
        job = self._jobs.start(previews_only)
        if job is None:
            return False

        def should_stop() -> bool:
            if job.request.preview is None:
                while self._do_next(networks, previews_only=True):
                    pass
            if job.kept.is_set() and not job.unwanted():
                raise Enough("What is painted so far was to be kept.")
            return job.unwanted()

        try:
            _paint(job, networks, should_stop)
        finally:
            self._jobs.end(job)
        return True

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
            number = message.header.get("number", 0)
            try:
                request = Request.from_message(message.header, message.frames)
            except BadInput as error:
                client.send("failed", {"message": str(error), "bad_input": True, "number": number})
                return
            job = Job(client, request, number)
            if ahead := self._jobs.add(job):
                job.say("queued", {"ahead": ahead})
        elif message.type == "keep":
            self._jobs.keep(client)
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


def _paint(job: Job, networks: Networks, should_stop: ShouldStop) -> None:
    """One job, whatever comes of it said to its client."""
    from core import engine

    last = 0.0

    def on_progress(progress: Progress) -> None:
        nonlocal last
        if progress.picture is None and time.monotonic() - last < PROGRESS_SECONDS:
            return
        last = time.monotonic()
        job.say("progress", *progress.to_message())

    try:
        if job.unwanted():
            raise Stopped("The job was cancelled while it waited.")
        result = engine.run(job.request, networks, on_progress, should_stop)
    except Stopped:
        if job.displaced.is_set():
            job.say("displaced", {})
        else:
            _log.info("stopped: the client went away")
    except ImpastoError as error:
        _log.info("refused: %s", error)
        job.say("failed", {"message": str(error), "bad_input": isinstance(error, BadInput)})
    except Exception as error:
        _log.exception("a job failed")
        log = Installation.here().log
        job.say(
            "failed",
            {"message": f"Painting failed ({type(error).__name__}): the reason is in {log}"},
        )
    else:
        header = {"layer": result.layer.header(), "report": dict(result.report)}
        job.say("done", header, [result.layer.data])


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
