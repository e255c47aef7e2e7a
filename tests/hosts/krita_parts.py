"""A part of the style, the strength of each pixel, and pictures that repeat."""

from __future__ import annotations

from impasto import layers
from impasto.qt import QtWidgets
from krita import Krita

from .krita_hands import click, drag
from .krita_paint import instant, paint
from .krita_session import Case, case, open_photo, pause, photograph, top
from .krita_tools import image_bytes, knob, look_settled, open_dialog


@case
def parts() -> Case:
    """By the mouse, as a person chooses them."""
    document = yield from open_photo()
    canvas = Krita.instance().activeWindow().activeView().canvas()
    repeats = []
    for mode in (True, False):
        canvas.setWrapAroundMode(mode)
        dialog = yield from open_dialog()
        repeats.append(dialog.settings().tile)
        if mode:
            dialog.close()
            yield from pause(0.2)

    dialog.set_settings(instant())
    dialog.findChild(QtWidgets.QToolButton, "advanced").click()
    yield from pause(0.2)
    crop = knob(dialog, "style_crop")
    yield from look_settled(dialog)
    whole = image_bytes(dialog._sight.view.after)
    middle = crop.rect().center()
    yield from drag(crop, [(middle.x(), middle.y()), (middle.x() + 9, 9e3), (9e3, 9e3)])
    dragged = dialog.settings().style_crop
    yield from look_settled(dialog)
    part = image_bytes(dialog._sight.view.after)
    yield from photograph(dialog, "part")
    click(dialog.findChild(QtWidgets.QToolButton, "reset-style_crop"))
    reset = dialog.settings().style_crop
    yield from drag(crop, [(middle.x(), middle.y()), (9e3, 9e3)])
    click(crop)
    clicked = dialog.settings().style_crop

    mask = document.createNode("Grey", "paintlayer")
    width, height = document.width(), document.height()
    row = bytes([0, 0, 0, 255]) * (width // 2) + bytes([255] * 4) * (width - width // 2)
    mask.setPixelData(row * height, 0, 0, width, height)
    mask.setVisible(False)
    source = top(document)[0]
    document.rootNode().addChildNode(mask, None)
    document.setActiveNode(source)
    document.waitForDone()
    yield from pause(0.2)
    knob(dialog, "strength_mask").set_value(layers.reference(mask))
    yield from look_settled(dialog)
    masked = image_bytes(dialog._sight.view.after)
    original = image_bytes(dialog._sight.view._before)
    settings = dialog.settings()
    yield from photograph(dialog, "mask")
    dialog.close()
    outcome = yield from paint(document, settings)
    return {
        "repeats": repeats,
        "dragged": dragged,
        "reset": reset,
        "clicked": clicked,
        "whole": whole,
        "part": part,
        "masked": masked,
        "original": original,
        "painted": outcome,
    }
