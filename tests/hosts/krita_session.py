"""Tools of a session inside Krita: cases in a row, waiting with a live event loop, one report.

Loaded as a plug-in of its own, beside Impasto's. IMPASTO_SESSION names a folder with
``session.json``; the report and the photographs are written into it.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from impasto.bridge.settings import Settings
from impasto.qt import QtCore, QtWidgets
from impasto.run import Order, Run
from impasto.target import Target
from krita import Document, Krita, Node, Selection

T = TypeVar("T")
FOLDER = Path(os.environ["IMPASTO_SESSION"])
GIVEN: dict[str, Any] = json.loads((FOLDER / "session.json").read_text("utf-8"))
"""``photo`` and ``style``: files; ``prefix``: the installation; ``log``: its log file."""

PATIENCE = 60.0
Steps: TypeAlias = Generator[None, None, T]
"""What takes time: it yields whenever Krita is to go on, and returns its result.

Waiting in a loop of processEvents would not do: Krita holds much of its work back there.
"""
Case: TypeAlias = Generator[None, None, dict[str, Any]]
_CASES: list[Callable[[], Case]] = []


def case(function: Callable[[], Case]) -> Callable[[], Case]:
    """Declare a case: what it returns stands in the report under its name."""
    _CASES.append(function)
    return function


class Session(QtCore.QObject):
    """Moves the cases on, one after the other, from a timer."""

    def __init__(self) -> None:
        super().__init__()
        faulthandler.enable((FOLDER / "crash.txt").open("w"))
        # Krita's own hook shows what nobody caught in a dialog that waits for a click.
        sys.excepthook = self._note
        self._uncaught: list[str] = []
        self._steps = self._run()
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(lambda: next(self._steps))
        self._timer.start(5)

    def _run(self) -> Steps[None]:
        """Every case, also after one that breaks; then leave Krita without its questions."""
        report: dict[str, Any] = {"version": Krita.instance().version()}
        for function in _CASES:
            if GIVEN["only"] and function.__name__ not in GIVEN["only"]:
                continue
            started = time.monotonic()
            try:
                told = yield from function()
            except Exception:
                told = {"broke": traceback.format_exc()}
            for document in Krita.instance().documents():
                yield from close(document)
            report["uncaught"] = {"errors": self._uncaught}
            report[function.__name__] = {**told, "took": round(time.monotonic() - started, 1)}
            (FOLDER / "report.json").write_text(json.dumps(report, default=str), "utf-8")
        (FOLDER / "finished").touch()
        os._exit(0)

    def _note(self, *error: Any) -> None:
        self._uncaught.append("".join(traceback.format_exception(*error)))


def wait(until: Callable[[], Any], patience: float = PATIENCE) -> Steps[None]:
    """Let Krita live until something holds. Raises TimeoutError."""
    deadline = time.monotonic() + patience
    while not until():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {patience} s in vain")
        yield


def pause(seconds: float) -> Steps[None]:
    end = time.monotonic() + seconds
    yield from wait(lambda: time.monotonic() > end)


def action(name: str) -> QtWidgets.QAction:
    return Krita.instance().action(name)


def main_window() -> QtWidgets.QMainWindow:
    return Krita.instance().activeWindow().qwindow()


def photograph(widget: QtWidgets.QWidget, name: str) -> Steps[None]:
    yield from pause(0.3)
    widget.grab().save(str(FOLDER / f"{name}.png"))


def show(document: Document) -> Steps[Document]:
    """Give a document a view, which makes it the active one."""
    Krita.instance().activeWindow().addView(document)
    Krita.instance().setActiveDocument(document)
    yield from wait(lambda: Krita.instance().activeDocument() == document, 10)
    yield from wait(lambda: document.activeNode() is not None, 10)
    return document


def open_picture(file: str) -> Steps[Document]:
    return (yield from show(Krita.instance().openDocument(file)))


def open_photo() -> Steps[Document]:
    return (yield from open_picture(GIVEN["photo"]))


def open_blank() -> Steps[Document]:
    """A document of 120x100 with nothing but its background, in 8 bits and sRGB."""
    return (yield from open_picture(GIVEN["blank"]))


def close(document: Document) -> Steps[None]:
    document.waitForDone()
    yield from pause(0.2)
    document.setBatchmode(True)
    document.setModified(False)
    document.close()
    yield from pause(0.2)


def select(document: Document, x: int, y: int, width: int, height: int, feather: int = 0) -> None:
    selection = Selection()
    selection.select(x, y, width, height, 255)
    if feather:
        selection.feather(feather)
    document.setSelection(selection)


def top(document: Document) -> list[Node]:
    return [n for n in document.rootNode().childNodes() if not n.type().endswith("mask")]


def activate(document: Document, node: Node) -> Steps[None]:
    document.setActiveNode(node)
    yield from wait(lambda: document.activeNode() == node, 10)


def own_bytes(node: Node) -> str:
    box = node.bounds()
    return bytes(node.pixelData(box.x(), box.y(), box.width(), box.height())).hex()


def describe(node: Node) -> dict[str, Any]:
    """A layer as the report shows it."""
    box = node.bounds()
    parent = node.parentNode()
    siblings = [child for child in parent.childNodes() if not child.type().endswith("mask")]
    return {
        "name": node.name(),
        "type": node.type(),
        "space": [node.colorModel(), node.colorDepth(), node.colorProfile()],
        "bounds": [box.x(), box.y(), box.width(), box.height()],
        "parent": parent.name() if parent.parentNode() else "root",
        "above": [child.name() for child in siblings][: siblings.index(node)][-1:],
        "visible": node.visible(),
    }


def all_nodes(document: Document) -> list[Node]:
    found: list[Node] = []
    queue = [document.rootNode()]
    while queue:
        children = queue.pop().childNodes()
        found += children
        queue += children
    return found


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
        self.run = Run(Order(settings=settings, **order), main_window())
        self.run.progressed.connect(lambda *step: self.progress.append(step))
        self.run.painted.connect(self.painted.append)
        self.run.failed.connect(self.failed.append)
        self.run.ended.connect(self._end)
        self.run.start()

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
        if command.startswith(GIVEN["prefix"]) and "core.worker" in command:
            found.append(int(folder.name))
    return found
