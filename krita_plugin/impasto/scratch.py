"""A document of our own that nobody sees: what is tried there is no step of the person's undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from krita import Document, Krita

from .bridge.contract.geometry import Box, Extent
from .formats import SHOWN_SPACE, Space

_RESOLUTION = 72.0
"""Pixels an inch; nothing here is ever printed."""


@contextmanager
def scratch(extent: Extent, space: Space = SHOWN_SPACE) -> Iterator[Document]:
    """An empty document without a view, gone afterwards. A tenth of a second.

    To convert a layer of the person's document, even one that never joins it, would mark that
    document as modified and put "Convert Layer Color Space" on its undo stack.
    """
    with forgotten(Krita.instance().createDocument(*extent, "", *space, _RESOLUTION)) as document:
        for layer in document.rootNode().childNodes():
            layer.remove()
        yield document


@contextmanager
def forgotten(document: Document) -> Iterator[Document]:
    """A document of our own, closed afterwards whatever was done to it."""
    try:
        yield document
    finally:
        document.setBatchmode(True)
        document.setModified(False)
        document.close()


def converted(data: bytes, extent: Extent, space: Space, wanted: Space) -> bytes:
    """Pixels in another colour space, as Krita converts them."""
    if wanted == space:
        return data
    box = Box.of(extent)
    with scratch(Extent(1, 1), space) as document:
        layer = document.createNode("", "paintlayer")
        layer.setPixelData(data, *box)
        layer.setColorSpace(*wanted)
        return bytes(layer.pixelData(*box))


def scaled(data: bytes, extent: Extent, space: Space, wanted: Extent) -> bytes:
    """Pixels at another size, as Krita scales an image."""
    with scratch(extent, space) as document:
        layer = document.createNode("", "paintlayer")
        layer.setPixelData(data, *Box.of(extent))
        document.rootNode().addChildNode(layer, None)
        resolution = round(_RESOLUTION)
        document.scaleImage(*wanted, resolution, resolution, "Bicubic")
        document.waitForDone()
        return bytes(layer.pixelData(*Box.of(wanted)))
