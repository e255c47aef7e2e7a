"""Pictures that the engine can't read and Krita can, as styles of every kind."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from impasto.bridge.storage.paths import Installation
from impasto.memory import last_used
from impasto.opened import renditions
from impasto.qt import QtCore, QtGui, QtWidgets
from impasto.results import record_of
from krita import InfoObject, Krita

from .krita_hands import click_item, dragged, drop
from .krita_paint import instant, paint
from .krita_session import (
    FOLDER,
    Case,
    Steps,
    all_nodes,
    case,
    main_window,
    open_photo,
    pause,
    photograph,
    top,
    wait,
)
from .krita_tools import button, image_bytes, knob, look_settled, open_dialog, part, shown_text

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80">'
    '<rect width="60" height="80" fill="#ff8000"/>'
    '<circle cx="90" cy="40" r="20" fill="#0040c0"/></svg>'
)


@case
def foreign() -> Case:
    """What each becomes; and what the dialog does with a few of them."""
    document = yield from open_photo()
    shown = document.projection(0, 0, document.width(), document.height())
    yield from _write_all(document)
    documents = len(Krita.instance().documents())
    seen = {}
    for name in ("my work.kra", "my work.ora", "my work.psd", "paths.svg", "light.kra", "old.xcf"):
        seen[name] = yield from _rendered(FOLDER / name)
    for name in ("bad.kra", "bad.svg", "empty.kra", "gone.kra"):
        seen[name] = yield from _rendered(FOLDER / name)
    QtCore.QTimer.singleShot(300, _take_first_page)
    seen["page.pdf"] = yield from _rendered(FOLDER / "page.pdf")
    again = renditions().readable(str(FOLDER / "my work.kra"))

    dialog = yield from open_dialog()
    dialog.set_settings(instant(style="", size=256))
    place = knob(dialog, "style")
    drop(place, dragged(str(FOLDER / "my work.kra")))
    yield from wait(lambda: not dialog._sight.view.after.isNull())
    dropped: dict[str, Any] = {
        "style": dialog.settings().style,
        "name": part(place, "name").text(),
        "previewed": not dialog._sight.view.after.isNull(),
    }
    yield from photograph(dialog, "foreign")
    drop(knob(dialog, "mix").picture, dragged(str(FOLDER / "paths.svg")))
    drop(knob(dialog, "background_style"), dragged(str(FOLDER / "my work.ora")))
    dropped["mix"] = dialog.settings().mix
    yield from look_settled(dialog)
    dropped["hint"] = dialog._sight.view._hint
    drop(place, dragged(str(FOLDER / "bad.kra")))
    dropped["refused"] = [dialog.settings().style, shown_text(dialog._note)]
    yield from photograph(dialog, "foreign-bad")
    box = dialog._panel.gallery
    inside = FOLDER / "styles"
    inside.mkdir(exist_ok=True)
    shutil.copy(FOLDER / "paths.svg", inside / "my paths.svg")
    shutil.copy(FOLDER / "bad.kra", inside)
    box.add([inside])
    folder = [Path(dialog.settings().style).name, shown_text(dialog._note)]
    settings = instant(style=str(FOLDER / "my work.kra"), mix=f"{FOLDER / 'paths.svg'}=0.5")
    dialog.close()
    outcome = yield from paint(document, settings)
    record = record_of(document, top(document)[-1])
    return {
        "shown": image_bytes(shown),
        "seen": seen,
        "again": again == seen["my work.kra"]["file"],
        "documents": [documents, len(Krita.instance().documents())],
        "active": Krita.instance().activeDocument() == document,
        "dropped": dropped,
        "folder": folder,
        "outcome": outcome,
        "recorded": None if record is None else record.settings.style,
        "inside": str(Installation.here().renditions),
    }


@case
def foreign_in_the_docker() -> Case:
    """What is dropped on the docker's gallery is painted with."""
    document = yield from open_photo()
    (FOLDER / "docked.svg").write_text(_SVG)
    count = len(all_nodes(document))
    dock = next(d for d in Krita.instance().dockers() if d.objectName() == "impasto")
    last_used().remember(instant())
    dock.show()
    dock.raise_()
    yield from pause(0.5)
    drop(dock._gallery.tiles.viewport(), dragged(str(FOLDER / "docked.svg")))
    click_item(dock._gallery.tiles, "docked")
    button(dock, "Paint").click()
    yield from wait(lambda: dock.painter is None and len(all_nodes(document)) > count)
    dock.hide()
    return {"new": top(document)[-1].name(), "main": main_window().isVisible()}


def _write_all(document: Any) -> Steps[None]:
    """The photograph in several of Krita's kinds, and files that hold something else."""
    document.setBatchmode(True)
    for ending in ("kra", "ora", "psd"):
        file = FOLDER / f"my work.{ending}"
        # Krita writes none while it still has something else to do with a document.
        while not file.exists():
            document.exportImage(str(file), InfoObject())
            document.waitForDone()
            yield from pause(0.2)
    linear = Krita.instance().createDocument(
        40, 30, "light", "RGBA", "F32", "sRGB-elle-V2-g10.icc", 72.0
    )
    layer = linear.createNode("light", "paintlayer")
    light = QtCore.QByteArray()
    stream = QtCore.QDataStream(light, QtCore.QIODevice.OpenModeFlag.WriteOnly)
    stream.setByteOrder(QtCore.QDataStream.ByteOrder.LittleEndian)
    stream.setFloatingPointPrecision(QtCore.QDataStream.FloatingPointPrecision.SinglePrecision)
    for _ in range(40 * 30):
        for value in (0.5, 0.25, 0.0, 1.0):
            stream.writeFloat(value)
    layer.setPixelData(light, 0, 0, 40, 30)
    linear.rootNode().addChildNode(layer, None)
    linear.refreshProjection()
    linear.waitForDone()
    linear.setBatchmode(True)
    linear.exportImage(str(FOLDER / "light.kra"), InfoObject())
    linear.setModified(False)
    linear.close()
    nothing = Krita.instance().createDocument(
        20, 20, "nothing", "RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc", 72.0
    )
    for node in nothing.rootNode().childNodes():
        node.remove()
    nothing.rootNode().addChildNode(nothing.createNode("empty", "paintlayer"), None)
    nothing.setBatchmode(True)
    nothing.exportImage(str(FOLDER / "empty.kra"), InfoObject())
    nothing.setModified(False)
    nothing.close()
    (FOLDER / "paths.svg").write_text(_SVG)
    for name in ("bad.kra", "bad.svg"):
        (FOLDER / name).write_bytes(b"nonsense")
    yield from pause(0.3)


def _rendered(file: Path) -> Steps[dict[str, Any]]:
    """What a file is to the engine, or why it is nothing."""
    yield
    try:
        path = renditions().readable(str(file))
    except Exception as error:
        return {"refused": str(error)}
    return {"file": path, "image": image_bytes(QtGui.QImage(path))}


def _take_first_page() -> None:
    """Krita asks for the page of a PDF, and how large."""
    for window in QtWidgets.QApplication.topLevelWidgets():
        if window.isVisible() and "PDF" in window.windowTitle():
            window.accept()
