"""Colour spaces, layers that lie anywhere, and every kind of layer."""

from __future__ import annotations

from typing import Any

from impasto import layers
from impasto.qt import QtWidgets
from krita import Document, InfoObject, Krita, Node, Selection

from .krita_paint import instant, paint, undo
from .krita_session import (
    GIVEN,
    Case,
    Steps,
    activate,
    all_nodes,
    case,
    close,
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
    converted,
    note_alignment,
    open_dialog,
    patterned,
    projection,
    put,
)

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
    for space in [
        SPACES[0],
        SPACES[1],
        SPACES[7],
        ("RGBA", "U8", "ClayRGB-elle-V4-srgbtrc.icc"),
        ("RGBA", "U16", "LargeRGB-elle-V2-g22.icc"),
        ("RGBA", "F16", "Rec2020-elle-V4-g10.icc"),
        ("CMYKA", "U8", "Chemical proof"),
    ]:
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
