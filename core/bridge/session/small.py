"""A small rendition of what is painted on: what a preview reads, each part of it once."""

from __future__ import annotations

from typing import Protocol

from ..contract.geometry import Box, Extent, Extents, plan
from ..contract.host import Resolved
from ..contract.pixels import Pixels
from ..contract.settings import Settings

LONG_SIDE = 512
"""Pixels of a rendition: what a preview works at, see ``core/engine/methods/instant.py``."""

_MARGIN = 0.15
"""What is shown around a painting, as a part of its longer side."""


class Renderer(Protocol):
    """What an adapter reads of its host for previews. Boxes are canvas coordinates."""

    def extent(self) -> Extents:
        """As :meth:`core.bridge.contract.host.Source.extent`."""

    def render(self, box: Box, extent: Extent) -> Pixels:
        """What is seen of the active layer in ``box``, in 8 bits, as a picture of that size."""

    def render_selection(self, box: Box, extent: Extent) -> Pixels | None:
        """The selection's soft mask in ``box`` in that size; None: nothing is selected."""

    def resolve(self, settings: Settings) -> Resolved:
        """As :meth:`core.bridge.contract.host.Host.resolve`, with pictures as small as the rest."""


class Small:
    """The active layer and the selection, small, as they were when they were read first."""

    def __init__(self, renderer: Renderer, long_side: int = LONG_SIDE) -> None:
        """``long_side``: pixels of what is read, at most."""
        self.renderer = renderer
        self._long_side = long_side
        self._read: dict[Box, Pixels] = {}
        self._selected: dict[Box, Pixels | None] = {}

    def extent(self) -> Extents:
        return self.renderer.extent()

    def read(self, box: Box) -> Pixels:
        if box not in self._read:
            self._read[box] = self.renderer.render(box, box.extent.within(self._long_side))
        return self._read[box]

    def selection(self, box: Box) -> Pixels | None:
        if box not in self._selected:
            extent = box.extent.within(self._long_side)
            self._selected[box] = self.renderer.render_selection(box, extent)
        return self._selected[box]

    def frame(self, target: Box) -> Box:
        """As :func:`frame`, of this layer. Raises BadInput as that."""
        return frame(target, self.extent())


def frame(target: Box, extents: Extents) -> Box:
    """The part of the canvas that is shown of what is painted, with a margin around it.

    It does not depend on how finely that is painted, so that one can compare.

    Raises:
        BadInput: the layer is gone, or lies off the canvas.
    """
    whole = plan(extents, size=1, whole_layer=True).box
    return target.grow(round(_MARGIN * target.extent.long_side)).intersect(whole)
