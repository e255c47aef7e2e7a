"""The way to the worker, which is started where none runs, in short calls."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .. import VERSION
from ..contract.errors import ENGINE, INSTALLATION, OCCUPIED, OUTDATED, WorkerLost
from ..i18n.text import Text
from ..storage.paths import Installation, host_name
from . import introduction, running, wire
from .launcher import start_worker
from .line import Line
from .streams import connect

if TYPE_CHECKING:
    import subprocess

START_PATIENCE = 120.0
"""Seconds a worker may take to listen, and one of another version to leave."""

ANSWER_PATIENCE = 10.0
"""Seconds for a greeting: a worker in good health answers at once, even while it paints."""

_PAUSE = 0.02
"""Seconds between two attempts."""

_RESTART_PAUSE = 0.5
"""Seconds between a worker that found another one at its place and the next start."""


class Attempt:
    """One call at the worker that listens now: introduction, then greeting."""

    def __init__(self, installation: Installation) -> None:
        """Raises OSError where none listens, BlockingIOError where it has no room for another."""
        self._installation = installation
        self._key = installation.key_file().read_bytes()
        address = installation.address()
        self._introduction = introduction.ClientSide(self._key, address)
        stream = connect(address)
        if stream is None:
            raise BlockingIOError(f"too many call at {address}")
        self.line = Line(stream)
        self._expected = "challenge"

    def greeted(self, wait: float) -> dict[str, Any] | None:
        """What the worker says of itself, once it does; None after ``wait`` seconds.

        Raises:
            WorkerLost: it does not know our key, or is no worker.
            OSError, EOFError: it went away, or has another key by now.
        """
        try:
            while (message := self.line.hear(wait)) is not None:
                wait = 0.0
                if self._expected == "challenge":
                    self.line.say("answer", self._introduction.answer(message))
                    self._expected = "proof"
                elif self._expected == "proof":
                    self._check(message)
                    self.line.say("hello", {"version": VERSION})
                    self._expected = "welcome"
                elif message.type == "welcome":
                    return message.header
        except ValueError as error:
            raise self._introduction.stranger() from error
        return None

    def _check(self, proof: wire.Message) -> None:
        try:
            self._introduction.check(proof)
        except WorkerLost:
            if self._installation.key_file().read_bytes() != self._key:
                raise EOFError("a worker took this one's place") from None
            raise


def meet(
    installation: Installation, patience: float = ANSWER_PATIENCE
) -> tuple[Line, dict[str, Any]] | None:
    """A line to the worker that runs now, and what it said of itself; None where none runs.

    Raises:
        WorkerLost: what is there is no worker, or does not answer for ``patience`` seconds.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            attempt = Attempt(installation)
        except BlockingIOError:
            time.sleep(_PAUSE)
            continue
        except OSError:
            return None
        try:
            welcome = attempt.greeted(0.0)
            while welcome is None and time.monotonic() < end:
                welcome = attempt.greeted(0.2)
        except (OSError, EOFError):
            attempt.line.close()
            time.sleep(_PAUSE)
            continue
        except WorkerLost:
            attempt.line.close()
            raise
        if welcome is not None:
            return attempt.line, welcome
        attempt.line.close()
    raise running.stuck(installation)


class Way:
    """Finds the worker of an installation, starts one where there is none, and then calls it."""

    def __init__(self, installation: Installation) -> None:
        self.worker: running.Running | None = None
        """Which one was called last, as far as it can be told."""
        self._installation = installation
        self._attempt: Attempt | None = None
        self._ending = False
        self._crowded = False
        self._past = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._start_after = 0.0
        self._deadline = time.monotonic() + START_PATIENCE

    @property
    def heard(self) -> int | None:
        """Grows with each sign of life of what is called; None where there is nobody to call."""
        if self._attempt is None:
            return self._past if self._crowded else None
        return self._past + self._attempt.line.heard

    def end_first(self, worker: running.Running | None) -> None:
        """Have :meth:`find` end a worker that does not answer before it looks for one."""
        self.worker, self._ending = worker, True

    def find(self, wait: float) -> Line | None:
        """A line to a worker of our version; None where there is none after ``wait`` seconds.

        Raises:
            WorkerLost: no worker could be had.
        """
        if self._ending:
            self._ending = False
            running.end(self._installation, self.worker)
        self._call()
        if self._attempt is not None:
            try:
                welcome = self._attempt.greeted(wait)
                if welcome is not None and self._fits(welcome):
                    return self._attempt.line
            except (OSError, EOFError):
                self.close()
            except WorkerLost:
                self.close()
                raise
        if time.monotonic() > self._deadline:
            self.close()
            raise WorkerLost(
                "Impasto's worker did not answer within {seconds} s. Try again; what it said "
                "last is in {log}",
                code=ENGINE,
                seconds=f"{START_PATIENCE:.0f}",
                log=self._installation.log,
            )
        if self._attempt is None:
            time.sleep(min(wait, _PAUSE))
        return None

    def close(self) -> None:
        """Hang up on what was called and has not greeted yet."""
        if self._attempt is not None:
            self._past += 1 + self._attempt.line.heard
            self._attempt.line.close()
            self._attempt = None

    def _call(self) -> None:
        if self._attempt is not None:
            return
        self._crowded = False
        try:
            self._attempt = Attempt(self._installation)
        except BlockingIOError:
            self._crowded = True
        except OSError:
            self._start()
            return
        self.worker = running.noted(self._installation)

    def _start(self) -> None:
        if self._process is None:
            if time.monotonic() < self._start_after:
                return
            if self._installation.version() not in ("", VERSION):
                raise self._outdated()
            self._process = start_worker(self._installation)
        elif (status := self._process.poll()) is not None:
            # A worker that finds another one at its place ends with 0: call that one. It may be
            # leaving, and paint what it has promised still.
            self._process, self._start_after = None, time.monotonic() + _RESTART_PAUSE
            if status != 0:
                raise WorkerLost(
                    "Impasto's worker could not start. Run 'python3 install.py doctor'; what "
                    "went wrong is in {log}",
                    code=INSTALLATION,
                    log=self._installation.log,
                )

    def _fits(self, welcome: dict[str, Any]) -> bool:
        """Whether a worker is of our version. One of another is asked to leave if it may.

        Raises:
            WorkerLost: it has to stay, or would come again.
        """
        if welcome.get("version") == VERSION:
            return True
        if self._installation.version() not in ("", VERSION):
            raise self._outdated()
        if welcome.get("others"):
            raise WorkerLost(
                "Impasto {own} is installed, but another program still uses {theirs}: restart "
                "that program, then try again.",
                code=OCCUPIED,
                own=VERSION,
                theirs=welcome.get("version"),
            )
        assert self._attempt is not None
        self._attempt.line.say("leave", {})
        return False

    def _outdated(self) -> WorkerLost:
        return WorkerLost(
            "{program} still runs Impasto {own} while {installed} is installed: restart it, then "
            "try again.",
            code=OUTDATED,
            program=host_name() or Text("This program"),
            own=VERSION,
            installed=self._installation.version(),
        )
