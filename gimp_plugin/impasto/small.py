"""The host contract for previews: another host's layer, in no more pixels than a dialog shows."""

from __future__ import annotations

from bridge.geometry import Box, Extent, Extents
from bridge.pixels import MASK, Pixels
from buffers import format_of, read_small
from gi.repository import Gimp
from host import LABELS, GimpHost
from layers import box_of

PREVIEW_SIDE = 512
"""Pixels of a preview's longer side: what the engine paints in a blink."""


class SmallHost:
    """Reads at most ``PREVIEW_SIDE`` pixels along the longer side of a box, in 8 bits.

    What was read is kept until :meth:`forget`, as one box is asked for at every move of a slider.
    """

    def __init__(self, host: GimpHost) -> None:
        self._host = host
        self._seen: dict[tuple[int, Box], Pixels] = {}
        self._masks: dict[Box, Pixels] = {}

    def forget(self) -> None:
        """Read again, as the image may have changed."""
        self._seen, self._masks = {}, {}

    def extent(self) -> Extents:
        return self._host.extent()

    def read(self, box: Box) -> Pixels:
        return self._read(self._host.layer, box)

    def selection(self, box: Box) -> Pixels | None:
        buffer = self._host.mask()
        if buffer is None:
            return None
        if box not in self._masks:
            self._masks[box] = read_small(buffer, box, MASK, _small(box))
        return self._masks[box]

    def pictures(self) -> dict[str, Pixels]:
        """As the host's, as small as the rest."""
        labels = self._host.found_labels()
        return {} if labels is None else {LABELS: self._read(labels, self._host.whole)}

    def add_layer(self, name: str, box: Box, pixels: Pixels) -> None:
        """A preview puts nothing into the image."""

    def progress(self, fraction: float, text: str) -> None:
        """Nor does it tell how far it is."""

    def message(self, text: str) -> None:
        """What is wrong with it, the previewer says."""

    def _read(self, layer: Gimp.Layer, box: Box) -> Pixels:
        """A box of the canvas of one of the image's layers."""
        known = layer.get_id(), box
        if known not in self._seen:
            place = box.inside(box_of(layer))
            format = format_of(layer, "u8", place)
            self._seen[known] = read_small(layer.get_buffer(), place, format, _small(box))
        return self._seen[known]


def _small(box: Box) -> Extent:
    shrink = min(1.0, PREVIEW_SIDE / box.extent.long_side)
    return Extent(max(1, round(box.width * shrink)), max(1, round(box.height * shrink)))
