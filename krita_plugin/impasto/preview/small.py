"""A small rendition of what is to be painted, read so that no large picture is held twice."""

from __future__ import annotations

from krita import Document, Node

from .. import layers
from ..bridge.contract.geometry import Box, Extent
from ..bridge.contract.pixels import Pixels
from ..formats import SHOWN_SPACE, Space
from ..host import KritaHost
from ..qt import QtCore, QtGui
from ..seen import seen
from ..target import Target
from .images import SHOWN, scaled, to_image, to_mask, to_pixels

LONG_SIDE = 512
"""Pixels of a rendition: what a preview works at, see ``core/engine/methods/instant.py``."""

_BAND = 1 << 22
"""Pixels that are read at once: 16 MB, a few hundredths of a second."""


class SmallHost(KritaHost):
    """The host contract as a preview uses it: what it reads is small, and read once."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.shown: QtGui.QImage | None = None
        """What was read last."""
        self._kept: dict[Box, tuple[QtGui.QImage, Pixels]] = {}
        self._masks: dict[Box, Pixels | None] = {}

    def read(self, box: Box) -> Pixels:
        if box not in self._kept:
            image = small(self.target.document, self.target.node, box, LONG_SIDE)
            self._kept = {box: (image, to_pixels(image))}
        self.shown, pixels = self._kept[box]
        return pixels

    def selection(self, box: Box) -> Pixels | None:
        if box not in self._masks:
            mask = super().selection(box)
            extent = shrunk(box.extent, LONG_SIDE)
            self._masks = {box: mask and to_mask(scaled(to_image(mask), extent))}
        return self._masks[box]


def small(
    document: Document, node: Node, box: Box, limit: int, smooth: bool = True
) -> QtGui.QImage:
    """What a layer shows in a box, in 8 bits, its long side ``limit`` pixels at most.

    Where it is not ``smooth``, there are no colours in it that the layer has not.
    """
    with seen(document, node) as source:
        return _small(source, box, shrunk(box.extent, limit), smooth)


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


def shrunk(extent: Extent, limit: int) -> Extent:
    """An extent with its long side ``limit`` at most."""
    factor = min(1.0, limit / extent.long_side)
    return Extent(*(max(1, round(side * factor)) for side in extent))
