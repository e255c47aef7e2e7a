"""Closing a document, its dialog or Krita while a painting is under way: a question first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from impasto.memory import last_used
from impasto.progress import ProgressWindow
from impasto.qt import QtCore, QtWidgets
from impasto.view_windows import view_windows
from krita import Document, Krita

from .krita_hands import click
from .krita_paint import Watched, endless, instant, paint
from .krita_session import (
    Case,
    Steps,
    action,
    case,
    main_window,
    open_blank,
    open_photo,
    pause,
    photograph,
    wait,
)
from .krita_tools import button, dialogs, open_dialog


@case
def leaving() -> Case:
    """Krita's own ways to close, each answered with staying; then one with leaving."""
    other = yield from open_blank()
    document = yield from open_photo()
    dialog = yield from open_dialog()
    dialog.set_settings(endless())
    result: dict[str, Any] = {}
    dialog.start()
    painter = dialog.painter
    for name in ("file_close", "file_quit"):
        yield from _front(document)
        result[name] = yield from _stay(action(name).trigger, document)
    result["window"] = yield from _stay(main_window().close, document)
    result["dialog"] = yield from _stay(dialog.close, document)
    result["same_run"] = painter is not None and dialog.painter is painter

    # One document without a painting closes as ever.
    yield from _front(other)
    QtCore.QTimer.singleShot(0, action("file_close").trigger)
    yield from wait(lambda: len(Krita.instance().documents()) == 1)
    result["other_closed"] = [document == one for one in Krita.instance().documents()]
    result["file_close_all"] = yield from _stay(action("file_close_all").trigger, document)

    QtCore.QTimer.singleShot(0, action("file_close").trigger)
    yield from wait(_questions)
    yield from photograph(_questions()[0], "leaving")
    click(button(_questions()[0], "Stop and close"))
    yield from wait(lambda: not Krita.instance().documents() and not dialogs())
    result["closed"] = True
    third = yield from open_photo()
    result["next"] = yield from paint(third, instant())
    return result


@case
def leaving_without_a_dialog() -> Case:
    """The same for a run of the docker or of Again; an end of the run ends the question."""
    document = yield from open_photo()
    dock = next(d for d in Krita.instance().dockers() if d.objectName() == "impasto")
    last_used().remember(endless())
    dock.show()
    yield from pause(0.3)
    dock._choose(endless().style)
    dock._start()
    result: dict[str, Any] = {"docker": (yield from _stay(action("file_close").trigger, document))}
    dock.painter.cancel()
    dock.hide()
    action("impasto_style_transfer_again").trigger()
    yield from pause(0.3)
    result["again"] = yield from _stay(action("file_close").trigger, document)
    window = main_window().findChildren(ProgressWindow)[0]
    QtCore.QTimer.singleShot(0, action("file_close").trigger)
    yield from wait(_questions)
    window.painter.cancel()
    yield from wait(lambda: not _questions())
    result["still_open"] = document in Krita.instance().documents()
    return result


@case
def kept_too_early() -> Case:
    """While nothing is painted, there is nothing to keep."""
    document = yield from open_photo()
    first = Watched(document, endless(steps=2000))
    yield from first.wait_until_painting()
    dialog = yield from open_dialog()
    dialog.set_settings(endless(steps=500))
    dialog.start()
    painter = dialog.painter
    assert painter is not None
    yield from wait(lambda: "Waiting" in dialog._progress._text.text())
    yield from pause(0.3)
    keep = dialog.findChild(QtWidgets.QPushButton, "keep")
    waiting = [keep.isEnabled(), painter.run.begun]
    yield from photograph(dialog, "dialog-waiting")
    first.painter.cancel()
    yield from wait(lambda: keep.isEnabled())
    begun = painter.run.begun
    painter.cancel()
    dialog.close()
    return {"waiting": waiting, "begun": begun}


def _questions() -> list[QtWidgets.QMessageBox]:
    found = main_window().findChildren(QtWidgets.QMessageBox, "leaving")
    return [box for box in found if box.isVisible()]


def _front(document: Document) -> Steps[None]:
    """Let a document be the active one, as a click on its tab does."""
    window = Krita.instance().activeWindow()
    for view, inside in zip(window.views(), view_windows(window), strict=True):
        if view.document() == document:
            inside.mdiArea().setActiveSubWindow(inside)
    yield from wait(lambda: Krita.instance().activeDocument() == document, 10)
    yield from pause(0.2)


def _stay(close: Callable[[], object], document: Document) -> Steps[list[object]]:
    """Close, and answer that the painting goes on: how many questions, and whether all is there."""
    QtCore.QTimer.singleShot(0, close)
    yield from wait(_questions, 10)
    count, text = len(_questions()), _questions()[0].text()
    click(button(_questions()[0], "Keep painting"))
    yield from wait(lambda: not _questions(), 10)
    yield from pause(0.2)
    return [count, text, document in Krita.instance().documents()]
