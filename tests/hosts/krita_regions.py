"""What is painted: the subject found, grown and feathered edges, selection and rest, labels."""

from __future__ import annotations

import shutil
from typing import Any

from impasto import layers
from impasto.bridge.contract.settings import Settings
from impasto.bridge.session.gallery import Gallery
from impasto.bridge.storage.paths import Installation
from impasto.preview.images import to_image
from impasto.qt import QtCore, QtWidgets
from krita import Document, Node

from .krita_hands import click, click_item, drag, dragged, drop, press_key
from .krita_paint import instant, paint
from .krita_session import (
    FOLDER,
    GIVEN,
    Case,
    Steps,
    activate,
    case,
    open_picture,
    pause,
    photograph,
    select,
    top,
    wait,
)
from .krita_tools import (
    button,
    come_back,
    image_bytes,
    knob,
    layer_menu,
    look_settled,
    open_dialog,
    part,
    shown_text,
    shown_view,
)


@case
def regions() -> Case:
    """The overlay follows the knobs: the subject, a wider selection, the rest as well."""
    document = yield from open_picture(GIVEN["large"])
    dialog = yield from open_dialog()
    result: dict[str, Any] = {}

    def look(name: str, **values: Any) -> Steps[None]:
        dialog.set_settings(instant(size=256, **values))
        yield from look_settled(dialog)
        yield from pause(0.2)
        patches = shown_view(dialog).patches
        assert patches, dialog._sight.view._hint
        result[name] = image_bytes(to_image(patches[-1].picture))
        result[f"{name}_box"] = list(patches[-1].place)

    dialog.findChild(QtWidgets.QToolButton, "regions").click()
    yield from look("subject", segment="auto")
    result["veiled"] = not dialog._sight.view._veil.isNull()
    yield from photograph(dialog, "regions-subject")
    select(document, 300, 200, 200, 200)
    yield from pause(1.0)
    yield from look("selected")
    yield from look("grown", grow=60)
    yield from look("feathered", feather=80)
    yield from photograph(dialog, "regions-feathered")
    yield from look("both", background_style=GIVEN["photo"])
    yield from photograph(dialog, "regions-both")
    dialog.close()
    return result


@case
def pointed() -> Case:
    """A click on the picture says which subject is meant, a click on its marker takes it back."""
    yield from open_picture(GIVEN["large"])
    dialog = yield from open_dialog()
    view, subject = dialog._sight.view, knob(dialog, "subject")
    result: dict[str, Any] = {}

    def look(name: str) -> Steps[None]:
        yield from pause(0.2)
        yield from look_settled(dialog)
        yield from pause(0.2)
        patches = shown_view(dialog).patches
        result[name] = {
            "knob": subject.value(),
            "hint": view._hint,
            "covered": image_bytes(to_image(patches[-1].picture)),
            "split": view.viewport.split,
        }
        yield from photograph(dialog, f"pointed-{name}")

    def click_at(x: float, y: float) -> None:
        left, top, width, height = view.viewport.place
        click(view, (left + x * width, top + y * height))

    dialog.findChild(QtWidgets.QToolButton, "regions").click()
    dialog.set_settings(instant(size=256))
    yield from look("not_looked_for")
    dialog._panel.update_settings({"segment": "auto"})
    yield from look("all")
    click_at(0.78, 0.3)
    yield from look("shuttle")
    click_at(0.45, 0.3)
    yield from look("both")
    click_at(0.782, 0.3)
    yield from look("woman")
    click_at(0.2, 0.1)
    yield from look("nothing")
    press_key(view, QtCore.Qt.Key.Key_Escape)
    yield from look("cleared")
    place = view.viewport.place
    y = place[1] + 40
    yield from drag(view, [(place[0] + place[2] * part, y) for part in (0.4, 0.3, 0.2)])
    yield from look("dragged")
    result["open"] = dialog.isVisible()
    dialog.close()
    return result


_RED, _BLUE, _GREEN = (bytes(c) for c in ((0, 0, 255, 255), (255, 0, 0, 255), (0, 255, 0, 255)))


def _halved() -> Steps[tuple[Document, Node]]:
    """The large photograph, and over it a layer that is red on the left and blue on the right."""
    document = yield from open_picture(GIVEN["large"])
    original = top(document)[0]
    halves = document.createNode("Halves", "paintlayer")
    document.rootNode().addChildNode(halves, None)
    yield from wait(lambda: document.activeNode() == halves, 10)
    yield from activate(document, original)
    yield from _redraw(document, halves, _BLUE)
    return document, halves


