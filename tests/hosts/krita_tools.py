"""What several cases need: dialogs and their buttons, layers with a pattern."""

from __future__ import annotations

import base64
from typing import Any

from impasto.bridge.session.view import View
from impasto.dialog import StyleTransferDialog
from impasto.qt import QtCore, QtGui, QtWidgets
from krita import Document, Node

from .krita_session import (
    PATIENCE,
    Steps,
    action,
    all_nodes,
    main_window,
    open_photo,
    wait,
)

MENU = (
    "impasto_style_transfer",
    "impasto_style_transfer_again",
    "impasto_colour_sketch",
    "impasto_style_transfer_edit",
)


def dialogs() -> list[StyleTransferDialog]:
    direct = QtCore.Qt.FindChildOption.FindDirectChildrenOnly  # of all widgets it takes 65 ms
    return main_window().findChildren(StyleTransferDialog, options=direct)


def open_dialog() -> Steps[StyleTransferDialog]:
    action(MENU[0]).trigger()
    yield from wait(dialogs, 10)
    return dialogs()[-1]


def look_settled(dialog: StyleTransferDialog, patience: float = PATIENCE) -> Steps[None]:
    """Wait for the preview of what is set now."""
    yield from wait(lambda: not dialog.session.preview.waiting, patience)


def shown_view(dialog: StyleTransferDialog) -> View:
    """What the dialog has to show, which must be something by now."""
    view = dialog.session.preview.view
    assert view is not None
    return view


def come_back(dialog: StyleTransferDialog) -> Steps[None]:
    """Go to Krita's own window and back, as who draws meanwhile."""
    for window in (main_window(), dialog):
        window.activateWindow()
        yield from wait(window.isActiveWindow, 10)


def button(dialog: QtWidgets.QWidget, text: str) -> QtWidgets.QPushButton:
    found = dialog.findChildren(QtWidgets.QPushButton)
    return next(b for b in found if b.text().replace("&", "") == text)


def shown_text(dialog: QtWidgets.QWidget) -> list[str]:
    return [
        label.text() for label in dialog.findChildren(QtWidgets.QLabel) if label.isVisibleTo(dialog)
    ]


def bytes_of(data: Any) -> str:
    return base64.b64encode(bytes(data)).decode()


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


def projection(document: Document) -> str:
    """What the document shows, as RGB in 8 bits."""
    image = projection_image(document).convertToFormat(QtGui.QImage.Format.Format_RGB888)
    return bytes_of(image.constBits().asstring(image.sizeInBytes()))


def projection_image(document: Document) -> QtGui.QImage:
    return document.projection(0, 0, document.width(), document.height())


def converted(model: str, depth: str, profile: str) -> Steps[Document]:
    document = yield from open_photo()
    document.setColorSpace(model, depth, profile)
    document.waitForDone()
    return document


def knob(dialog: QtWidgets.QWidget, name: str) -> Any:
    """The widget of a knob."""
    return dialog.findChild(QtWidgets.QWidget, name)


def part(widget: QtWidgets.QWidget, name: str) -> Any:
    """What a widget of a knob is made of: its ``thumbnail``, ``name``, ``none`` or ``share``."""
    return widget.findChild(QtWidgets.QWidget, name)


def layer_menu(place: QtWidgets.QWidget) -> list[Any]:
    """The layers that a place for a picture offers."""
    menu = place.findChild(QtWidgets.QMenu, "layers")
    menu.aboutToShow.emit()
    return list(menu.actions())


def preset_menu(dialog: QtWidgets.QWidget) -> dict[str, Any]:
    """What the button of presets offers now, and under "Remove" what can be removed."""
    menu = dialog.findChild(QtWidgets.QToolButton, "presets").menu()
    menu.aboutToShow.emit()
    return {action.text().replace("&", ""): action for action in menu.actions()}


def image_bytes(image: QtGui.QImage) -> dict[str, Any]:
    """A picture as the report carries it: RGB in 8 bits."""
    image = image.convertToFormat(QtGui.QImage.Format.Format_RGBA8888)
    data = image.constBits().asstring(image.sizeInBytes())
    return {"size": [image.width(), image.height()], "rgba": base64.b64encode(data).decode()}
