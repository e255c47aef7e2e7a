"""What the worker has to do: previews at once, paintings one after another."""

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

    def unwanted(self) -> bool:
        """Whether its client went away or asked for another preview since."""
        return self.client.gone.is_set() or self.displaced.is_set()

    def say(self, type: str, header: dict[str, Any], frames: wire.Frames = ()) -> None:
        self.client.say(type, {**header, "number": self.number}, frames)


class Jobs:
    """The jobs that wait and the ones that run, filled by many threads and emptied by one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paintings: deque[QueuedJob] = deque()
        self._previews: deque[QueuedJob] = deque()
        self._running: list[QueuedJob] = []

    def add(self, job: QueuedJob) -> int:
        """Take a job in; returns how many paintings are before it, 0 for a preview.

        A preview displaces its client's older ones, waiting or running.
        """
        with self._changed:
            if job.request.preview is None:
                self._paintings.append(job)
                ahead = len(self._paintings) - 1
                ahead += sum(other.request.preview is None for other in self._running)
            else:
                ahead = 0
                for other in self._running:
                    if other.client is job.client and other.request.preview is not None:
                        other.displaced.set()
                for other in _taken(self._previews, job.client):
                    other.say("displaced", {})
                self._previews.append(job)
            self._changed.notify()
        return ahead

    def keep(self, client: Client) -> None:
        """A client wants its paintings as they are: those that still wait end now."""
        with self._changed:
            for job in self._running:
                if job.client is client:
                    job.kept.set()
            waiting = _taken(self._paintings, client)
        for job in waiting:
            job.say("unpainted", {})

    def drop(self, client: Client) -> None:
        """A client went away: nobody waits for what it asked for."""
        with self._changed:
            _taken(self._paintings, client)
            _taken(self._previews, client)

    def clients(self) -> set[Client]:
        """Whose jobs wait or run."""
        with self._changed:
            return {job.client for job in (*self._paintings, *self._previews, *self._running)}

    def wait(self, seconds: float) -> None:
        """Until there is a job, or that long."""
        with self._changed:
            self._changed.wait_for(lambda: self._previews or self._paintings, seconds)

    def preview_waits(self) -> bool:
        """Whether there is a preview that was not begun."""
        with self._changed:
            return bool(self._previews)

    def start(self, previews_only: bool = False) -> QueuedJob | None:
        """The next job, which counts as running until :meth:`end`; None where there is none."""
        with self._changed:
            waiting = self._previews or (None if previews_only else self._paintings)
            if not waiting:
                return None
            self._running.append(waiting.popleft())
            return self._running[-1]

    def end(self, job: QueuedJob) -> None:
        with self._changed:
            self._running.remove(job)


def _taken(jobs: deque[QueuedJob], client: Client) -> list[QueuedJob]:
    """A client's jobs, taken out of those that wait."""
    found = [job for job in jobs if job.client is client]
    for job in found:
        jobs.remove(job)
    return found
