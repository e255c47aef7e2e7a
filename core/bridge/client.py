"""A job as its client sees it: sent, followed by short calls, cancelled by closing."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import VERSION, wire
from .errors import BadInput, ImpastoError, WorkerLost
from .launcher import start_worker
from .paths import Installation
from .pixels import Pixels
from .request import Progress, Request, Result

if TYPE_CHECKING:
    import subprocess

START_PATIENCE = 120.0
"""Seconds a worker may take to listen, and one of another version to leave."""


def dial(installation: Installation) -> wire.Connection | None:
    """Connect to the worker that listens now; None where there is none.

    Raises:
        WorkerLost: something listens there that does not know our key.
    """
    # Imported here, as a host that starts imports this file, and only some runs go on to paint.
    from multiprocessing import AuthenticationError
    from multiprocessing.connection import Client

    try:
        key = installation.key_file().read_bytes()
        return Client(installation.address(), authkey=key)
    except (OSError, EOFError):
        return None
    except AuthenticationError as error:
        raise WorkerLost(
            f"What listens at {installation.address()} is not Impasto's worker: "
            "end it, then try again."
        ) from error


def greet(connection: wire.Connection) -> bool:
    """Exchange versions. False where the worker is of another version: it was asked to leave."""
    wire.send(connection, "hello", {"version": VERSION})
    if wire.receive(connection).header.get("version") == VERSION:
        return True
    wire.send(connection, "leave", {})
    return False


class Way:
    """The way to the worker, which is started where none runs, found in short calls."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline = time.monotonic() + START_PATIENCE

    def find(self, wait: float) -> wire.Connection | None:
        """A connection to a worker of our version; None where there is none after ``wait`` seconds.

        Raises:
            WorkerLost: no worker could be had.
            OSError, EOFError, ValueError: one went away just now, or answered nonsense.
        """
        connection = dial(self._installation)
        if connection is not None:
            if greet(connection):
                return connection
            connection.close()
        elif self._process is None:
            self._process = start_worker(self._installation)
        elif (status := self._process.poll()) is not None:
            # A worker that finds another one at its place ends with 0: dial that one.
            self._process = None
            if status != 0:
                raise WorkerLost(
                    "Impasto's worker could not start. Run 'python3 install.py doctor'; "
                    f"what went wrong is in {self._installation.log}"
                )
        if time.monotonic() > self._deadline:
            raise WorkerLost(
                f"Impasto's worker did not answer within {START_PATIENCE:.0f} s. Try again; "
                f"what it said last is in {self._installation.log}"
            )
        time.sleep(min(wait, 0.02))
        return None


class Job:
    """One request on its way through the worker.

    ``advance`` is called again and again until ``result`` is there; it never waits longer than
    told, so that a host's window stays alive. ``close`` at any time cancels.
    """

    def __init__(self, request: Request, installation: Installation) -> None:
        self.result: Result | None = None
        self.progress = Progress(0.0, "Starting")
        self._request = request
        self._installation = installation
        self._way = Way(installation)
        self._connection: wire.Connection | None = None

    def advance(self, wait: float = 0.0) -> bool:
        """Go on for at most about ``wait`` seconds; True once ``result`` is there.

        Raises:
            WorkerLost: no worker could be had, or it went away.
            BadInput: the worker refused the request.
            ImpastoError: the job failed for another reason the worker names.
        """
        try:
            if self._connection is None:
                self._connection = self._way.find(wait)
                if self._connection is not None:
                    _ask(self._connection, self._request)
            # All that has come, as a worker may tell more often than a timer asks.
            while self._connection is not None and self._connection.poll(wait):
                self._take(wire.receive(self._connection))
                wait = 0.0
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise _lost(self._installation) from error
        except ImpastoError:
            self.close()
            raise
        return self.result is not None

    def keep(self) -> None:
        """Want the picture as it is now: the worker ends the job early, and well."""
        if self._connection is not None:
            with contextlib.suppress(OSError):  # ``advance`` says that it is gone
                wire.send(self._connection, "keep", {})

    def close(self) -> None:
        """Hang up; the worker drops the job if it has not ended."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _take(self, message: wire.Message) -> None:
        header = message.header
        if message.type == "progress":
            told, before = Progress.from_message(header, message.frames), self.progress
            if told.picture is None:  # the last one stays
                told = replace(told, picture=before.picture, box=before.box)
            self.progress = told
        elif message.type == "queued":
            self.progress = Progress(0.0, "Waiting for another job to end")
        else:
            self.result = _result(message)
            self.close()


class Previews:
    """Previews for a dialog, over one connection that stays while the dialog is open.

    ``ask`` as often as a slider moves, and ``take`` from a timer what has come; neither waits for
    the worker. To be used from one thread at a time. ``close`` when the dialog closes.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._way: Way | None = None
        self._connection: wire.Connection | None = None
        self._newest: Request | None = None
        self._proven = False
        """Whether this connection's worker has answered anything yet."""
        self._asked = self._sent = self._answered = 0

    @property
    def waiting(self) -> bool:
        """Whether the answer to the newest request is still to come."""
        return self._answered < self._asked

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
            while self._connection is not None and self._connection.poll(wait):
                newest = self._receive(self._connection) or newest
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
        return newest

    def close(self) -> None:
        """Hang up and want nothing any more; the worker drops what it has not done."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._way = self._newest = None
        self._proven = False
        self._answered = self._sent = self._asked

    def _send(self, wait: float) -> None:
        if self._newest is None or not self._unsent:
            return
        if self._connection is None:
            self._way = self._way or Way(self._installation)
            self._connection = self._way.find(wait)
        if self._connection is not None:
            _ask(self._connection, self._newest, self._asked)
            self._sent = self._asked

    def _receive(self, connection: wire.Connection) -> Result | None:
        message = wire.receive(connection)
        self._proven = True
        self._answered = max(self._answered, message.header["number"])
        # Whatever else an earlier request came to, nobody wants to know.
        if message.type == "displaced" or (message.type == "failed" and self.waiting):
            return None
        return _result(message)


def _ask(connection: wire.Connection, request: Request, number: int = 0) -> None:
    header, frames = request.to_message()
    wire.send(connection, "paint", {**header, "number": number}, frames)


def _result(message: wire.Message) -> Result:
    """What a job came to.

    Raises:
        BadInput, ImpastoError: it failed.
        ValueError: the message is none that ends a job.
    """
    header: dict[str, Any] = message.header
    if message.type == "done":
        return Result(Pixels.from_header(header["layer"], message.frames[0]), header["report"])
    if message.type == "failed":
        raise (BadInput if header.get("bad_input") else ImpastoError)(header["message"])
    raise ValueError(f"a message of the unknown type {message.type!r}")


def _lost(installation: Installation) -> WorkerLost:
    return WorkerLost(
        "Impasto's worker stopped in the middle of the job. Try again: it starts afresh. "
        f"What it said last is in {installation.log}"
    )
