"""What a client has the worker do, sent and followed by short calls, cancelled by closing.

Nothing here waits for the worker, whatever that does: a request goes out and an answer comes in by
calls of a few milliseconds each beyond what they are told to wait. A worker that lives says
something every two seconds while a job waits or runs. Where it does not for
:data:`core.bridge.client.silence.SILENCE` seconds, ``silent`` is True: a host says so then and
offers to wait or to call ``restart``, which ends that worker, starts another and asks the same
again. It is False again as soon as the worker goes on. What goes wrong with a restart is told as
any failure is, by the next call.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Generic, TypeVar

from ..contract.errors import ENGINE, BadInput, ImpastoError, WorkerLost, nothing_painted
from ..contract.request import Progress
from ..i18n.text import Text
from ..storage.paths import Installation
from . import wire
from .line import Line
from .silence import Silence
from .way import Way

_R = TypeVar("_R")

_CODE = 40
"""Characters of an error's code, at most."""

STARTING = Progress(0.0, Text("Starting"))


class Errand(ABC, Generic[_R]):
    """One request on its way through the worker.

    ``advance`` is called again and again until ``result`` is there; it never waits longer than
    told, so that a host's window stays alive. ``close`` at any time cancels.
    """

    def __init__(self, installation: Installation) -> None:
        self.result: _R | None = None
        self.progress = STARTING
        self._installation = installation
        self._way = Way(installation)
        self._line: Line | None = None
        self._silence = Silence()
        self._kept = False

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
                raise nothing_painted()
            if self._line is None:
                self._line = self._way.find(wait)
                wait = 0.0
                if self._line is not None:
                    self._ask(self._line)
            # All that has come, as a worker may tell more often than a timer asks.
            while self._line is not None and (message := self._line.hear(wait)) is not None:
                self._take(message)
                wait = 0.0
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise lost(self._installation) from error
        except ImpastoError:
            self.close()
            raise
        self._silence.listen(self._way.heard)
        return self.result is not None

    def keep(self) -> None:
        """Want what is painted by now: the worker ends the job early, and well."""
        self._kept = True
        if self._line is not None:
            self._line.say("keep", {})

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
        if message.type == "progress":
            self.progress = Progress.from_message(message.header, frames(message))
        elif message.type == "queued":
            self.progress = Progress(0.0, Text("Waiting for another job to end"))
        elif message.type != "alive":
            check_done(message)
            self.result = self._result(message)
            self.close()

    @abstractmethod
    def _ask(self, line: Line) -> None:
        """Say what is wanted."""

    @abstractmethod
    def _result(self, message: wire.Message) -> _R:
        """What it came to. Raises ValueError, or BadInput, where the message is none of that."""


def check_done(message: wire.Message) -> None:
    """See that a job is done.

    Raises:
        BadInput, ImpastoError: it failed.
        ValueError: the message is none that ends a job.
    """
    header: dict[str, Any] = message.header
    if message.type == "unpainted":
        raise nothing_painted()
    if message.type == "failed":
        kind = BadInput if header.get("bad_input") else ImpastoError
        raise kind.of(Text.from_json(header.get("text")), str(header.get("code", ""))[:_CODE])
    if message.type != "done":
        raise ValueError(f"a message of the unknown type {message.type!r}")


def frames(message: wire.Message) -> list[bytes]:
    """The frames as hosts' calls take them, which is not as bytearrays everywhere."""
    if message.refused is not None:
        raise message.refused
    try:
        return [bytes(frame) for frame in message.frames]
    except MemoryError:
        raise wire.too_large() from None


def lost(installation: Installation) -> WorkerLost:
    """Of a worker that is gone."""
    return WorkerLost(
        "Impasto's worker stopped in the middle of the job. Try again: it starts afresh. What it "
        "said last is in {log}",
        code=ENGINE,
        log=installation.log,
    )
