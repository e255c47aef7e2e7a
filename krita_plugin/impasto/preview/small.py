"""A small rendition of what is to be painted, read so that no large picture is held twice."""

from __future__ import annotations

from krita import Document, Node

from .. import layers
from ..bridge.contract.geometry import Box, Extent, Extents
from ..bridge.contract.host import Resolved
from ..bridge.contract.pixels import Pixels
from ..bridge.contract.settings import Settings
from ..formats import SHOWN_SPACE, Space
from ..pictures import resolve
from ..qt import QtCore, QtGui
from ..seen import seen
from ..target import Target
from .images import SHOWN, scaled, to_image, to_mask, to_pixels

_BAND = 1 << 22
"""Pixels that are read at once: 16 MB, a few hundredths of a second."""


class SmallTarget:
    """See ``bridge.session.small.Renderer``."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._pictures: dict[tuple[str, str, Box, int], Pixels] = {}

    def extent(self) -> Extents:
        return self._target.extents()

    def render(self, box: Box, extent: Extent) -> Pixels:
        return to_pixels(small(self._target.document, self._target.node, box, extent))

    def render_selection(self, box: Box, extent: Extent) -> Pixels | None:
        selected = self._target.selected
        return selected and to_mask(scaled(to_image(selected.cut(box)), extent))

    def resolve(self, settings: Settings) -> Resolved:
        """Layers that are styles or labels are read once for each size they are looked at."""

        def picture(name: str, node: Node, box: Box) -> Pixels:
            wanted = name, layers.reference(node), box, settings.size
            if wanted not in self._pictures:
                smooth, extent = not name.endswith("labels"), box.extent.within(settings.size)
                image = small(self._target.document, node, box, extent, smooth)
                self._pictures[wanted] = to_pixels(image)
            return self._pictures[wanted]

        return resolve(self._target, settings, picture)


def small(
    document: Document, node: Node, box: Box, extent: Extent, smooth: bool = True
) -> QtGui.QImage:
    """What a layer shows in a box, in 8 bits, as a picture of that size.

    Where it is not ``smooth``, there are no colours in it that the layer has not.
    """
    with seen(document, node) as source:
        return _small(source, box, extent, smooth)


def _small(source: Node, box: Box, extent: Extent, smooth: bool) -> QtGui.QImage:
    if Space.of(source) != SHOWN_SPACE:
        # Twice as many pixels as wanted each way, so that four are averaged into one.
        step = max(1, box.extent.long_side // (2 * extent.long_side))
        pixels = layers.sampled(source, box, step, SHOWN_SPACE)
        return scaled(to_image(pixels), extent, smooth)
    image = QtGui.QImage(*extent, QtGui.QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QtCore.Qt.GlobalColor.transparent)
    painter = QtGui.QPainter(image)
    rows = max(1, extent.height * _BAND // box.extent.area)
    for top in range(0, extent.height, rows):
        bottom = min(extent.height, top + rows)
        first, last = (edge * box.height // extent.height for edge in (top, bottom))
        band = Box(box.x, box.y + first, box.width, last - first)
        pixels = Pixels(band.extent, SHOWN, bytes(source.projectionPixelData(*band)))
        painter.drawImage(
            0, top, scaled(to_image(pixels), Extent(extent.width, bottom - top), smooth)
        )
    painter.end()
    return image