def _redraw(document: Document, halves: Node, right: bytes) -> Steps[None]:
    # Not to the very edge: labels lie where they are, however far they were painted.
    halves.setPixelData((_RED * 400 + right * 390) * 600, 0, 0, 790, 600)
    document.refreshProjection()
    document.waitForDone()
    yield from pause(0.2)


@case
def labels_with_styles() -> Case:
    """The labels' colours are listed, and each takes its picture from a click, a drop, a preset."""
    document, halves = yield from _halved()
    dialog = yield from open_dialog()
    dialog.findChild(QtWidgets.QToolButton, "regions").click()
    dialog.set_settings(instant(style="", size=256))
    live, listed = dialog.session.preview, knob(dialog, "label_styles")
    tiles = dialog._panel.gallery.tiles
    result: dict[str, Any] = {"at_first": listed.isVisible()}

    def look(name: str) -> Steps[None]:
        yield from wait(lambda: not live.waiting)
        yield from pause(0.2)
        result[name] = {
            "text": dialog.settings().label_styles,
            "hint": dialog._sight.view._hint,
            "layer": image_bytes(to_image(shown_view(dialog).patches[-1].picture)),
        }

    def shares() -> list[str]:
        return [label.text() for label in listed.findChildren(QtWidgets.QLabel, "share")]

    # As a person does: the menu of layers beside the labels' picture, then each colour's place.
    places = knob(dialog, "content_labels")
    next(action for action in layer_menu(places) if action.text() == "Halves").trigger()
    yield from wait(lambda: listed.pictures)
    yield from wait(lambda: not live.waiting)
    result["unstyled"] = dialog._sight.view._hint
    result["shares"] = dict(zip(listed.pictures, shares(), strict=True))
    dialog.findChild(QtWidgets.QScrollArea).ensureWidgetVisible(listed)
    red, blue = (listed.pictures[color] for color in ("#ff0000", "#0000ff"))
    click(part(red, "thumbnail"))
    yield from pause(0.1)
    result["gallery_seen"] = tiles.visibleRegion().boundingRect().height() / tiles.height()
    click_item(tiles, "Mosaic")
    yield from look("one")
    odd = FOLDER / "one; two.png"
    shutil.copy(GIVEN["style"], odd)
    drop(blue, dragged(str(odd)))
    result["odd"] = [dialog.settings().label_styles, blue.value(), shown_text(dialog)]
    drop(blue, dragged(GIVEN["style"]))
    yield from look("both")
    dialog.findChild(QtWidgets.QScrollArea).ensureWidgetVisible(listed)
    yield from photograph(dialog, "labels-listed")
    wanted = dialog.settings()
    knob(dialog, "style_labels").set_value(GIVEN["style"])
    result["off"] = [listed.isEnabled(), dialog.settings().label_styles]
    knob(dialog, "style_labels").set_value("")

    # A colour of the layer becomes another one: its style goes, and nothing is refused.
    yield from _redraw(document, halves, _GREEN)
    yield from come_back(dialog)
    yield from wait(lambda: "#00ff00" in listed.pictures)
    yield from look("redrawn")
    yield from _redraw(document, halves, _BLUE)
    yield from come_back(dialog)

    # A preset knows its colours before the labels are looked at.
    dialog.set_settings(Settings())
    result["hidden_again"] = listed.isVisible()
    dialog.set_settings(wanted)
    yield from look("preset")
    click(part(listed.pictures["#ff0000"], "none"))
    yield from look("cleared")
    dialog.set_settings(wanted)
    yield from wait(lambda: not live.waiting)
    click(button(dialog, "Paint"))
    yield from wait(lambda: dialog.painter is None)
    result["painted"] = dialog.settings().label_styles
    used = {style.name: style.used for style in Gallery(Installation.here()).styles()}
    result["used"] = used["mosaic"] > 0
    result["complaint"] = shown_text(dialog)[-1]
    dialog.close()
    return result


@case
def labelled() -> Case:
    """A layer in flat colours is the labels: each colour takes after the style's of its colour."""
    document, halves = yield from _halved()
    original, labels = top(document)[0], layers.reference(halves)
    settings = instant(
        style=layers.reference(original), size=256, content_labels=labels, style_labels=labels
    )
    dialog = yield from open_dialog()
    dialog.findChild(QtWidgets.QToolButton, "regions").click()
    dialog.set_settings(settings)
    yield from look_settled(dialog)
    view = dialog._sight.view
    told = {"hint": view._hint, "seen": not view.after.isNull()}
    yield from photograph(dialog, "regions-labels")
    dialog.close()
    return {**(yield from paint(document, settings)), **told}
