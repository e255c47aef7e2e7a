"""An animated layer, painted into a new one."""

from __future__ import annotations

from typing import Any

from impasto.dialog import StyleTransferDialog
from impasto.qt import QtGui, QtWidgets
from impasto.timeline import empty
from krita import Document, Node

from .krita_session import (
    GIVEN,
    Case,
    Steps,
    action,
    activate,
    case,
    open_blank,
    pause,
    photograph,
    select,
    top,
    wait,
)
from .krita_tools import bytes_of, dialogs, shown_text

WIDTH, HEIGHT = 120, 100
TIMES = (0, 3, 7)
_LAST = 12
SETTINGS = {"style": GIVEN["style"], "method": "instant", "size": 64, "device": "cpu"}


def animated(document: Document) -> Steps[Node]:
    """A layer with three key frames, the photograph moving to the right."""
    photo = QtGui.QImage(GIVEN["large"]).scaled(400, 300)
    with empty(TIMES) as (own, node):
        for time in TIMES:
            part = photo.copy(40 + 4 * time, 30, WIDTH, HEIGHT)
            part = part.convertToFormat(QtGui.QImage.Format.Format_ARGB32)
            own.setCurrentTime(time)
            own.waitForDone()
            data = part.constBits().asstring(part.sizeInBytes())
            node.setPixelData(data, 0, 0, WIDTH, HEIGHT)
        # While the document of our own is there: what is copied of it is not added afterwards.
        copy = node.duplicate()
        copy.setName("Moving")
        document.rootNode().addChildNode(copy, None)
        document.waitForDone()
    layer = top(document)[-1]  # Krita says that the copy is not equal to it
    yield from activate(document, layer)
    return layer


def keys(node: Node) -> list[int]:
    return [time for time in range(60) if node.hasKeyframeAtTime(time)]


def frames_of(document: Document, node: Node) -> dict[int, str]:
    """What a layer shows at each time; the document's time is as before."""
    now, found = document.currentTime(), {}
    for time in range(_LAST):
        document.setCurrentTime(time)
        document.waitForDone()
        found[time] = bytes_of(node.pixelData(0, 0, WIDTH, HEIGHT))
    document.setCurrentTime(now)
    document.waitForDone()
    return found


def opened() -> Steps[StyleTransferDialog]:
    action("impasto_style_transfer_animation").trigger()
    yield from wait(dialogs, 20)
    return dialogs()[-1]


def painted(dialog: StyleTransferDialog, **more: Any) -> Steps[None]:
    settings = dialog.settings().from_mapping(
        {**dialog.settings().as_mapping(), **SETTINGS, **more}
    )
    dialog.set_settings(settings)
    dialog.start()
    yield from wait(lambda: dialog.painter is None)


def closed(dialog: StyleTransferDialog) -> Steps[None]:
    dialog.close()
    yield from wait(lambda: not dialogs())


@case
def animation_of_key_frames() -> Case:
    """Painted, looked at, taken back by one undo."""
    document = yield from open_blank()
    source = yield from animated(document)
    before, now = frames_of(document, source), document.currentTime()
    dialog = yield from opened()
    yield from wait(lambda: not dialog.session.preview.waiting)
    yield from pause(0.6)
    said = shown_text(dialog)
    yield from photograph(dialog, "animation")
    yield from painted(dialog)
    note = shown_text(dialog)
    document.waitForDone()
    layers = [node.name() for node in top(document)]
    made = top(document)[-1]
    told = {
        "said": said,
        "note": note,
        "layers": layers,
        "keys": keys(made),
        "source": keys(source),
        "time": document.currentTime() == now,
        "before": before,
    }
    yield from closed(dialog)
    action("edit_undo").trigger()
    yield from wait(lambda: len(top(document)) == len(layers) - 1)
    told["undone"] = [node.name() for node in top(document)]
    action("edit_redo").trigger()
    yield from wait(lambda: len(top(document)) == len(layers))
    document.waitForDone()
    # To look at them turns the document's time, which is a step of undo each.
    told["untouched"] = frames_of(document, source) == before
    told["frames"] = frames_of(document, top(document)[-1])
    return told


