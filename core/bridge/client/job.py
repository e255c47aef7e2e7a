"""A painting, and previews, as their client sees them."""

from __future__ import annotations

from dataclasses import replace

from ..contract.errors import WorkerLost
from ..contract.request import Progress, Request, Result
from ..storage.paths import Installation
from . import wire
from .errand import STARTING, Errand, check_done, frames, lost
from .line import Line
from .silence import Silence
from .way import Way

__all__ = ["STARTING", "Job", "Previews"]


class Job(Errand[Result]):
    """One painting on its way through the worker."""

    def __init__(self, request: Request, installation: Installation) -> None:
        super().__init__(installation)
        self._request = request

    @classmethod
    def done(
        cls, request: Request, installation: Installation, result: Result, progress: Progress
    ) -> Job:
        """One that has come to something before, and asks the worker nothing."""
        job = cls(request, installation)
        job.result, job.progress = result, progress
        return job

    def want(self) -> None:
        """Want what was asked for ahead: from now on it gives way to no other job."""
        if self._request.ahead:
            self._request = replace(self._request, ahead=False)
            if self._line is not None:
                self._line.say("want", {})

    def _ask(self, line: Line) -> None:
        _ask(line, self._request)

    def _take(self, message: wire.Message) -> None:
        before = self.progress
        super()._take(message)
        if message.type == "progress" and self.progress.picture is None:  # the last one stays
            self.progress = replace(self.progress, picture=before.picture, box=before.box)

    def _result(self, message: wire.Message) -> Result:
        return Result.from_message(message.header, frames(message))


class Previews:
    """Previews for a dialog, over one connection that stays while the dialog is open.

    ``ask`` as often as a slider moves, and ``take`` from a timer what has come; neither waits for
    the worker. To be used from one thread at a time. ``close`` when the dialog closes.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._way = Way(installation)
        self._line: Line | None = None
        self._newest: Request | None = None
        self._proven = False
        """Whether this connection's worker has answered anything yet."""
        self._asked = self._sent = self._answered = 0
        self._silence = Silence()

    @property
    def waiting(self) -> bool:
        """Whether the answer to the newest request is still to come."""
        return self._answered < self._asked

    @property
    def silent(self) -> bool:
        """Whether the worker owes an answer and has said nothing for long."""
        return self.waiting and self._silence.long

    @property
    def _unsent(self) -> bool:
        return self._sent < self._asked

    def ask(self, request: Request) -> None:
        """Want the preview of a request, whose ``preview`` is set, and of no earlier one."""
        self._asked += 1
        self._newest = request

    def take(self, wait: float = 0.0) -> Result | None:
        """The newest preview that came since, after about ``wait`` seconds at most.

        While a slider moves this may be the one of a request before the last: ``waiting`` is then
        still true.

        Raises:
            WorkerLost: no worker could be had, or it went away; the next ``ask`` tries again.
            BadInput: the worker refused the newest request.
            ImpastoError: it failed for another reason the worker names.
        """
        newest: Result | None = None
        try:
            self._send(wait)
            while self._line is not None and (message := self._line.hear(wait)) is not None:
                newest = self._receive(message) or newest
                wait = 0.0
        except (OSError, EOFError, ValueError) as error:
            wanted = self._newest if self.waiting else None
            unproven = self._answered < self._sent and not self._proven
            self.close()
            if unproven:
                raise lost(self._installation) from error
            # A worker leaves when nobody wants anything for long, and what was sent in the same
            # moment is lost with it: the next one is asked instead.
            if wanted is not None:
                self.ask(wanted)
        except WorkerLost:
            self.close()
            raise
        self._silence.listen(self._way.heard if self.waiting else None)
        return newest

    def restart(self) -> None:
        """End the worker, which is silent, start another and ask for the newest again."""
        wanted, worker = self._newest if self.waiting else None, self._way.worker
        self.close()
        self._way.end_first(worker)
        if wanted is not None:
            self.ask(wanted)

    def close(self) -> None:
        """Hang up and want nothing any more; the worker drops what it has not done."""
        self._way.close()
        self._way, self._line, self._newest = Way(self._installation), None, None
        self._proven = False
        self._silence = Silence()
        self._answered = self._sent = self._asked

    def _send(self, wait: float) -> None:
        if self._newest is None or not self._unsent:
            return
        if self._line is None:
            self._line = self._way.find(wait)
        # One after another: what is on its way can't be taken back.
        if self._line is not None and not self._line.sending:
            _ask(self._line, self._newest, self._asked)
            self._sent = self._asked

    def _receive(self, message: wire.Message) -> Result | None:
        if message.type == "alive":
            return None
        number = message.header.get("number")
        if not wire.whole(number):
            raise ValueError("an answer whose number is none")
        self._proven = True
        self._answered = max(self._answered, number)
        # Whatever else an earlier request came to, nobody wants to know.
        if message.type == "displaced" or (message.type == "failed" and self.waiting):
            return None
        check_done(message)
        return Result.from_message(message.header, frames(message))


def _ask(line: Line, request: Request, number: int = 0) -> None:
    header, pixels = request.to_message()
    line.say("paint", {**header, "number": number}, pixels)
