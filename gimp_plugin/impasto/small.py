"""A layer of an image and its selection, in no more pixels than a dialog shows."""

from __future__ import annotations

from bridge.contract.geometry import Box, Extent, Extents
from bridge.contract.host import Resolved
from bridge.contract.pixels import MASK, Pixels
from bridge.contract.settings import Settings
from bridge.session.small import LONG_SIDE
from buffers import read_small
from gi.repository import Gimp
from host import GimpHost
from opened import renditions
from seen import seen


class SmallHost:
    """See bridge/session/small.py: what a preview reads of another host's layer."""

    def __init__(self, host: GimpHost) -> None:
        self._host = host
        self._read: dict[tuple[int, Box], Pixels] = {}

    def extent(self) -> Extents:
        return self._host.extent()

    def render(self, box: Box, extent: Extent) -> Pixels:
        return _rendered(self._host.layer, box, extent)

    def render_selection(self, box: Box, extent: Extent) -> Pixels | None:
        buffer = self._host.mask()
        return None if buffer is None else read_small(buffer, box, MASK, extent)

    def resolve(self, settings: Settings) -> Resolved:
        pictures, box = {}, self._host.whole
        for name, layer in self._host.found().items():
            key = layer.get_id(), box
            if key not in self._read:
                self._read[key] = _rendered(layer, box, box.extent.within(LONG_SIDE))
            pictures[name] = self._read[key]
        return Resolved(renditions().rendered(settings), pictures, "")


def _rendered(layer: Gimp.Layer, box: Box, extent: Extent) -> Pixels:
    """What is seen of one of the image's layers in a box of the canvas."""
    with seen(layer) as shown:
        return shown.read_small(box, extent)
