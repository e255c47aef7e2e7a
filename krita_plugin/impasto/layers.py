"""The layers of a document: which there are, where they lie, and their pixels.

A layer is named by its reference and looked up at each use: one that is kept may be dead by then,
and Krita crashes on it.
"""

from __future__ import annotations

from collections.abc import Iterator

from krita import Document, Node

from .bridge.contract.errors import BadInput
from .bridge.contract.geometry import Box, Extent
from .bridge.contract.pixels import Pixels
from .bridge.i18n.texts import tr
from .formats import Space
from .qt import QtCore
from .scratch import converted
from .seen import seen

_REFERENCE = "layer:"
"""What a ``file`` setting begins with when its picture is a layer."""


def active_layer(document: Document) -> Node:
    """The layer the person is on; that of a mask is the layer it belongs to.

    Raises:
        BadInput: there is none.
    """
    node = document.activeNode()
    while node is not None and is_mask(node):
        node = node.parentNode()
    if node is None or node.parentNode() is None:
        raise BadInput("No layer is active: click the layer to paint from, then try again.")
    return node


def is_mask(node: Node) -> bool:
    return node.type().endswith("mask")


def all_layers(document: Document) -> Iterator[Node]:
    """Every layer, groups before what is in them, from the top as the layer docker shows them."""

    def below(parent: Node) -> Iterator[Node]:
        for node in reversed(parent.childNodes()):
            if not is_mask(node):
                yield node
                yield from below(node)

    return below(document.rootNode())


def reference(node: Node) -> str:
    """How a setting names a layer."""
    return _REFERENCE + node.uniqueId().toString()


def is_reference(setting: str) -> bool:
    return setting.startswith(_REFERENCE)


def active_reference(document: Document) -> str:
    """Names the layer or mask the person is on; empty where there is none."""
    node = document.activeNode()
    return "" if node is None else reference(node)


def find(document: Document, setting: str) -> Node | None:
    """The layer a setting names; None where this document has it no more, or never had."""
    return next((node for node in all_layers(document) if reference(node) == setting), None)


def node_of(document: Document, setting: str) -> Node | None:
    """As ``find``, of any node: masks as well."""
    return document.nodeByUniqueID(QtCore.QUuid(setting.removeprefix(_REFERENCE)))


def position_of(node: Node) -> tuple[int, int]:
    """Where a layer counts from."""
    return node.position().x(), node.position().y()


def box_of(node: Node) -> Box:
    bounds = node.bounds()
    return Box(bounds.x(), bounds.y(), bounds.width(), bounds.height())


def canvas_of(document: Document) -> Extent:
    return Extent(document.width(), document.height())


def read(document: Document, node: Node, box: Box, wanted: Space | None = None) -> Pixels:
    """What the layer shows in ``box``: masks, children, shapes and layer style included.

    In another space than the layer's where that is ``wanted``, or the engine does not know it.
    """
    space = Space.of(node)
    wanted = wanted or space.readable()
    with seen(document, node) as source:
        data = bytes(source.projectionPixelData(*box))
    return Pixels(box.extent, wanted.pixel_format(), converted(data, box.extent, space, wanted))


def sampled(source: Node, box: Box, step: int, wanted: Space) -> Pixels:
    """Every so many pixels of what a layer that is ``seen`` shows, in both directions.

    To convert all of 24 megapixels in 16 bits takes Krita 7 s; a small rendition needs few.
    """
    rows = []
    for y in range(box.y, box.bottom, step):
        row = bytes(source.projectionPixelData(box.x, y, box.width, 1))
        size = len(row) // box.width
        kept = bytearray(size * len(range(0, box.width, step)))
        for byte in range(size):
            kept[byte::size] = row[byte :: size * step]
        rows.append(kept)
    extent = Extent(len(range(0, box.width, step)), len(rows))
    data = converted(b"".join(rows), extent, Space.of(source), wanted)
    return Pixels(extent, wanted.pixel_format(), data)


def picture(document: Document, setting: str, label: str) -> Node:
    """The layer that a setting names as a picture.

    Args:
        document: whose layer it is.
        setting: as it stands in the settings.
        label: what a person calls the setting.

    Raises:
        BadInput: it is gone, or has nothing on the canvas.
    """
    node = find(document, setting)
    if node is None:
        raise BadInput(
            "{label}: the chosen layer is not in this picture. Choose another one.", label=tr(label)
        )
    if on_canvas(document, node).empty:
        raise BadInput(
            "{label}: the layer '{name}' is empty. Choose another one.",
            label=tr(label),
            name=node.name(),
        )
    return node


def on_canvas(document: Document, node: Node) -> Box:
    """The part of what a layer shows that lies on the canvas; may be empty."""
    return shown_box(document, node).intersect(Box.of(canvas_of(document)))


def shown_box(document: Document, node: Node) -> Box:
    """The box of what a layer shows."""
    with seen(document, node) as source:
        return box_of(source)
