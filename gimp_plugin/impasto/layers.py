"""Where layers are, and whether they still are: GIMP stays usable while the dialog is open."""

from __future__ import annotations

import re

from bridge.contract.geometry import Box, Extent
from gi.repository import Gimp


def box_of(layer: Gimp.Layer) -> Box:
    """Where a layer lies on the canvas."""
    _, x, y = layer.get_offsets()
    return Box(x, y, layer.get_width(), layer.get_height())


def canvas_of(image: Gimp.Image) -> Extent:
    """How large an image is."""
    return Extent(image.get_width(), image.get_height())


def place_of(layer: Gimp.Layer, image: Gimp.Image) -> int | None:
    """How many layers stand above it in its group; None where it was removed, or all was closed."""
    if not image.is_valid() or not layer.is_valid():
        return None
    place = image.get_item_position(layer)
    return place if place >= 0 else None


def beside(layer: Gimp.Layer, image: Gimp.Image) -> list[Gimp.Layer]:
    """The layers of the group it is in, from the top; it is one of them."""
    group = layer.get_parent()
    return list(image.get_layers() if group is None else group.get_children())


def name_of(layer: Gimp.Layer) -> str:
    """Its name, without the number by which GIMP tells it from others of the same name."""
    return str(re.sub(r" #\d+$", "", layer.get_name()))


class Chosen:
    """The layers and channels that a person works on: GIMP gives that place to each new layer."""

    def __init__(self, image: Gimp.Image) -> None:
        self._image = image
        self._layers = image.get_selected_layers()
        self._channels = image.get_selected_channels()

    def restore(self, source: Gimp.Layer | None, new: Gimp.Layer) -> None:
        """Give it back to them; the new layer takes it from the one it was painted from alone."""
        known = None if source is None else source.get_id()
        kept = [
            new if layer.get_id() == known else layer
            for layer in self._layers
            if layer.get_id() == known or place_of(layer, self._image) is not None
        ]
        if kept:
            self._image.set_selected_layers(kept)
        if self._channels:
            self._image.set_selected_channels(self._channels)
