"""What the worker has to do: previews at once, paintings one after another, then what is spare of
previews, and what is painted ahead when there is nothing else.

Who asks first is painted for first. But a painting that is short beside one that runs gets its turn
as a preview does, between two of that one's steps.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from core.bridge.client import wire
from core.bridge.contract.clip import ClipRequest
from core.bridge.contract.geometry import Extent
from core.bridge.contract.methods import REST, SELECTION
from core.bridge.contract.request import Request
from core.bridge.session.workload import workload
from core.service.clients import Client

SHORT = 0.1
"""Of what is left of a painting: one that takes no more of it is short beside that."""

LENT = 0.5
"""Of all that a painting takes: for so long at most, it lets short ones in between."""


@dataclass(eq=False)
class QueuedJob:
    """A request of a client, by the number that the client gave it."""

    client: Client
    request: Request | ClipRequest
    number: int
    displaced: threading.Event = field(default_factory=threading.Event)
    kept: threading.Event = field(default_factory=threading.Event)
    """Set when its client wants it as it is."""
    gives_way: threading.Event = field(default_factory=threading.Event)
    """Set when another one is to go before it, which nobody has asked for yet."""

    def __post_init__(self) -> None:
        self.ahead = self.request.ahead
        """Whether nobody has asked for it yet."""
        self.asked = 0
        """When somebody did: the larger, the later."""
        self.fraction = 0.0
        """How much of it is done, 0 to 1."""
        self.lent = 0.0
        """Seconds that short ones have had of it."""
        self.seconds = 0.0 if self.request.preview else self._seconds()
        """What a painting takes on the reference machine, as far as can be told."""

    @property
    def extent(self) -> Extent:
        """The size of its pictures."""
        request = self.request
        return request.extent if isinstance(request, ClipRequest) else request.content.extent

    @property
    def left(self) -> float:
        """What of its seconds is still to come."""
        return self.seconds * (1 - self.fraction)

    def _seconds(self) -> float:
        """Of its regions, each may be all of a picture."""
        request = self.request
        count = request.count if isinstance(request, ClipRequest) else 1
        regions = max(1, request.styled(SELECTION) + request.styled(REST))
        return count * workload(request.settings, [self.extent] * regions).seconds

    def short_beside(self, other: QueuedJob) -> bool:
        """Whether that painting, which runs, is to let this one in between."""
        alike = self.request.settings.threads == other.request.settings.threads
        lent = other.lent + self.left <= LENT * other.seconds
        return alike and lent and self.left <= SHORT * other.left

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
        self._numbers = count(1)

    def add(self, job: QueuedJob) -> int:
        """Take a job in; returns how many paintings are before it, 0 for a preview.

        A preview displaces its client's older ones, waiting or running. What is painted ahead gives
        way to a painting, and what is spare is displaced by anything but that. Before a painting
        that is short beside the one that runs there are none.
        """
        with self._changed:
            before = [other for other in self._running if other.request.preview is None]
            if job.ahead:
                before += [*self._paintings, *self._ahead]
                self._ahead.append(job)
            elif job.request.preview is None:
                before = [other for other in before if not other.ahead]
                short = bool(before) and job.short_beside(before[-1])
                before = [] if short else [*before, *self._paintings]
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
        job.asked = next(self._numbers)
        self._paintings.append(job)
        for other in self._running:
            if other.ahead:
                other.gives_way.set()

    def want(self, client: Client) -> None:
        """A client has asked for what was to be painted ahead, later than others for what waits:
        where one that runs is to give way to these already, it does."""
        with self._changed:
            for job in self._running:
                if job.client is client and job.ahead:
                    job.ahead, job.asked = False, next(self._numbers)
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

    def start(self, amid: QueuedJob | None = None) -> QueuedJob | None:
        """The next job, which counts as running until :meth:`end`; None where there is none.

        While a painting that was asked for runs or waits, nothing that is spare begins.

        Args:
            amid: a painting that runs, and only lets others in between.
        """
        with self._changed:
            job = self._next(amid)
            if job is not None:
                self._running.append(job)
            return job

    def _next(self, amid: QueuedJob | None) -> QueuedJob | None:
        painted = any(not (job.ahead or job.request.preview) for job in self._running)
        spare = None if painted or self._paintings else self._spare
        if amid is None:
            waiting = self._previews or self._paintings or spare or self._ahead
            return waiting.popleft() if waiting else None
        short = [job for job in self._paintings if job.short_beside(amid)]
        if short and not (self._previews or amid.ahead):
            amid.lent += short[0].left
            self._paintings.remove(short[0])
            return short[0]
        between = self._previews or spare
        return between.popleft() if between else None

    def end(self, job: QueuedJob) -> None:
        with self._changed:
            self._running.remove(job)

    def put_back(self, job: QueuedJob) -> None:
        """One that runs has given way: it is the next of its kind, or if somebody asked for it
        meanwhile, behind what was asked for before; unless nobody wants it."""
        with self._changed:
            self._running.remove(job)
            wanted = not job.unwanted()
            job.gives_way.clear()
            if wanted and job.ahead:
                self._ahead.appendleft(job)
            elif wanted:
                earlier = sum(other.asked < job.asked for other in self._paintings)
                self._paintings.insert(earlier, job)
        if wanted:
            job.say("queued", {"ahead": 1})
        elif job.displaced.is_set():
            job.say("displaced", {})


def _taken(jobs: deque[QueuedJob], client: Client) -> list[QueuedJob]:
    """A client's jobs, taken out of those that wait."""
    found = [job for job in jobs if job.client is client]
    for job in found:
        jobs.remove(job)
    return found