@case
def animation_of_16_bits() -> Case:
    """In a group, and in another space than that of the file with empty key frames."""
    document = yield from open_blank()
    source = yield from animated(document)
    document.setColorSpace("RGBA", "U16", document.colorProfile())
    group = document.createGroupLayer("Group")
    document.rootNode().addChildNode(group, None)
    document.rootNode().removeChildNode(source)
    group.addChildNode(source, None)
    document.waitForDone()
    yield from activate(document, group.childNodes()[0])
    dialog = yield from opened()
    yield from painted(dialog)
    document.waitForDone()
    yield from closed(dialog)
    made = group.childNodes()[-1]
    return {
        "layers": [node.name() for node in group.childNodes()],
        "depth": made.colorDepth(),
        "keys": keys(made),
        "frames": frames_of(document, made),
    }


@case
def animation_edited() -> Case:
    """Painted twice, then the first one is edited, which is not what was used last."""
    document = yield from open_blank()
    yield from animated(document)
    dialog = yield from opened()
    yield from painted(dialog, strength=0.5)
    yield from painted(dialog, strength=1.0)
    yield from closed(dialog)
    document.waitForDone()
    first = next(node for node in top(document) if node.name() == "brush work")
    yield from activate(document, first)
    action("impasto_style_transfer_edit").trigger()
    yield from wait(dialogs, 20)
    (dialog,) = dialogs()
    yield from wait(lambda: "3 frames" in shown_text(dialog))
    yield from photograph(dialog, "animation-edited")
    told = {"moves": dialog.moves, "title": dialog.windowTitle(), "said": shown_text(dialog)}
    told["strength"] = dialog.settings().strength
    dialog.start()
    yield from wait(lambda: dialog.painter is None)
    document.waitForDone()
    told["layers"] = [[node.name(), keys(node)] for node in top(document)]
    yield from closed(dialog)
    return told


@case
def animation_on_twos() -> Case:
    """Every second frame of a range, of what is selected, painterly."""
    document = yield from open_blank()
    source = yield from animated(document)
    select(document, 20, 10, 60, 50)
    dialog = yield from opened()
    which = dialog.findChild(QtWidgets.QComboBox, "frames")
    which.setCurrentIndex(which.findData(2))
    dialog.findChild(QtWidgets.QSpinBox, "first-frame").setValue(2)
    dialog.findChild(QtWidgets.QSpinBox, "last-frame").setValue(7)
    yield from painted(dialog, method="painterly", steps=3, coarsest=32)
    document.waitForDone()
    made = top(document)[-1]
    told = {"keys": keys(made), "source": keys(source), "frames": frames_of(document, made)}
    yield from closed(dialog)
    return told


@case
def animation_kept_and_cancelled() -> Case:
    document = yield from open_blank()
    yield from animated(document)
    count = len(top(document))
    dialog = yield from opened()
    which = dialog.findChild(QtWidgets.QComboBox, "frames")
    which.setCurrentIndex(which.findData(1))
    dialog.findChild(QtWidgets.QSpinBox, "last-frame").setValue(40)
    long = {"method": "painterly", "steps": 4, "coarsest": 32}
    settings = dialog.settings().from_mapping(
        {**dialog.settings().as_mapping(), **SETTINGS, **long}
    )
    dialog.set_settings(settings)
    dialog.start()
    assert dialog.painter is not None
    dialog.painter.cancel()
    yield from wait(lambda: dialog.painter is None)
    cancelled = len(top(document)) - count
    dialog.start()
    yield from wait(lambda: dialog.painter is None or dialog.painter.run.begun)
    assert dialog.painter is not None
    dialog.painter.keep()
    yield from wait(lambda: dialog.painter is None)
    document.waitForDone()
    kept = keys(top(document)[-1])
    note = shown_text(dialog)
    yield from closed(dialog)
    return {"cancelled": cancelled, "kept": kept, "note": note}


@case
def animation_of_what_is_not_animated() -> Case:
    document = yield from open_blank()
    document.setActiveNode(top(document)[0])
    action("impasto_style_transfer_animation").trigger()
    yield from wait(QtWidgets.QApplication.activeModalWidget, 20)
    box = QtWidgets.QApplication.activeModalWidget()
    text = box.text()
    box.close()
    yield from pause(0.3)
    return {"text": text, "dialogs": len(dialogs())}
