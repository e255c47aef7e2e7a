"""What is tried inside Krita. The claims about it stand in test_krita.py."""

from __future__ import annotations

import base64
import os
import signal
import time
from typing import Any

from impasto import layers, memory
from impasto.bridge.geometry import Box
from impasto.bridge.pixels import Pixels
from impasto.bridge.settings import KNOBS
from impasto.dialog import StyleTransferDialog
from impasto.document import KritaHost
from impasto.progress import ProgressWindow
from impasto.qt import QtGui, QtWidgets
from krita import Document, InfoObject, Krita, Node, Selection

from .krita_session import (
    GIVEN,
    Case,
    Heart,
    Steps,
    Watched,
    action,
    activate,
    all_nodes,
    case,
    close,
    describe,
    endless,
    instant,
    main_window,
    open_blank,
    open_photo,
    own_bytes,
    paint,
    pause,
    photograph,
    select,
    top,
    undo,
    wait,
    worker_pids,
)

MENU = ("impasto_style_transfer", "impasto_style_transfer_again")

SPACES = [
    (model, depth, profile)
    for model, profiles in {
        "RGBA": ["sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V2-g10.icc", "Rec2020-elle-V4-g10.icc"],
        "GRAYA": ["Gray-D50-elle-V2-srgbtrc.icc", "Gray-D50-elle-V2-g10.icc"],
    }.items()
    for depth in ("U8", "U16", "F16", "F32")
    for profile in profiles
] + [
    ("CMYKA", "U8", "Chemical proof"),
    ("CMYKA", "F32", "Chemical proof"),
    ("LABA", "U16", "Lab identity built-in"),
    ("XYZA", "F32", "XYZ identity built-in"),
    ("YCbCrA", "U16", "ITU-R BT.709-6 YCbCr ICC V4 profile"),
    ("GRAYA", "U8", "gray built-in"),
]


def dialogs() -> list[StyleTransferDialog]:
    return main_window().findChildren(StyleTransferDialog)


def open_dialog() -> Steps[StyleTransferDialog]:
    action(MENU[0]).trigger()
    yield from wait(dialogs, 10)
    return dialogs()[-1]


def button(dialog: QtWidgets.QWidget, text: str) -> QtWidgets.QPushButton:
    found = dialog.findChildren(QtWidgets.QPushButton)
    return next(b for b in found if b.text().replace("&", "") == text)


def shown_text(dialog: QtWidgets.QWidget) -> list[str]:
    return [
        label.text() for label in dialog.findChildren(QtWidgets.QLabel) if label.isVisibleTo(dialog)
    ]


def bytes_of(data: Any) -> str:
    return base64.b64encode(bytes(data)).decode()


@case
def menu() -> Case:
    filters = next(
        a.menu() for a in main_window().menuBar().actions() if a.objectName().lower() == "filter"
    )
    enabled_without = [action(name).isEnabled() for name in MENU]
    yield from open_photo()
    yield from pause(0.2)
    return {
        "texts": [a.text().replace("&", "") for a in filters.actions()],
        "enabled_without_document": enabled_without,
        "enabled": [action(name).isEnabled() for name in MENU],
        "tips": [action(name).toolTip() for name in MENU],
    }


@case
def dialog_idle() -> Case:
    """The first time: nothing is remembered, and Again has nothing to repeat."""
    document = yield from open_photo()
    action(MENU[1]).trigger()
    yield from pause(0.2)
    opened_by_again = len(dialogs())
    dialog = yield from open_dialog()
    yield from photograph(dialog, "dialog-empty")
    fresh = dialog.settings().as_mapping()
    button(dialog, "Paint").click()
    yield from wait(lambda: button(dialog, "Paint").isEnabled(), 20)
    complaint = shown_text(dialog)
    yield from photograph(dialog, "dialog-error")
    advanced = {k.name: dialog.findChild(QtWidgets.QWidget, k.name).isVisible() for k in KNOBS}
    dialog.findChild(QtWidgets.QToolButton, "advanced").click()
    dialog.set_settings(instant(background_style=layers.reference(top(document)[0])))
    yield from photograph(dialog, "dialog-advanced")
    after = {k.name: dialog.findChild(QtWidgets.QWidget, k.name).isVisible() for k in KNOBS}
    labels = shown_text(dialog)
    dialog.close()
    yield from pause(0.2)
    return {
        "opened_by_again": opened_by_again,
        "fresh": fresh,
        "complaint": complaint,
        "visible": advanced,
        "visible_unfolded": after,
        "labels": labels,
        "closed": not dialogs(),
    }


