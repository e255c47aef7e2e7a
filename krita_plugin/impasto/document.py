"""The host contract in Krita: one document, and the layer that was active when the run began."""

from __future__ import annotations

from collections.abc import Callable

from krita import Document, Krita

from . import layers
from .bridge.errors import ImpastoError
from .bridge.geometry import Box, Extents
from .bridge.pixels import MASK, Pixels
from .formats import Space


class KritaHost:
    """See ``bridge.host.Host``. What it has to show goes to the two callbacks."""

    def __init__(
        self,
        document: Document,
        on_progress: Callable[[float, str], None],
        on_message: Callable[[str], None],
    ) -> None:
        document.waitForDone()
        self._document = document
        self._node = layers.active_layer(document)
        self._space = Space.of(self._node).readable()
        self._on_progress = on_progress
        self._on_message = on_message

    def extent(self) -> Extents:
        chosen = self._document.selection()
        return Extents(
            canvas=layers.canvas_of(self._document),
            layer=layers.box_of(self._node),
            selection=None
            if chosen is None
            else Box(chosen.x(), chosen.y(), chosen.width(), chosen.height()),
        )

    def read(self, box: Box) -> Pixels:
        return layers.read(self._document, self._node, box)

    def selection(self, box: Box) -> Pixels | None:
        chosen = self._document.selection()
        if chosen is None:
            return None
        return Pixels(box.extent, MASK, bytes(chosen.pixelData(*box)))

    def add_layer(self, name: str, box: Box, pixels: Pixels) -> None:
        """Filled before it is added: Krita's undo knows adding a layer, but not filling one."""
        layer = self._document.createNode(name, "paintlayer")
        if Space.of(layer) != self._space:
            layer.setColorSpace(*self._space)
        layer.setPixelData(pixels.data, *box)
        # A layer that was deleted meanwhile is no reason to lose the painting: it goes on top.
        parent = self._node.parentNode()
        if parent is None:
            self._document.rootNode().addChildNode(layer, None)
        else:
            parent.addChildNode(layer, self._node)
        self._document.refreshProjection()

    def progress(self, fraction: float, text: str) -> None:
        """Raises ImpastoError where the document was closed: there is nothing left to paint on."""
        if self._document not in Krita.instance().documents():
            raise ImpastoError("The picture was closed before the painting was done.")
        self._on_progress(fraction, text)

    def message(self, text: str) -> None:
        self._on_message(text)
