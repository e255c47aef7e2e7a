"""A selection as it was at one moment."""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

from krita import Document, Krita, Node, Selection

from .bridge.contract.geometry import Box
from .bridge.contract.pixels import MASK, Pixels
from .scratch import scratch

_INVERTED = bytes(range(255, -1, -1))


class Mask(NamedTuple):
    """How much each pixel of a box is selected: one byte a pixel, 0 outside of the box."""

    box: Box
    data: bytes

    @classmethod
    def of(cls, document: Document, node: Node) -> Mask | None:
        """What is selected of a layer as it is now; None where nothing is.

        A local selection of the layer's own hides the document's, as for Krita's tools.
        """
        local = _local(document, node)
        if local is not None:
            return local
        chosen = document.selection()
        if chosen is None:
            return None
        box = _box(chosen)
        return cls(box, bytes(chosen.pixelData(*box)))

    def cut(self, box: Box) -> bytes:
        """The mask in another box of the canvas."""
        nothing = Pixels(box.extent, MASK, bytes(box.extent.area))
        return bytes(nothing.with_part(self.pixels, self.box.inside(box)).data)

    @property
    def pixels(self) -> Pixels:
        return Pixels(self.box.extent, MASK, self.data)


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


def _local(document: Document, node: Node) -> Mask | None:
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
    return Mask(whole, Mask(box, left.translate(_INVERTED)).cut(whole)) if any(left) else None


def _box(selection: Selection) -> Box:
    return Box(selection.x(), selection.y(), selection.width(), selection.height())