@case
def painted() -> Case:
    """The main thing, by the dialog, on the photograph with a feathered selection."""
    document = yield from open_photo()
    original = top(document)[0]
    select(document, 40, 30, 70, 60, feather=6)
    before, original_bytes = describe(original), own_bytes(original)
    projection = document.pixelData(0, 0, document.width(), document.height())
    count = len(all_nodes(document))
    dialog = yield from open_dialog()
    dialog.set_settings(instant())
    progress: list[tuple[float, str]] = []
    heart = Heart()
    button(dialog, "Paint").click()
    assert dialog._run is not None
    dialog._run.progressed.connect(lambda *step: progress.append(step))
    locked = [button(dialog, "Paint").isEnabled(), main_window().isEnabled()]
    yield from wait(lambda: dialog._run is None)
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
    result["undone_pixels"] = projection == document.pixelData(
        0, 0, document.width(), document.height()
    )
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
        "remembered": memory.recall() == instant(),
    }


@case
def again_fails() -> Case:
    """An error of Again is a message box, one."""
    document = yield from open_photo()
    memory.remember(instant(style="/nowhere/picture.png"))
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
def cancelled() -> Case:
    """Cancel in the middle, by the dialog's button."""
    document = yield from open_photo()
    select(document, 40, 30, 60, 60)
    before = [describe(node) for node in top(document)]
    dialog = yield from open_dialog()
    dialog.set_settings(endless())
    button(dialog, "Paint").click()
    progress: list[tuple[float, str]] = []
    assert dialog._run is not None
    dialog._run.progressed.connect(lambda *step: progress.append(step))
    heart = Heart()
    yield from wait(lambda: dialog._run is None or (progress and "left" in progress[-1][1]))
    yield from photograph(dialog, "dialog-running")
    yield from photograph(main_window(), "krita-running")
    moved = len(progress)
    Krita.instance().activeWindow().activeView().canvas().setZoomLevel(2.0)
    alive = heart.stop()
    started = time.monotonic()
    button(dialog, "Cancel").click()
    idle = dialog._run is None
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
    run = dialog._run
    dialog.reject()
    escape_ignored = dialog._run is run
    dialog.close()
    yield from pause(0.3)
    return {
        "escape_ignored": escape_ignored,
        "dialogs": len(dialogs()),
        "next": (yield from paint(document, instant())),
    }


def projection(document: Document) -> str:
    """What the document shows, as RGB in 8 bits."""
    image = document.projection(0, 0, document.width(), document.height()).convertToFormat(
        QtGui.QImage.Format.Format_RGB888
    )
    return bytes_of(image.constBits().asstring(image.sizeInBytes()))


def converted(model: str, depth: str, profile: str) -> Steps[Document]:
    document = yield from open_photo()
    document.setColorSpace(model, depth, profile)
    document.waitForDone()
    return document


@case
def spaces() -> Case:
    """Every colour space: paint with strength 0, which must show what was there before."""
    result = {}
    for space in SPACES:
        document = yield from converted(*space)
        original = top(document)[0]
        before = own_bytes(original)
        seen = projection(document)
        select(document, 20, 20, 60, 50)
        count = len(all_nodes(document))
        outcome = yield from paint(document, instant(strength=0.0))
        document.waitForDone()
        shown = projection(document)
        result[" ".join(space)] = {
            **outcome,
            "nodes": [count, len(all_nodes(document))],
            "same_original": own_bytes(original) == before,
            "document": [document.colorModel(), document.colorDepth(), document.colorProfile()],
            "before": seen,
            "after": shown,
            "undone": (yield from undo(document)),
        }
        yield from close(document)
    return result


@case
def spaces_painted() -> Case:
    """The same painting in some spaces looks the same."""
    result = {}
    for space in [SPACES[0], SPACES[1], SPACES[7], ("CMYKA", "U8", "Chemical proof")]:
        document = yield from converted(*space)
        select(document, 20, 20, 60, 50)
        outcome = yield from paint(document, instant())
        document.waitForDone()
        shown = projection(document)
        result[" ".join(space)] = {
            **outcome,
            "after": shown,
        }
        yield from close(document)
    return result


def put(node: Node, x: int, y: int, width: int, height: int) -> None:
    """Fill a part of a U8 RGBA layer with a pattern."""
    pattern = bytes(
        value
        for row in range(height)
        for column in range(width)
        for value in ((column * 5) % 256, (row * 7) % 256, (column * row) % 256, 255)
    )
    node.setPixelData(pattern, x, y, width, height)


