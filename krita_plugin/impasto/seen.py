"""What a person sees of a layer: masks and a layer style may reach beyond its pixels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from krita import Document, Node

from .bridge.contract.geometry import Box, Extent
from .formats import Space
from .scratch import scratch

_RESHAPING = ("filtermask", "transformmask")
"""Masks by which a layer may show more than the pixels it has."""


@contextmanager
def seen(document: Document, node: Node) -> Iterator[Node]:
    """A node whose ``bounds`` and ``projectionPixelData`` are what ``node`` shows, for a while.

    Krita's bounds of a layer are those of its own pixels, and its projection knows masks, but no
    layer style: both are true of a copy that stands alone.
    """
    style = node.layerStyleToAsl()
    if not style and not reshaped(node):
        yield node
        return
    canvas = Extent(document.width(), document.height())
    with scratch(canvas, Space.of(node)) as own:
        copy = own.createNode("", "paintlayer")
        copy.setPixelData(bytes(node.projectionPixelData(*Box.of(canvas))), *Box.of(canvas))
        if style:
            copy.setLayerStyleFromAsl(style)
        own.rootNode().addChildNode(copy, None)
        own.refreshProjection()
        own.waitForDone()
        yield own.rootNode()


def reshaped(node: Node) -> bool:
    """Whether masks let a layer show something else than the pixels it has."""
    return any(child.type() in _RESHAPING and child.visible() for child in node.childNodes())
