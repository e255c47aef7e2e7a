"""The active layer is the person's: a layer that we add takes it only where that is expected."""

from __future__ import annotations

from krita import Document, Krita

from . import layers
from .qt import QtCore

_TICK = 5
"""Milliseconds between two looks."""

_TICKS = 100
"""Krita 5.3 activates a new layer as it is added, 5.2 about 40 ms later."""


class StayActive(QtCore.QTimer):
    """Gives its place back to the layer that was active, once Krita has activated a new one.

    Lives until then, or for half a second, by itself.
    """

    def __init__(self, document: Document, wanted: str, fresh: str) -> None:
        """The references of the layer or mask that is to be active, and of the new layer."""
        super().__init__(Krita.instance())
        self._document, self._wanted, self._fresh = document, wanted, fresh
        self._left = _TICKS
        self.timeout.connect(self._look)
        self.start(_TICK)
        self._look()

    def _look(self) -> None:
        self._left -= 1
        open = self._document in Krita.instance().documents()
        active = layers.active_reference(self._document) if open else self._wanted
        wanted = layers.node_of(self._document, self._wanted) if active == self._fresh else None
        if wanted is not None:
            self._document.setActiveNode(wanted)
        # Whatever else is active, the person has chosen.
        if self._left == 0 or wanted is not None or active not in (self._fresh, self._wanted):
            self.stop()
            self.deleteLater()
