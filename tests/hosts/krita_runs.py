"""Paintings from the dialog and from the menu: done, cancelled, overtaken by events."""

from __future__ import annotations

import time
from typing import Any

from impasto.bridge.contract.geometry import Box
from impasto.memory import last_used
from impasto.progress import ProgressWindow
from impasto.qt import QtWidgets
from krita import Krita

from .krita_hands import click
from .krita_paint import Heart, Watched, endless, instant, paint, undo, worker_pids
from .krita_session import (
    Case,
    action,
    all_nodes,
    case,
    close,
    describe,
    main_window,
    open_blank,
    open_photo,
    own_bytes,
    pause,
    photograph,
    select,
    top,
    wait,
)
from .krita_tools import (
    MENU,
    button,
    bytes_of,
    dialogs,
    look_settled,
    open_dialog,
    shown_text,
    shown_view,
)


@case
def painted() -> Case:
    """The main thing, by the dialog, on the photograph with a feathered selection."""
    document = yield from open_photo()
    original = top(document)[0]
    select(document, 40, 30, 70, 60, feather=6)
    before, original_bytes = describe(original), own_bytes(original)
    shown = document.pixelData(0, 0, document.width(), document.height())
    count = len(all_nodes(document))
    dialog = yield from open_dialog()
    dialog.set_settings(instant())
    progress: list[tuple[float, str]] = []
    heart = Heart()
    button(dialog, "Paint").click()
    assert dialog.painter is not None
    dialog.painter.progressed.connect(lambda *step: progress.append(step))
    locked = [button(dialog, "Paint").isEnabled(), main_window().isEnabled()]
    yield from wait(lambda: dialog.painter is None)
    alive = heart.stop()
    text = shown_text(dialog)
    yield from photograph(dialog, "dialog-done")
    dialog.close()
    new = top(document)[-1]
    selection = document.selection()
    box = new.bounds()
    result = {
        "before": before,
        "new": describe(new),
        "nodes": [count, len(all_nodes(document))],
        "same_original": own_bytes(original) == original_bytes and describe(original) == before,
        "selection_bounds": [selection.x(), selection.y(), selection.width(), selection.height()],
        "selection": bytes_of(selection.pixelData(0, 0, document.width(), document.height())),
        "layer": bytes_of(new.pixelData(0, 0, document.width(), document.height())),
        "original": bytes_of(original.pixelData(0, 0, document.width(), document.height())),
        "box": [box.x(), box.y(), box.width(), box.height()],
        "extent": [document.width(), document.height()],
        "progress": progress,
        "alive": alive,
        "while_running": locked,
        "text": text,
        "workers": worker_pids(),
    }
    yield from photograph(main_window(), "krita-painted")
    result["undone"] = yield from undo(document)
    document.refreshProjection()
    document.waitForDone()
    result["undone_pixels"] = shown == document.pixelData(0, 0, document.width(), document.height())
    result["still_selected"] = document.selection() is not None
    return result


@case
def again() -> Case:
    """Another document, no dialog: the last settings, with the worker that is warm."""
    document = yield from open_photo()
    select(document, 10, 10, 60, 60)
    count = len(all_nodes(document))
    before = worker_pids()
    started = time.monotonic()
    action(MENU[1]).trigger()
    windows = main_window().findChildren(ProgressWindow)
    yield from wait(lambda: len(all_nodes(document)) > count)
    seconds = time.monotonic() - started
    yield from pause(0.3)
    return {
        "windows": len(windows),
        "windows_after": len(main_window().findChildren(ProgressWindow)),
        "dialogs": len(dialogs()),
        "seconds": seconds,
        "new": describe(top(document)[-1]),
        "workers": [before, worker_pids()],
        "remembered": last_used().settings() == instant(),
    }


@case
def again_fails() -> Case:
    """An error of Again is a message box, one."""
    document = yield from open_photo()
    last_used().remember(instant(style="/nowhere/picture.png"))
    action(MENU[1]).trigger()
    boxes = main_window().findChildren
    yield from wait(lambda: boxes(QtWidgets.QMessageBox))
    box = boxes(QtWidgets.QMessageBox)[0]
    yield from photograph(box, "again-error")
    result = {
        "text": box.text(),
        "boxes": len(boxes(QtWidgets.QMessageBox)),
        "nodes": len(all_nodes(document)),
    }
    box.close()
    yield from pause(0.2)
    result["windows_after"] = len(main_window().findChildren(ProgressWindow))
    return result


