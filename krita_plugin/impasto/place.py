"""What Krita tells of where a layer is, for ``bridge.session.samples``."""

from __future__ import annotations

from krita import Document, Node

from .bridge.contract.geometry import Box, Extent
from .bridge.contract.pixels import MASK, Pixels
from .bridge.session.landing import Way
from .bridge.session.samples import Samples
from .formats import Space
from .layers import box_of, canvas_of, position_of
from .preview.images import scaled as scaled_image
from .preview.images import to_image, to_mask
from .scratch import scaled


class Placed:
    """A layer as it is now."""

    def __init__(self, document: Document, node: Node) -> None:
        self._document, self._node = document, node

    @property
    def canvas(self) -> Extent:
        return canvas_of(self._document)

    @property
    def space(self) -> Space:
        return Space.of(self._node)

    @property
    def bounds(self) -> Box:
        return box_of(self._node)

    @property
    def origin(self) -> tuple[int, int]:
        """A group has no place of its own, but what is in it has."""
        node = self._node
        while node.type() == "grouplayer" and node.childNodes():
            node = node.childNodes()[0]
        return position_of(node)

    def pixel(self, x: int, y: int) -> bytes:
        return bytes(self._node.projectionPixelData(x, y, 1, 1))


def place_of(document: Document, node: Node) -> Samples:
    """Where a layer is, with some of its pixels to know it by."""
    return Samples.of(Placed(document, node))


def way_since(place: Samples, document: Document, node: Node) -> Way | None:
    """What has become of it since; None where that can't be told, or not be followed."""
    return place.way_to(Placed(document, node))


def resized(pixels: Pixels, extent: Extent) -> Pixels:
    """Pixels at another size, as Krita scales an image."""
    if pixels.format == MASK:
        return to_mask(scaled_image(to_image(pixels), extent))
    space = Space.of_format(pixels.format)
    data = scaled(bytes(pixels.data), pixels.extent, space, extent)
    return Pixels(extent, pixels.format, data)