def patterned(document: Document, x: int, y: int, width: int, height: int) -> Steps[Node]:
    """A new layer with the pattern, active."""
    node = document.createNode("Pattern", "paintlayer")
    put(node, x, y, width, height)
    document.rootNode().addChildNode(node, None)
    document.refreshProjection()
    document.waitForDone()
    yield from wait(lambda: document.activeNode() == node, 10)
    return node


def note_alignment(document: Document, node: Node, outcome: dict[str, Any]) -> None:
    """Say of every new layer whether it shows, at strength 0, the pixels it was painted from."""
    for new in outcome["new"]:
        x, y, width, height = new["bounds"]
        made = next(n for n in all_nodes(document) if n.name() == new["name"])
        new["aligned"] = bytes(made.pixelData(x, y, width, height)) == bytes(
            node.pixelData(x, y, width, height)
        )


@case
def geometry() -> Case:
    """Layers and selections that lie where they like; strength 0 shows a shift of one pixel."""
    layer_boxes = {
        "offset": (17, 23, 60, 50),
        "negative": (-20, -15, 70, 60),
        "larger than the canvas": (-10, -10, 150, 130),
        "smaller than the canvas": (50, 40, 40, 36),
        "off the canvas": (300, 20, 40, 40),
    }
    selections = {"none": None, "inside": (30, 30, 20, 20), "over the edge": (5, 5, 55, 48)}
    result: dict[str, Any] = {}
    for name, layer_box in layer_boxes.items():
        for kind, selected in selections.items():
            document = yield from open_blank()
            node = yield from patterned(document, *layer_box)
            if selected:
                select(document, *selected)
            outcome = yield from paint(document, instant(strength=0.0))
            note_alignment(document, node, outcome)
            result[f"{name}, selection {kind}"] = outcome
            yield from close(document)
    document = yield from open_blank()
    yield from patterned(document, 10, 10, 40, 40)
    select(document, 80, 80, 10, 10)
    result["selection outside the layer"] = yield from paint(document, instant())
    return result


@case
def kinds() -> Case:
    """Every kind of layer is painted from as it looks, or says why not."""
    result: dict[str, Any] = {}

    def attempt(name: str, make: Any) -> Steps[None]:
        document = yield from open_blank()
        node = yield from patterned(document, 10, 10, 60, 50)
        active = make(document, node)
        document.refreshProjection()
        document.waitForDone()
        yield from pause(1.0 if active.type() in ("filelayer", "filllayer", "vectorlayer") else 0.1)
        yield from activate(document, active)
        outcome = yield from paint(document, instant(strength=0.0))
        note_alignment(document, node, outcome)
        result[name] = outcome
        yield from close(document)

    def group(document: Document, node: Node) -> Node:
        parent = document.createGroupLayer("Group")
        document.rootNode().addChildNode(parent, node)
        document.rootNode().removeChildNode(node)
        parent.addChildNode(node, None)
        return parent

    def inside(document: Document, node: Node) -> Node:
        group(document, node)
        return node

    def hidden(_document: Document, node: Node) -> Node:
        node.setVisible(False)
        return node

    def hidden_group(document: Document, node: Node) -> Node:
        parent = group(document, node)
        document.refreshProjection()
        document.waitForDone()
        parent.setVisible(False)
        return parent

    def clone(document: Document, node: Node) -> Node:
        copy = document.createCloneLayer("Clone", node)
        document.rootNode().addChildNode(copy, node)
        return copy

    def locked(_document: Document, node: Node) -> Node:
        node.setLocked(True)
        return node

    def faint(_document: Document, node: Node) -> Node:
        node.setOpacity(60)
        return node

    def masked(document: Document, node: Node) -> Node:
        mask = document.createTransparencyMask("Mask")
        node.addChildNode(mask, None)
        selection = Selection()
        selection.select(20, 20, 30, 20, 255)
        mask.setSelection(selection)
        return mask

    def empty(document: Document, node: Node) -> Node:
        new = document.createNode("Empty", "paintlayer")
        document.rootNode().addChildNode(new, node)
        return new

    def vector(document: Document, node: Node) -> Node:
        new = document.createVectorLayer("Vector")
        document.rootNode().addChildNode(new, node)
        new.addShapesFromSvg(
            '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="100">'
            '<rect x="20" y="15" width="50" height="45" fill="#c03010"/></svg>'
        )
        return new

    def fill(document: Document, node: Node) -> Node:
        info = InfoObject()
        info.setProperties({"color": "#2050a0"})
        selection = Selection()
        selection.select(5, 5, 60, 60, 255)
        new = document.createFillLayer("Fill", "color", info, selection)
        document.rootNode().addChildNode(new, node)
        return new

    def filter_layer(document: Document, node: Node) -> Node:
        selection = Selection()
        selection.select(0, 0, 120, 100, 255)
        new = document.createFilterLayer("Filter", Krita.instance().filter("invert"), selection)
        document.rootNode().addChildNode(new, node)
        return new

    def file_layer(document: Document, node: Node) -> Node:
        new = document.createFileLayer("File", GIVEN["photo"], "None")
        document.rootNode().addChildNode(new, node)
        return new

    for make in (
        group,
        inside,
        hidden,
        hidden_group,
        clone,
        locked,
        faint,
        masked,
        empty,
        vector,
        fill,
        filter_layer,
        file_layer,
    ):
        try:
            yield from attempt(make.__name__, make)
        except TimeoutError as error:
            result[make.__name__] = {"broke": str(error)}
    return result


