"""Where layers are, and whether they still are: GIMP stays usable while the dialog is open."""

from __future__ import annotations

from bridge.geometry import Box
from gi.repository import Gimp


def box_of(layer: Gimp.Layer) -> Box:
    """Where a layer lies on the canvas."""
    _, x, y = layer.get_offsets()
    return Box(x, y, layer.get_width(), layer.get_height())


def place_of(layer: Gimp.Layer, image: Gimp.Image) -> int | None:
    """How many layers stand above it in its group; None where it was removed, or all was closed."""
    if not image.is_valid() or not layer.is_valid():
        return None
    place = image.get_item_position(layer)
    return place if place >= 0 else None
