"""A job as its client sees it: sent, followed by short calls, cancelled by closing.

Nothing here waits for the worker, whatever that does: a request goes out and an answer comes in by
the calls of ``advance`` and ``take``, a few milliseconds each beyond what they are told to wait.
A worker that lives says something every two seconds while a job waits or runs. Where it does not
for :data:`core.bridge.client.silence.SILENCE` seconds, ``silent`` is True: a host says so then and
offers to wait or to call ``restart``, which ends that worker, starts another and asks the same
again. It is False again as soon as the worker goes on. What goes wrong with a restart is told as
any failure is, by the next ``advance`` or ``take``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..contract.errors import ENGINE, BadInput, ImpastoError, NothingPainted, WorkerLost
from ..contract.request import Progress, Request, Result
from ..i18n.text import Text
from ..storage.paths import Installation
from . import wire
from .line import Line
from .silence import Silence
from .way import Way

_CODE = 40
"""Characters of an error's code, at most."""

STARTING = Progress(0.0, Text("Starting"))


class Job:
    """One request on its way through the worker.

    ``advance`` is called again and again until ``result`` is there; it never waits longer than
    told, so that a host's window stays alive. ``close`` at any time cancels.
    """

    def __init__(self, request: Request, installation: Installation) -> None:
        self.result: Result | None = None
        self.progress = STARTING
        self._request = request
        self._installation = installation
        self._way = Way(installation)
        self._line: Line | None = None
        self._silence = Silence()
        self._kept = False

    @classmethod
    def done(
        cls, request: Request, installation: Installation, result: Result, progress: Progress
    ) -> Job:
        """One that has come to something before, and asks the worker nothing."""
        job = cls(request, installation)
        job.result, job.progress = result, progress
        return job

    @property
    def silent(self) -> bool:
        """Whether the worker has said nothing for long, as none does that is only busy."""
        return self._silence.long

    def advance(self, wait: float = 0.0) -> bool:
        """Go on for at most about ``wait`` seconds; True once ``result`` is there.

        Raises:
            WorkerLost: no worker could be had, or it went away.
            BadInput: the worker refused the request.
            NothingPainted: ``keep`` came before anything was painted.
            ImpastoError: the job failed for another reason the worker names.
        """
        try:
            if self._line is None and self._kept:
                raise _nothing_painted()
            if self._line is None:
                self._line = self._way.find(wait)
                wait = 0.0
                if self._line is not None:
                    _ask(self._line, self._request)
            # All that has come, as a worker may tell more often than a timer asks.
            while self._line is not None and (message := self._line.hear(wait)) is not None:
                self._take(message)
                wait = 0.0
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise _lost(self._installation) from error
        except ImpastoError:
            self.close()
            raise
        self._silence.listen(self._way.heard)
        return self.result is not None

    def keep(self) -> None:
        """Want the picture as it is now: the worker ends the job early, and well."""
        self._kept = True
        if self._line is not None:
            self._line.say("keep", {})

    def want(self) -> None:
        """Want what was asked for ahead: from now on it gives way to no other job."""
        if self._request.ahead:
            self._request = replace(self._request, ahead=False)
            if self._line is not None:
                self._line.say("want", {})

    def restart(self) -> None:
        """End the worker, which is silent, start another and ask the same again."""
        worker = self._way.worker
        self.close()
        self._way.end_first(worker)
        self.progress, self._kept, self._silence = STARTING, False, Silence()

    def close(self) -> None:
        """Hang up; the worker drops the job if it has not ended."""
        self._way.close()
        self._way, self._line = Way(self._installation), None

    def _take(self, message: wire.Message) -> None:
        header = message.header
        if message.type == "progress":
            told, before = Progress.from_message(header, _frames(message)), self.progress
            if told.picture is None:  # the last one stays
                told = replace(told, picture=before.picture, box=before.box)
            self.progress = told
        elif message.type == "queued":
            self.progress = Progress(0.0, Text("Waiting for another job to end"))
        elif message.type != "alive":
            self.result = _result(message)
            self.close()


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
            lost = self._answered < self._sent and not self._proven
            self.close()
            if lost:
                raise _lost(self._installation) from error
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
        return _result(message)


def _ask(line: Line, request: Request, number: int = 0) -> None:
    header, frames = request.to_message()
    line.say("paint", {**header, "number": number}, frames)


def _result(message: wire.Message) -> Result:
    """What a job came to.

    Raises:
        BadInput, ImpastoError: it failed.
        ValueError: the message is none that ends a job.
    """
    header: dict[str, Any] = message.header
    if message.type == "unpainted":
        raise _nothing_painted()
    if message.type == "failed":
        kind = BadInput if header.get("bad_input") else ImpastoError
        raise kind.of(Text.from_json(header.get("text")), str(header.get("code", ""))[:_CODE])
    if message.type != "done":
        raise ValueError(f"a message of the unknown type {message.type!r}")
    return Result.from_message(header, _frames(message))


def _frames(message: wire.Message) -> list[bytes]:
    """The frames as hosts' calls take them, which is not as bytearrays everywhere."""
    if message.refused is not None:
        raise message.refused
    try:
        return [bytes(frame) for frame in message.frames]
    except MemoryError:
        raise wire.too_large() from None


def _nothing_painted() -> NothingPainted:
    return NothingPainted("Nothing was painted yet, so there is no new layer.")


def _lost(installation: Installation) -> WorkerLost:
    return WorkerLost(
        "Impasto's worker stopped in the middle of the job. Try again: it starts afresh. What it "
        "said last is in {log}",
        code=ENGINE,
        log=installation.log,
    )
