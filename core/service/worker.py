"""The worker: a process of its own that paints for every host of one user, and stays warm.

``python -m core.service.worker`` listens on a private socket until nobody has wanted anything for a
while. One connection is one client; closing it cancels its jobs. Two threads per client listen and
answer, and no other thread ever waits for it; one more tells all who wait that the worker lives.
All jobs run in the main thread, as PyTorch crashes on Apple's GPUs where two threads compute (its
issue 197805). Paintings run one after another. A preview does not wait for them, nor does a
painting that is short beside the one that runs: whenever that one asks whether to stop, what came
of these since is made first, an iteration of waiting at most. What is painted ahead, before anybody
has asked for it, gives way to every painting.

It keeps in memory where its last paintings stood, also of jobs that were cancelled. Whoever asks
for the same again, or for a part of it, has it go on from there.
"""

from __future__ import annotations

import functools
import logging
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.bridge import VERSION
from core.bridge.client import running, wire
from core.bridge.client.streams import Stream
from core.bridge.contract.clip import ClipRequest
from core.bridge.contract.errors import (
    ENGINE,
    BadInput,
    Enough,
    ImpastoError,
    NothingPainted,
    Stopped,
)
from core.bridge.contract.request import Progress, Request, report_told
from core.bridge.storage import frames, own
from core.bridge.storage.locking import only_one
from core.bridge.storage.paths import Installation
from core.bridge.storage.platform import here
from core.service.clients import Client
from core.service.door import Door
from core.service.jobs import Jobs, QueuedJob
from core.system import collector, heap, memory, priority, room
from core.system.stopping import ShouldStop
from core.terminal import logs

if TYPE_CHECKING:
    from core.engine.networks import Networks
    from core.system.keep import Keep

_log = logging.getLogger(__name__)

IDLE_SECONDS = 15 * 60.0
"""How long a worker waits for work before it leaves."""

REST_SECONDS = 2.0
"""Without work, after which it measures what no one has on this machine. A painting is measured
before, which makes it shorter; a preview never waits for that."""

COOL_SECONDS = 60.0
"""How long it keeps networks, and with them the GPU's memory, after a job."""

PROGRESS_SECONDS = 0.05
"""Between two messages on progress: as often as a person can see."""

ALIVE_SECONDS = 2.0
"""Between two signs of life for a client whose job waits or runs."""

CLIENTS = 100
"""How many may be here at once: each has a file open, and a host needs two or three."""

LAST_WORDS = 30.0
"""Seconds that a worker that leaves gives its clients to take what they were told."""


class Worker:
    """Listens, queues and paints for one installation."""

    def __init__(self, installation: Installation, idle_seconds: float = IDLE_SECONDS) -> None:
        self._installation = installation
        self._idle_seconds = idle_seconds
        self._jobs = Jobs()
        self._clients: set[Client] = set()
        self._lock = threading.Lock()
        self._leaving = threading.Event()
        self._door: Door | None = None
        self._marks: dict[Path, int] = {}
        """The files by which clients find this worker, each with its number in the file system."""

    def serve(self) -> None:
        """Listen and paint until idle for long enough, or asked to leave."""
        running.note(self._installation)
        frames.sweep(self._installation)
        address = self._installation.address()
        if not here().windows:
            Path(address).unlink(missing_ok=True)
        key = secrets.token_bytes(32)
        own.write(self._installation.key_file(), key)
        self._door = Door(address, key, self._enter)
        ways = [self._installation.key_file(), *([] if here().windows else [Path(address)])]
        self._marks = {path: _number(path) for path in ways}
        self._door.open()
        threading.Thread(target=self._tell_alive, daemon=True).start()
        _log.info("worker %s listens at %s", VERSION, address)
        try:
            self._work()
        finally:
            self._leave()
        end = time.monotonic() + LAST_WORDS
        for client in self._present():
            client.wait_sent(end - time.monotonic())
        _log.info("worker leaves")

    def _work(self) -> None:
        # PyTorch takes seconds to import; clients connect and queue meanwhile.
        with collector.resting():
            from core.engine.networks import Networks
            from core.system.keep import MOST, Keep

        heap.keep()
        priority.spare_processor()
        networks, keep = Networks.of(self._installation), Keep(MOST)
        last, warm = time.monotonic(), False
        while True:
            self._jobs.wait(0.2)
            if self._do_next(networks, keep):
                last, warm = time.monotonic(), True
                continue
            if self._cut_off():
                _log.warning("leaves, as its socket or its key was taken away: nobody finds it")
                return
            idle = time.monotonic() - last
            if idle > REST_SECONDS:
                networks.prepare(self._jobs.preview_waits)
            if self._leaving.is_set() or idle > self._idle_seconds:
                return
            if warm and idle > COOL_SECONDS:
                networks.forget()
                keep.fit()
                warm = False

    def _cut_off(self) -> bool:
        """Whether no client can come any more, while this worker keeps another from its place."""
        return any(_number(path) != number for path, number in self._marks.items())

    def _do_next(self, networks: Networks, keep: Keep, amid: QueuedJob | None = None) -> bool:
        """Do one job of those that wait, or of those that may come amid another one; False where
        there is none."""
        job = self._jobs.start(amid)
        if job is None:
            return False
        if job.request.preview is None:
            networks.prepare(self._jobs.preview_waits)

        def should_stop() -> bool:
            if job.request.preview is None:
                while self._do_next(networks, keep, amid=job):
                    pass
            if job.kept.is_set() and not job.unwanted():
                raise Enough("What is painted so far was to be kept.")
            return job.unwanted() or job.gives_way.is_set()

        ended = True
        try:
            ended = _paint(job, networks, keep, should_stop)
        finally:
            (self._jobs.end if ended else self._jobs.put_back)(job)
        return True

    def _leave(self) -> None:
        """Take no more clients; what was promised is still painted."""
        self._leaving.set()
        self._jobs.leave()
        if self._door is not None:
            self._door.close()

    def _tell_alive(self) -> None:
        """Also while one step takes long: a client can't tell that from a worker that hangs."""
        while True:
            time.sleep(ALIVE_SECONDS)
            for client in self._jobs.clients():
                client.say("alive", {})

    def _present(self) -> list[Client]:
        with self._lock:
            return list(self._clients)

    def _enter(self, stream: Stream, reader: wire.Reader) -> None:
        """Take a client's messages until it hangs up."""
        reader.make_room, reader.max_header = room.for_frames, wire.MAX_HEADER
        client = Client(stream, reader)
        with self._lock:
            crowded = len(self._clients) >= CLIENTS
            if not crowded:
                self._clients.add(client)
        if crowded:
            _log.warning("turned a client away: there are %d", CLIENTS)
            stream.close()
            return
        try:
            client.listen(functools.partial(self._take, client))
        finally:
            self._jobs.drop(client)
            with self._lock:
                self._clients.discard(client)

    def _take(self, client: Client, message: wire.Message) -> None:
        if message.type == "hello":
            client.greeted = message.header.get("version") == VERSION
            others = sum(other.greeted for other in self._present() if other is not client)
            client.say("welcome", {"version": VERSION, "pid": os.getpid(), "others": others})
        elif message.type in ("paint", "clip"):
            self._take_job(client, message)
        elif message.type == "keep":
            self._jobs.keep(client)
        elif message.type == "want":
            self._jobs.want(client)
        elif message.type == "leave":
            _log.info("asked to leave")
            self._leave()
        else:
            raise ValueError(f"a message of the unknown type {message.type!r}")

    def _take_job(self, client: Client, message: wire.Message) -> None:
        number = message.header.get("number", 0)
        if not wire.whole(number):
            raise ValueError("a job whose number is none")
        try:
            if message.refused is not None:
                raise message.refused
            kind = ClipRequest if message.type == "clip" else Request
            request = kind.from_message(message.header, message.frames)
        except ImpastoError as error:
            client.say("failed", {**_failure(error), "number": number})
            return
        job = QueuedJob(client, request, number)
        if ahead := self._jobs.add(job):
            job.say("queued", {"ahead": ahead})


