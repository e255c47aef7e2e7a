"""What becomes of painted pixels: a layer, a layer with a mask, a document, or a layer's successor.

Filled before it is added: Krita's undo knows adding a layer, but not filling one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from krita import Document, Krita, Node, Selection

from . import layers
from .bridge.geometry import Box
from .bridge.pixels import DEPTHS, PixelFormat, Pixels
from .formats import SHOWN_SPACE, Space
from .target import Target

Output: TypeAlias = Callable[[Target, str, Box, Pixels], None]
"""Takes what was painted from, a name, and the pixels of a box of the canvas."""

LAYER, MASKED, DOCUMENT = "layer", "masked", "document"
KINDS = {LAYER: "New layer", MASKED: "New layer with a mask", DOCUMENT: "New document"}


def put(kind: str, target: Target, name: str, box: Box, pixels: Pixels) -> Node:
    """Show what was painted in one of ``KINDS``; the new layer."""
    if kind == DOCUMENT:
        return _as_document(target, name, pixels)
    masked = kind == MASKED and target.node.parentNode() is not None
    shown = _filled_up(target, box, pixels) if masked else pixels
    node = _painted(target.document, target, name, box, shown)
    _add_above(target.document, node, target.node)
    if masked:
        node.addChildNode(_mask(target, box, pixels), None)
    target.document.refreshProjection()
    return node


def replace(old: Node, target: Target, name: str, box: Box, pixels: Pixels) -> Node:
    """Put a new layer where an older painting is, which goes; the new one looks as it looked.

    Krita's undo takes it back in two steps: scripts can't join adding and removing into one.
    """
    masks = [child for child in old.childNodes() if layers.is_mask(child)]
    masked = any(mask.type() == "transparencymask" for mask in masks)
    shown = _filled_up(target, box, pixels) if masked else pixels
    node = _painted(target.document, target, name, box, shown)
    for take, give in (
        (old.name, node.setName),
        (old.opacity, node.setOpacity),
        (old.blendingMode, node.setBlendingMode),
        (old.visible, node.setVisible),
        (old.colorLabel, node.setColorLabel),
    ):
        give(take())
    _add_above(target.document, node, old)
    for mask in masks:
        node.addChildNode(mask.duplicate(), None)
    old.remove()
    target.document.refreshProjection()
    return node


def _painted(document: Document, target: Target, name: str, box: Box, pixels: Pixels) -> Node:
    """A layer that holds the pixels and does not belong to the document yet."""
    layer = document.createNode(name, "paintlayer")
    space = Space.of(target.node).readable()
    if Space.of(layer) != space:
        layer.setColorSpace(*space)
    layer.setPixelData(pixels.data, *box)
    return layer


def _add_above(document: Document, node: Node, below: Node) -> None:
    """A layer that was deleted meanwhile is no reason to lose the painting: it goes on top."""
    parent = below.parentNode()
    if parent is None:
        document.rootNode().addChildNode(node, None)
    else:
        parent.addChildNode(node, below)


def _as_document(target: Target, name: str, pixels: Pixels) -> Node:
    space = Space.of(target.node).readable()
    width, height = pixels.extent
    document = Krita.instance().createDocument(
        width, height, name, *space, float(target.document.resolution())
    )
    old = document.rootNode().childNodes()
    node = _painted(document, target, name, Box.of(pixels.extent), pixels)
    document.rootNode().addChildNode(node, None)
    for layer in old:
        layer.remove()
    Krita.instance().activeWindow().addView(document)
    document.refreshProjection()
    return node


def _filled_up(target: Target, box: Box, pixels: Pixels) -> Pixels:
    """The pixels with the opacity of what they were painted from: a mask is to hide the rest."""
    source = layers.read(target.document, target.node, box)
    data = bytearray(pixels.data)
    for to, origin in zip(_alpha(pixels.format), _alpha(source.format), strict=True):
        data[to] = source.data[origin]
    return Pixels(pixels.extent, pixels.format, bytes(data))


def _alpha(format: PixelFormat) -> list[slice]:
    """The bytes of alpha, lowest address first."""
    size, depth = format.bytes_per_pixel, DEPTHS[format.depth]
    return [slice(start, None, size) for start in range(size - depth, size)]


def _mask(target: Target, box: Box, pixels: Pixels) -> Node:
    """A mask as opaque as the painting: what the engine made of the selection."""
    space = Space.of(target.node).readable()
    shown = layers.converted(target.document, bytes(pixels.data), box, space, SHOWN_SPACE)
    selection = Selection()
    selection.setPixelData(shown[3::4], *box)
    mask = target.document.createTransparencyMask("Mask")
    mask.setSelection(selection)
    return mask
