"""The host contract for previews: another host's layer, in no more pixels than a dialog shows."""

from __future__ import annotations

from bridge.geometry import Box, Extent, Extents
from bridge.pixels import MASK, PixelFormat, Pixels
from buffers import read_small
from host import LABELS, GimpHost

_COLORED = PixelFormat("RGBA", "u8")

PREVIEW_SIDE = 512
"""Pixels of a preview's longer side: what the engine paints in a blink."""


class SmallHost:
    """Reads at most ``PREVIEW_SIDE`` pixels along the longer side of a box, in 8 bits.

    What was read is kept until :meth:`forget`, as one box is asked for at every move of a slider.
    """

    def __init__(self, host: GimpHost) -> None:
        self._host = host
        self._seen: dict[Box, Pixels] = {}
        self._masks: dict[Box, Pixels] = {}

    def forget(self) -> None:
        """Read again, as the image may have changed."""
        self._seen, self._masks = {}, {}

    def extent(self) -> Extents:
        return self._host.extent()

    def read(self, box: Box) -> Pixels:
        if box not in self._seen:
            layer = self._host.layer
            format = PixelFormat("GA" if layer.is_gray() else "RGBA", "u8")
            place = box.inside(self._host.layer_box)
            self._seen[box] = read_small(layer.get_buffer(), place, format, _small(box))
        return self._seen[box]

    def selection(self, box: Box) -> Pixels | None:
        buffer = self._host.mask()
        if buffer is None:
            return None
        if box not in self._masks:
            self._masks[box] = read_small(buffer, box, MASK, _small(box))
        return self._masks[box]

    def pictures(self, box: Box) -> dict[str, Pixels]:
        """As the host's, as small as the rest."""
        labels = self._host.labels
        if labels is None:
            return {}
        _, x, y = labels.get_offsets()
        place = box.move(-x, -y)
        return {LABELS: read_small(labels.get_buffer(), place, _COLORED, _small(box))}

    def add_layer(self, name: str, box: Box, pixels: Pixels) -> None:
        """A preview puts nothing into the image."""

    def progress(self, fraction: float, text: str) -> None:
        """Nor does it tell how far it is."""

    def message(self, text: str) -> None:
        """What is wrong with it, the previewer says."""


def _small(box: Box) -> Extent:
    shrink = min(1.0, PREVIEW_SIDE / box.extent.long_side)
    return Extent(max(1, round(box.width * shrink)), max(1, round(box.height * shrink)))