@case
def styles() -> Case:
    """A layer as a style, by the dialog's own menu; a background style; both; a layer that went."""
    document = yield from open_photo()
    original = top(document)[0]
    select(document, 40, 30, 60, 60, feather=4)
    node = document.createNode("Weave", "paintlayer")
    put(node, 0, 0, 90, 80)
    document.rootNode().addChildNode(node, None)
    yield from wait(lambda: document.activeNode() == node, 10)
    yield from activate(document, original)
    dialog = yield from open_dialog()
    dialog.set_settings(instant(style=""))
    chooser = dialog.findChild(QtWidgets.QWidget, "style")
    layer_menu = chooser.findChild(QtWidgets.QMenu)
    layer_menu.aboutToShow.emit()
    offered = [a.text() for a in layer_menu.actions()]
    next(a for a in layer_menu.actions() if a.text() == "Weave").trigger()
    yield from photograph(dialog, "dialog-layer")
    settings = dialog.settings()
    dialog.close()
    result = {"offered": offered, "layer": (yield from paint(document, settings))}
    both = instant(style=layers.reference(node), background_style=GIVEN["style"])
    yield from activate(document, original)
    result["both"] = yield from paint(document, both)
    result["extent"] = [document.width(), document.height()]
    document.rootNode().removeChildNode(node)
    document.waitForDone()
    yield from activate(document, original)
    result["gone"] = yield from paint(document, settings)
    return result


@case
def errors() -> Case:
    document = yield from open_photo()
    result = {
        "no style": (yield from paint(document, instant(style=""))),
        "no such file": (yield from paint(document, instant(style="/nowhere/picture.png"))),
        "no picture": (yield from paint(document, instant(style=GIVEN["log"]))),
    }
    Krita.instance().writeSetting("impasto", "settings", '{"steps": "many"')
    result["unreadable settings"] = {"recalled": memory.recall()}
    Krita.instance().writeSetting("impasto", "settings", '{"no-such-knob": 1}')
    result["foreign settings"] = {"recalled": memory.recall()}
    return result


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
    yield from wait(lambda: watched.ended, 10)
    other = yield from open_photo()
    started = time.monotonic()
    return {
        "failed": watched.failed,
        "ended": watched.ended,
        "next": (yield from paint(other, instant())),
        "next_seconds": time.monotonic() - started,
    }


@case
def removed_meanwhile() -> Case:
    """The layer that was read is deleted while its painting is under way."""
    document = yield from open_photo()
    yield from patterned(document, 0, 0, 80, 60)
    host = KritaHost(document, lambda *_: None, lambda _: None)
    box = host.extent().layer
    pixels = host.read(box)
    document.activeNode().remove()
    document.waitForDone()
    yield from pause(0.2)
    host.add_layer("Late", box, pixels)
    document.waitForDone()
    return {"nodes": [describe(node) for node in top(document)]}


@case
def worker_killed() -> Case:
    document = yield from open_photo()
    count = len(all_nodes(document))
    watched = Watched(document, endless())
    yield from watched.wait_until_painting()
    killed = worker_pids()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    yield from wait(lambda: watched.ended, 20)
    nodes = len(all_nodes(document))
    return {
        "killed": killed,
        "failed": watched.failed,
        "nodes": [count, nodes],
        "next": (yield from paint(document, instant())),
        "workers": worker_pids(),
    }


@case
def own_mistake() -> Case:
    """An error nobody thought of is one sentence for the person, and a traceback in the log."""
    document = yield from open_photo()

    def broken(document: Document, node: Node, box: Box) -> Pixels:
        raise RuntimeError("a mistake made by the test")

    original, layers.read = layers.read, broken
    try:
        return (yield from paint(document, instant()))
    finally:
        layers.read = original
