"""What is selected at one moment."""

from __future__ import annotations

from functools import reduce

from krita import Document, Krita, Node, Selection

from .bridge.contract.geometry import Box
from .bridge.contract.pixels import MASK, Pixels
from .bridge.session.record import Selected
from .scratch import scratch

_INVERTED = bytes(range(255, -1, -1))


def selected(document: Document, node: Node) -> Selected | None:
    """What is selected of a layer as it is now; None where nothing is.

    A local selection of the layer's own hides the document's, as for Krita's tools.
    """
    local = _local(document, node)
    if local is not None:
        return local
    chosen = document.selection()
    if chosen is None:
        return None
    bounds = _box(chosen)
    # Of one that is there and selects nothing, a pixel.
    box = Box(bounds.x, bounds.y, 1, 1) if bounds.empty else bounds
    return Selected(bounds, box, Pixels(box.extent, MASK, bytes(chosen.pixelData(*box))))


def outlines(document: Document) -> list[object]:
    """What changes when another part of the active layer is selected; cheap to ask again."""
    chosen, node = [document.selection()], document.activeNode()
    if node is not None and node.type() == "selectionmask":
        node = node.parentNode()
    if node is not None:
        chosen += [child.selection() for child in _local_selections(node)]
    return [selection and _box(selection) for selection in chosen]


def _local_selections(node: Node) -> list[Node]:
    """A mask that is hidden selects nothing."""
    return [c for c in node.childNodes() if c.type() == "selectionmask" and c.visible()]


def _local(document: Document, node: Node) -> Selected | None:
    """The local selection of a layer that Krita's tools heed; None where they heed none.

    Krita tells its plug-ins of a layer's selection masks, but not which of them is active, if one
    is: "Deselect" leaves the mask there. Where a filter works, on a copy, it is seen.
    """
    masks = _local_selections(node)
    boxes = [_box(mask.selection()) for mask in masks if mask.selection() is not None]
    if not boxes:
        return None
    canvas = Box(0, 0, document.width(), document.height())
    whole = reduce(Box.around, boxes).intersect(canvas)
    # A rim that no mask selects tells one that is not active from one that selects all.
    box = whole.grow(1).intersect(canvas)
    if whole.empty:
        return None
    with scratch(canvas.extent) as own:
        paper = own.createNode("", "paintlayer")
        paper.setPixelData(b"\xff" * (4 * box.extent.area), *box)
        for mask in masks:
            paper.addChildNode(mask.duplicate(), None)
        own.rootNode().addChildNode(paper, None)
        Krita.instance().filter("invert").startFilter(paper, *box)
        own.waitForDone()
        left = bytes(paper.pixelData(*box))[::4]
    mask = Pixels(box.extent, MASK, left.translate(_INVERTED)).crop(whole.inside(box))
    return Selected(whole, whole, mask) if any(left) else None


def _box(selection: Selection) -> Box:
    return Box(selection.x(), selection.y(), selection.width(), selection.height())
