"""Paintings of a session: settings that suit a test, runs that are watched, and their worker."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from impasto.bridge.contract.settings import Settings
from impasto.bridge.session.remedies import explained
from impasto.painter import Painter, run_on
from impasto.qt import QtCore
from impasto.target import Target
from krita import Document, Node

from .krita_session import GIVEN, Case, Steps, action, all_nodes, describe, main_window, pause, wait


def instant(**values: Any) -> Settings:
    return Settings(**{"style": GIVEN["style"], "method": "instant", "size": 128, **values})


def endless(**values: Any) -> Settings:
    """Settings of a run that takes longer than any case waits, and soon knows how long."""
    return Settings(
        **{"style": GIVEN["style"], "method": "painterly", "size": 128, "steps": 400, **values}
    )


class Watched:
    """A run, with all it told."""

    def __init__(self, document: Document, settings: Settings, **order: Any) -> None:
        self.progress: list[tuple[float, str]] = []
        self.painted: list[str] = []
        self.failed: list[str] = []
        self.ended = 0
        self.before = all_nodes(document)
        self.document = document
        order.setdefault("targets", [Target.active(document)])
        try:
            run = run_on(settings=settings, **order)
        except Exception as error:
            self.failed.append(str(explained(error)))
            self._end()
            return
        self.painter = Painter(run, main_window())
        self.painter.progressed.connect(lambda *step: self.progress.append(step))
        self.painter.painted.connect(self.painted.append)
        self.painter.failed.connect(lambda error: self.failed.append(str(error)))
        self.painter.ended.connect(self._end)

    def wait(self) -> Steps[Watched]:
        yield from wait(lambda: self.ended)
        return self

    def wait_until_painting(self) -> Steps[None]:
        yield from wait(lambda: self.ended or (self.progress and self.progress[-1][0] > 0))

    def new_nodes(self) -> list[Node]:
        nodes = all_nodes(self.document)
        return [n for n in nodes if n not in self.before and not n.type().endswith("mask")]

    def report(self) -> dict[str, Any]:
        return {
            "failed": self.failed,
            "painted": self.painted,
            "ended": self.ended,
            "new": [describe(node) for node in self.new_nodes()],
        }

    def _end(self) -> None:
        self.ended += 1


def paint(document: Document, settings: Settings, **order: Any) -> Case:
    """Run to the end and tell what came of it; ``order`` as the run's."""
    watched = yield from Watched(document, settings, **order).wait()
    return watched.report()


def undo(document: Document) -> Steps[int]:
    """Undo once; the number of nodes then."""
    action("edit_undo").trigger()
    document.waitForDone()
    yield from pause(0.2)
    return len(all_nodes(document))


class Heart:
    """Counts the ticks of a timer, and the longest time without one: is the event loop alive?"""

    def __init__(self) -> None:
        self.ticks = 0
        self.longest = 0.0
        self._first = self._last = time.monotonic()
        self._timer = QtCore.QTimer()
        self._timer.setInterval(20)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def stop(self) -> dict[str, Any]:
        self._timer.stop()
        lasted = time.monotonic() - self._first
        return {"ticks": self.ticks, "longest": round(self.longest, 3), "lasted": round(lasted, 3)}

    def _beat(self) -> None:
        now = time.monotonic()
        self.ticks += 1
        self.longest = max(self.longest, now - self._last)
        self._last = now


def worker_pids() -> list[int]:
    """The workers of this session's own installation."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if command.startswith(GIVEN["prefix"]) and "core.service.worker" in command:
            found.append(int(folder.name))
    return found
