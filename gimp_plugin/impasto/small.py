"""The host contract for previews: another host's layer, in no more pixels than a dialog shows."""

from __future__ import annotations

from bridge.contract.geometry import Box, Extent, Extents
from bridge.contract.pixels import MASK, Pixels
from buffers import read_small
from gi.repository import Gimp
from host import LABELS, GimpHost
from seen import seen

PREVIEW_SIDE = 512
"""Pixels of a preview's longer side: what the engine paints in a blink."""


_MARGIN = 0.15
"""What is shown around a painting, as a part of its longer side."""


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

    @property
    def whole(self) -> Box:
        """All of the layer that lies on the canvas. Raises BadInput where there is nothing."""
        return self._host.whole

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

    def _read(self, layer: Gimp.Layer, box: Box) -> Pixels:
        """A box of the canvas of one of the image's layers."""
        known = layer.get_id(), box
        if known not in self._seen:
            with seen(layer) as shown:
                self._seen[known] = shown.read_small(box, _small(box))
        return self._seen[known]


def frame_of(host: GimpHost | SmallHost, target: Box) -> Box:
    """What is shown of a layer around what is painted of it.

    It does not depend on how fine that is painted, so that one can compare. Raises BadInput where
    the layer is gone.
    """
    return target.grow(round(_MARGIN * target.extent.long_side)).intersect(host.whole)


def _small(box: Box) -> Extent:
    shrink = min(1.0, PREVIEW_SIDE / box.extent.long_side)
    return Extent(max(1, round(box.width * shrink)), max(1, round(box.height * shrink)))
