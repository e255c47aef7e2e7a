"""What the worker has to do: previews at once, paintings one after another, then what is spare of
previews, and what is painted ahead when there is nothing else."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from core.bridge.client import wire
from core.bridge.contract.request import Request
from core.service.clients import Client


@dataclass(eq=False)
class QueuedJob:
    """A request of a client, by the number that the client gave it."""

    client: Client
    request: Request
    number: int
    displaced: threading.Event = field(default_factory=threading.Event)
    kept: threading.Event = field(default_factory=threading.Event)
    """Set when its client wants it as it is."""
    gives_way: threading.Event = field(default_factory=threading.Event)
    """Set when another one is to go before it, which nobody has asked for yet."""

    def __post_init__(self) -> None:
        self.ahead = self.request.ahead
        """Whether nobody has asked for it yet."""

    @property
    def spare(self) -> bool:
        return self.request.spare

    def unwanted(self) -> bool:
        """Whether its client went away, or another job was asked for that displaces it."""
        return self.client.gone.is_set() or self.displaced.is_set()

    def say(self, type: str, header: dict[str, Any], frames: wire.Frames = ()) -> None:
        self.client.say(type, {**header, "number": self.number}, frames)


class Jobs:
    """The jobs that wait and the ones that run, filled by many threads and emptied by one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paintings: deque[QueuedJob] = deque()
        self._previews: deque[QueuedJob] = deque()
        self._spare: deque[QueuedJob] = deque()
        self._ahead: deque[QueuedJob] = deque()
        self._waiting = (self._previews, self._paintings, self._spare, self._ahead)
        self._running: list[QueuedJob] = []

    def add(self, job: QueuedJob) -> int:
        """Take a job in; returns how many paintings are before it, 0 for a preview.

        A preview displaces its client's older ones, waiting or running. What is painted ahead gives
        way to a painting, and what is spare is displaced by anything but that.
        """
        with self._changed:
            before = [other for other in self._running if other.request.preview is None]
            if job.ahead:
                before += [*self._paintings, *self._ahead]
                self._ahead.append(job)
            elif job.request.preview is None:
                before = [other for other in before if not other.ahead] + [*self._paintings]
                self._add_painting(job)
            else:
                before = []
                for other in self._running:
                    if other.client is job.client and other.request.preview is not None:
                        other.displaced.set()
                waiting = self._spare if job.spare else self._previews
                for other in _taken(waiting, job.client):
                    other.say("displaced", {})
                waiting.append(job)
            for other in self._running:
                if other.spare and not (job.spare or job.ahead):
                    other.displaced.set()
            self._changed.notify()
        return len(before)

    def _add_painting(self, job: QueuedJob) -> None:
        self._paintings.append(job)
        for other in self._running:
            if other.ahead:
                other.gives_way.set()

    def want(self, client: Client) -> None:
        """A client has asked for what was to be painted ahead."""
        with self._changed:
            for job in self._running:
                if job.client is client:
                    job.ahead = False
                    job.gives_way.clear()
            for job in _taken(self._ahead, client):
                job.ahead = False
                self._add_painting(job)

    def keep(self, client: Client) -> None:
        """A client wants its paintings as they are: those that still wait end now."""
        with self._changed:
            for job in self._running:
                if job.client is client:
                    job.kept.set()
            waiting = _taken(self._paintings, client) + _taken(self._ahead, client)
        for job in waiting:
            job.say("unpainted", {})

    def leave(self) -> None:
        """What is painted ahead was promised to nobody, and ends now."""
        with self._changed:
            for job in self._running:
                if job.ahead:
                    job.displaced.set()
            waiting = list(self._ahead)
            self._ahead.clear()
        for job in waiting:
            job.say("displaced", {})

    def drop(self, client: Client) -> None:
        """A client went away: nobody waits for what it asked for."""
        with self._changed:
            for waiting in self._waiting:
                _taken(waiting, client)

    def clients(self) -> set[Client]:
        """Whose jobs wait or run."""
        with self._changed:
            return {job.client for jobs in (*self._waiting, self._running) for job in jobs}

    def wait(self, seconds: float) -> None:
        """Until there is a job, or that long."""
        with self._changed:
            self._changed.wait_for(lambda: any(self._waiting), seconds)

    def preview_waits(self) -> bool:
        """Whether there is a preview that was not begun, but for spare ones."""
        with self._changed:
            return bool(self._previews)

    def start(self, previews_only: bool = False) -> QueuedJob | None:
        """The next job, which counts as running until :meth:`end`; None where there is none.

        While a painting that was asked for runs or waits, nothing that is spare begins.
        """
        with self._changed:
            painted = any(not (job.ahead or job.request.preview) for job in self._running)
            spare = None if painted or self._paintings else self._spare
            paintings = None if previews_only else self._paintings
            ahead = None if previews_only else self._ahead
            waiting = self._previews or paintings or spare or ahead
            if not waiting:
                return None
            self._running.append(waiting.popleft())
            return self._running[-1]

    def end(self, job: QueuedJob) -> None:
        with self._changed:
            self._running.remove(job)

    def put_back(self, job: QueuedJob) -> None:
        """One that runs has given way: it is the next of its kind, unless nobody wants it."""
        with self._changed:
            self._running.remove(job)
            if job.unwanted():
                return
            job.gives_way.clear()
            (self._ahead if job.ahead else self._paintings).appendleft(job)
        job.say("queued", {"ahead": 1})


def _taken(jobs: deque[QueuedJob], client: Client) -> list[QueuedJob]:
    """A client's jobs, taken out of those that wait."""
    found = [job for job in jobs if job.client is client]
    for job in found:
        jobs.remove(job)
    return found
