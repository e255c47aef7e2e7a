"""A job as its client sees it: sent, followed by short calls, cancelled by closing."""

from __future__ import annotations

import subprocess
import time
from multiprocessing import AuthenticationError
from typing import Any

from . import VERSION, wire
from .errors import BadInput, ImpastoError, WorkerLost
from .launcher import start_worker
from .paths import Installation
from .pixels import Pixels
from .request import Progress, Request, Result

START_PATIENCE = 120.0
"""Seconds a worker may take to listen, and one of another version to leave."""


def dial(installation: Installation) -> wire.Connection | None:
    """Connect to the worker that listens now; None where there is none.

    Raises:
        WorkerLost: something listens there that does not know our key.
    """
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


class Job:
    """One request on its way through the worker, which is started where none runs.

    ``advance`` is called again and again until ``result`` is there; it never waits longer than
    told, so that a host's window stays alive. ``close`` at any time cancels.
    """

    def __init__(self, request: Request, installation: Installation) -> None:
        self.result: Result | None = None
        self.progress = Progress(0.0, "Starting")
        self._request = request
        self._installation = installation
        self._connection: wire.Connection | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline = time.monotonic() + START_PATIENCE

    def advance(self, wait: float = 0.0) -> bool:
        """Go on for at most about ``wait`` seconds; True once ``result`` is there.

        Raises:
            WorkerLost: no worker could be had, or it went away.
            BadInput: the worker refused the request.
            ImpastoError: the job failed for another reason the worker names.
        """
        try:
            if self._connection is None:
                self._connect(wait)
            # All that has come, as a worker may tell more often than a timer asks.
            while self._connection is not None and self._connection.poll(wait):
                self._take(wire.receive(self._connection))
                wait = 0.0
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise WorkerLost(
                "Impasto's worker stopped in the middle of the job. Try again: it starts afresh. "
                f"What it said last is in {self._installation.log}"
            ) from error
        except ImpastoError:
            self.close()
            raise
        return self.result is not None

    def close(self) -> None:
        """Hang up; the worker drops the job if it has not ended."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self, wait: float) -> None:
        connection = dial(self._installation)
        if connection is not None:
            if greet(connection):
                self._connection = connection
                header, frames = self._request.to_message()
                wire.send(connection, "paint", header, frames)
                return
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

    def _take(self, message: wire.Message) -> None:
        header: dict[str, Any] = message.header
        if message.type == "progress":
            self.progress = Progress(**header)
        elif message.type == "queued":
            self.progress = Progress(0.0, "Waiting for another job to end")
        elif message.type == "done":
            pixels = Pixels.from_header(header["layer"], message.frames[0])
            self.result = Result(pixels, header["report"])
            self.close()
        elif message.type == "failed":
            raise (BadInput if header.get("bad_input") else ImpastoError)(header["message"])
        else:
            raise ValueError(f"a message of the unknown type {message.type!r}")
