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

from impasto.qt import QtCore, QtWidgets
from krita import Document, Krita, Node, Selection

T = TypeVar("T")
FOLDER = Path(os.environ["IMPASTO_SESSION"])
GIVEN: dict[str, Any] = json.loads((FOLDER / "session.json").read_text("utf-8"))
"""``photo`` and ``style``: files; ``prefix``: the installation; ``log``: its log file."""

REPORT = FOLDER / "report.json"
"""What the cases told, written after each."""

PATIENCE = 300.0
"""Seconds until something is given up. On two shared cores with AVX2 only, what takes seconds on
others takes a minute."""

Steps: TypeAlias = Generator[None, None, T]
"""What takes time: it yields whenever Krita is to go on, and returns its result.

Waiting in a loop of processEvents would not do: Krita holds much of its work back there.
"""
Case: TypeAlias = Generator[None, None, dict[str, Any]]
_CASES: list[Callable[[], Case]] = []
_MEASUREMENTS: set[str] = set()
"""Cases that are gone through only where they are asked for by name."""


def case(function: Callable[[], Case]) -> Callable[[], Case]:
    """Declare a case: what it returns stands in the report under its name."""
    name = function.__name__
    assert name not in {each.__name__ for each in _CASES}, f"there is another {name}"
    _CASES.append(function)
    return function


def measurement(function: Callable[[], Case]) -> Callable[[], Case]:
    """Declare a case that takes long, and by which nothing is judged."""
    _MEASUREMENTS.add(function.__name__)
    return case(function)


def _wanted(name: str) -> bool:
    return name in GIVEN["only"] if GIVEN["only"] else name not in _MEASUREMENTS


class Session(QtCore.QObject):
    """Moves the cases on, one after the other, from a timer."""

    def __init__(self) -> None:
        super().__init__()
        faulthandler.enable((FOLDER / "crash.txt").open("w"))
        # Krita's own hook shows what nobody caught in a dialog that waits for a click.
        sys.excepthook = self._note
        self._report: dict[str, Any] = {"version": Krita.instance().version()}
        if REPORT.exists():
            self._report = json.loads(REPORT.read_text("utf-8"))
        self._uncaught: list[str] = self._report.get("uncaught", {}).get("errors", [])
        self._steps = self._run()
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(lambda: next(self._steps))
        self._timer.start(5)

    def _run(self) -> Steps[None]:
        """Every case, also after one that breaks; then leave Krita without its questions.

        What an earlier Krita told that died is not asked for again.
        """
        for function in _CASES:
            name = function.__name__
            if name in self._report or not _wanted(name):
                continue
            (FOLDER / "under-way").write_text(name)
            started = time.monotonic()
            try:
                told = yield from function()
            except Exception:
                told = {"broke": traceback.format_exc()}
            for document in Krita.instance().documents():
                yield from close(document)
            self._report["uncaught"] = {"errors": self._uncaught}
            self._report[name] = {**told, "took": round(time.monotonic() - started, 1)}
            REPORT.write_text(json.dumps(self._report, default=str), "utf-8")
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
