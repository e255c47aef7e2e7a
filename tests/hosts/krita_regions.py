"""What is painted: the subject found, grown and feathered edges, selection and rest, labels."""

from __future__ import annotations

from typing import Any

from impasto import layers
from impasto.qt import QtWidgets

from .krita_session import (
    GIVEN,
    Case,
    Steps,
    activate,
    case,
    instant,
    open_picture,
    paint,
    pause,
    photograph,
    select,
    top,
    wait,
)
from .krita_tools import image_bytes, open_dialog


@case
def regions() -> Case:
    """The overlay follows the knobs: the subject, a wider selection, the rest as well."""
    document = yield from open_picture(GIVEN["large"])
    dialog = yield from open_dialog()
    result: dict[str, Any] = {}

    def look(name: str, **values: Any) -> Steps[None]:
        dialog.set_settings(instant(size=256, **values))
        yield from wait(lambda: not dialog._sight.live.busy)
        yield from pause(0.2)
        assert not dialog._sight._layer.isNull(), dialog._sight.view._hint
        result[name] = image_bytes(dialog._sight._layer)
        result[f"{name}_box"] = list(dialog._aim.first().box(dialog.settings()))

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
def labelled() -> Case:
    """A layer in flat colours is the labels: each colour takes after the style's of its colour."""
    document = yield from open_picture(GIVEN["large"])
    original = top(document)[0]
    halves = document.createNode("Halves", "paintlayer")
    red, blue = bytes((0, 0, 255, 255)), bytes((255, 0, 0, 255))
    # Not to the very edge: labels lie where they are, however far they were painted.
    halves.setPixelData((red * 400 + blue * 390) * 600, 0, 0, 790, 600)
    document.rootNode().addChildNode(halves, None)
    yield from wait(lambda: document.activeNode() == halves, 10)
    yield from activate(document, original)
    labels = layers.reference(halves)
    settings = instant(
        style=layers.reference(original), size=256, content_labels=labels, style_labels=labels
    )
    dialog = yield from open_dialog()
    dialog.findChild(QtWidgets.QToolButton, "regions").click()
    dialog.set_settings(settings)
    yield from wait(lambda: not dialog._sight.live.busy)
    view = dialog._sight.view
    told = {"hint": view._hint, "seen": not view.after.isNull()}
    yield from photograph(dialog, "regions-labels")
    dialog.close()
    return {**(yield from paint(document, settings)), **told}