@case
def seen_when_done() -> Case:
    """The dialog after a painting: what was painted, until a knob is moved."""
    document = yield from open_photo()
    select(document, 40, 30, 70, 60)
    dialog = yield from open_dialog()
    dialog.set_settings(endless(steps=6))
    yield from look_settled(dialog)
    button(dialog, "Paint").click()
    yield from wait(lambda: dialog.painter is None)
    yield from pause(1.0)  # the dialog has noticed by then that the new layer is the active one
    view = shown_view(dialog)
    (patch,) = view.patches
    inside = Box(50, 40, 30, 20)
    told: dict[str, Any] = {
        "layer": bytes_of(top(document)[-1].pixelData(*inside)),
        "seen": bytes_of(patch.picture.crop(inside.inside(patch.place)).data),
    }
    dialog.set_settings(endless(steps=6, strength=0.5))
    yield from look_settled(dialog)
    told["another"] = shown_view(dialog) is not view
    dialog.close()
    return told


@case
def cancelled() -> Case:
    """Cancel in the middle, by the dialog's button."""
    document = yield from open_photo()
    select(document, 40, 30, 60, 60)
    before = [describe(node) for node in top(document)]
    dialog = yield from open_dialog()
    dialog.set_settings(endless())
    button(dialog, "Paint").click()
    progress: list[tuple[float, str]] = []
    assert dialog.painter is not None
    dialog.painter.progressed.connect(lambda *step: progress.append(step))
    heart = Heart()
    yield from wait(lambda: dialog.painter is None or (progress and "left" in progress[-1][1]))
    yield from photograph(dialog, "dialog-running")
    yield from photograph(main_window(), "krita-running")
    moved = len(progress)
    Krita.instance().activeWindow().activeView().canvas().setZoomLevel(2.0)
    alive = heart.stop()
    started = time.monotonic()
    button(dialog, "Cancel").click()
    idle = dialog.painter is None
    clicked = time.monotonic() - started
    text = shown_text(dialog)
    dialog.close()
    after = [describe(node) for node in top(document)]
    started = time.monotonic()
    outcome = yield from paint(document, instant())
    return {
        "idle": idle,
        "clicked": clicked,
        "same": before == after,
        "progress": progress[:3] + progress[-3:],
        "moved": moved,
        "text": text,
        "alive": alive,
        "next": outcome,
        "next_seconds": time.monotonic() - started,
    }


@case
def closing_the_dialog_cancels() -> Case:
    document = yield from open_photo()
    dialog = yield from open_dialog()
    dialog.set_settings(endless())
    button(dialog, "Paint").click()
    run = dialog.painter
    dialog.reject()
    escape_ignored = dialog.painter is run
    dialog.close()
    yield from wait(lambda: dialog.findChildren(QtWidgets.QMessageBox, "leaving"), 10)
    click(button(dialog.findChildren(QtWidgets.QMessageBox, "leaving")[0], "Stop and close"))
    yield from pause(0.3)
    return {
        "escape_ignored": escape_ignored,
        "dialogs": len(dialogs()),
        "next": (yield from paint(document, instant())),
    }


@case
def documents() -> Case:
    """A run belongs to the document it was started on, also when another one comes to the front."""
    first = yield from open_photo()
    watched = Watched(first, instant(size=256))
    second = yield from open_blank()
    count = len(all_nodes(second))
    yield from watched.wait()
    return {
        "outcome": watched.report(),
        "second": [count, len(all_nodes(second))],
        "front": Krita.instance().activeDocument() == second,
    }


@case
def dialogs_of_documents() -> Case:
    first = yield from open_photo()
    one = yield from open_dialog()
    yield from open_blank()
    two = yield from open_dialog()
    Krita.instance().setActiveDocument(first)
    yield from pause(0.3)
    action(MENU[0]).trigger()
    yield from pause(0.2)
    result = {
        "different": one is not two,
        "dialogs": len(dialogs()),
        "titles": [one.windowTitle(), two.windowTitle()],
    }
    one.close()
    two.close()
    yield from pause(0.2)
    return result


@case
def closed_meanwhile() -> Case:
    document = yield from open_photo()
    watched = Watched(document, endless())
    yield from watched.wait_until_painting()
    yield from close(document)
    yield from wait(lambda: watched.ended)
    other = yield from open_photo()
    started = time.monotonic()
    return {
        "failed": watched.failed,
        "ended": watched.ended,
        "next": (yield from paint(other, instant())),
        "next_seconds": time.monotonic() - started,
    }


@case
def dialog_of_a_closed_document() -> Case:
    """A dialog goes with its document, and Krita goes on."""
    document = yield from open_photo()
    dialog = yield from open_dialog()
    dialog.set_settings(instant())
    yield from look_settled(dialog)
    yield from close(document)
    yield from wait(lambda: not dialogs(), 10)
    other = yield from open_photo()
    return {"next": (yield from paint(other, instant()))}
