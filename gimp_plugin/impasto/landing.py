"""What GIMP tells of where a layer is, for ``bridge.session.stand``, and how one is put there."""

from __future__ import annotations

from bridge.contract.geometry import Box, Extent
from bridge.contract.pixels import Pixels
from bridge.session.stand import Landing
from bridge.session.view import in_color
from buffers import format_of, read, read_small
from gi.repository import Gimp
from layers import box_of

_ROTATIONS = {
    1: Gimp.RotationType.DEGREES90,
    2: Gimp.RotationType.DEGREES180,
    3: Gimp.RotationType.DEGREES270,
}


class CutLayer:
    """A layer as it is now."""

    def __init__(self, layer: Gimp.Layer) -> None:
        self._layer = layer

    @property
    def box(self) -> Box:
        return box_of(self._layer)

    def read(self, box: Box) -> Pixels:
        format = format_of(self._layer, "u8", box)
        return in_color(read(self._layer.get_buffer(), box, format))

    def small(self, extent: Extent) -> Pixels:
        whole = Box.of(self.box.extent)
        format = format_of(self._layer, "u8", whole)
        return in_color(read_small(self._layer.get_buffer(), whole, format, extent))


def put_there(layer: Gimp.Layer, landing: Landing) -> None:
    """Let a layer go where its source went that stands in its image as it was painted."""
    box, turn = landing.box, landing.turn
    if turn.flipped:
        layer.transform_flip_simple(Gimp.OrientationType.HORIZONTAL, True, 0)
    if turn.quarters:
        layer.transform_rotate_simple(_ROTATIONS[turn.quarters], True, 0, 0)
    if box_of(layer).extent != box.extent:
        layer.scale(*box.extent, False)
    layer.set_offsets(box.x, box.y)