def _number(path: Path) -> int:
    """A file's number in its file system; 0 where there is none of that name."""
    try:
        return path.lstat().st_ino
    except OSError:
        return 0


def _paint(job: QueuedJob, networks: Networks, keep: Keep, should_stop: ShouldStop) -> bool:
    """One job, whatever comes of it said to its client; False where it gave way to another."""
    last = 0.0

    def on_progress(progress: Progress) -> None:
        nonlocal last
        if job.request.preview is not None:
            return  # it is answered once, and soon
        job.fraction = progress.fraction
        if progress.picture is None and time.monotonic() - last < PROGRESS_SECONDS:
            return
        last = time.monotonic()
        job.say("progress", *progress.to_message())

    try:
        if job.unwanted():
            raise Stopped("The job was cancelled while it waited.")
        job.say("done", *_done(job, networks, keep, on_progress, should_stop))
    except Stopped:
        if job.displaced.is_set():
            job.say("displaced", {})
        elif job.unwanted():
            what = "painting" if job.request.preview is None else "preview"
            _log.info("a %s stopped: the client went away", what)
        else:
            _log.info("stopped: another painting goes before it")
            return False
    except NothingPainted:
        job.say("unpainted", {})
    except ImpastoError as error:
        _fail(job, error)
    except Exception as error:
        _log.exception("a job failed")
        log, name = Installation.here().log, type(error).__name__
        if memory.ran_out(error):
            keep.clear()
            _fail(job, room.too_large(job.extent))
        else:
            _fail(
                job,
                ImpastoError(
                    "Painting failed ({error}): the reason is in {log}",
                    code=ENGINE,
                    error=name,
                    log=log,
                ),
            )
    return True


def _done(
    job: QueuedJob,
    networks: Networks,
    keep: Keep,
    on_progress: Callable[[Progress], None],
    should_stop: ShouldStop,
) -> tuple[dict[str, Any], list[bytes | bytearray]]:
    """Do a job; what is said of it then, see Errand. Raises as the engine does."""
    request = job.request
    if isinstance(request, Request):
        from core.engine import job as engine

        return engine.run(request, networks, on_progress, should_stop, keep).to_message()
    from core.animation import handed

    def on_painted(count: int) -> None:
        job.say("painted", {"count": count})

    place = frames.Frames.at(Installation.here(), request.folder)
    report = handed.paint(request, place, networks, on_progress, on_painted, should_stop)
    return report_told(report), []


def _fail(job: QueuedJob, error: ImpastoError) -> None:
    _log.info("refused: %s", error)
    job.say("failed", _failure(error))


def _failure(error: ImpastoError) -> dict[str, object]:
    bad = isinstance(error, BadInput)
    return {"text": error.text.to_json(), "code": error.code, "bad_input": bad}


def main() -> int:
    installation = Installation.here()
    logs.to_file(installation.log)
    try:
        with only_one(installation.lock_file()) as alone:
            if alone:
                priority.lower()
                Worker(installation).serve()
            else:
                _log.info("another worker is here already")
    except Exception:
        _log.exception("the worker failed")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
