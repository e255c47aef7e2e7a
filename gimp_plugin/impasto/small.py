"""The host contract for previews: the same layer, in no more pixels than a dialog shows."""

from __future__ import annotations

from bridge.geometry import Box, Extent
from bridge.pixels import MASK, PixelFormat, Pixels
from buffers import read_small
from gi.repository import Gimp
from host import GimpHost

PREVIEW_SIDE = 512
"""Pixels of a preview's longer side: what the engine paints in a blink."""


class SmallHost(GimpHost):
    """Reads at most ``PREVIEW_SIDE`` pixels along the longer side of a box, in 8 bits.

    What was read is kept until :meth:`forget`, as one box is asked for at every move of a slider.
    """

    def __init__(self, image: Gimp.Image, layer: Gimp.Layer) -> None:
        super().__init__(image, layer)
        self._seen: dict[Box, Pixels] = {}
        self._masks: dict[Box, Pixels] = {}

    def forget(self) -> None:
        """Read again, as the image may have changed."""
        self._seen, self._masks = {}, {}

    def read(self, box: Box) -> Pixels:
        if box not in self._seen:
            place = box.inside(self._layer_box)
            self._seen[box] = read_small(self.layer, place, self._format(), self._extent(box))
        return self._seen[box]

    def selection(self, box: Box) -> Pixels | None:
        if Gimp.Selection.is_empty(self.image):
            return None
        if box not in self._masks:
            mask = self.image.get_selection()
            self._masks[box] = read_small(mask, box, MASK, self._extent(box))
        return self._masks[box]

    def _extent(self, box: Box) -> Extent:
        width, height = box.extent
        shrink = min(1.0, PREVIEW_SIDE / max(width, height))
        return Extent(max(1, round(width * shrink)), max(1, round(height * shrink)))

    def _format(self) -> PixelFormat:
        return PixelFormat("GA" if self.layer.is_gray() else "RGBA", "u8")
