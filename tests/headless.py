"""A host without a toolkit: layers in a list, one after another from the bottom up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.bridge.contract.geometry import Box, Extent, Extents
from core.bridge.contract.host import Resolved
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.settings import Settings
from core.bridge.session.painting import layer_name
from tests import pictures

RGB = PixelFormat("RGB", "u8")
RGBA = PixelFormat("RGBA", "u8")


@dataclass(eq=False)
class Layer:
    """A layer of a document, and how it was painted, if it was."""

    name: str
    box: Box
    pixels: Pixels
    settings: Settings | None = None


@dataclass(eq=False)
class Document:
    """A picture with its layers, and what is selected of it."""

    canvas: Extent
    layers: list[Layer] = field(default_factory=list)
    selection: Box | None = None
    drawing: bool = False
    """Whether somebody draws on it."""
    open: bool = True

    @classmethod
    def of_photographs(cls, count: int = 1) -> Document:
        photograph = pictures.photograph().convert("RGBA")
        canvas = Extent(*photograph.size)
        pixels = Pixels(canvas, RGBA, photograph.tobytes())
        return cls(canvas, [Layer(f"Layer {n}", Box.of(canvas), pixels) for n in range(count)])


class HeadlessHost:
    """See ``core.bridge.contract.host.Host``."""

    def __init__(
        self, document: Document, layer: Layer, pictures: Mapping[str, Pixels] | None = None
    ) -> None:
        """``pictures``: layers that stand in for files of the settings."""
        self.document, self.layer = document, layer
        self.made: Layer | None = None
        self.notes: list[str] = []
        self._pictures = pictures or {}

    @property
    def wanted(self) -> bool:
        return self.document.open

    @property
    def idle(self) -> bool:
        return not self.document.drawing

    def extent(self) -> Extents:
        return Extents(self.document.canvas, self.layer.box, self.document.selection)

    def read(self, box: Box) -> Pixels:
        return self.layer.pixels.crop(box.inside(self.layer.box))

    def selection(self, box: Box) -> Pixels | None:
        chosen = self.document.selection
        if chosen is None:
            return None
        across, down = (range(box.x, box.right), range(box.y, box.bottom))
        rows = (
            bytes(
                255 * (chosen.x <= x < chosen.right and chosen.y <= y < chosen.bottom)
                for x in across
            )
            for y in down
        )
        return Pixels(box.extent, PixelFormat("G", "u8", linear=True), b"".join(rows))

    def resolve(self, settings: Settings) -> Resolved:
        return Resolved(settings, self._pictures, layer_name(settings))

    def add_layer(self, settings: Settings, name: str, box: Box, pixels: Pixels) -> None:
        self.made = Layer(name, box, pixels, settings)
        layers = self.document.layers
        if self.document.open:
            layers.insert(layers.index(self.layer) + 1, self.made)
        else:
            self.notes.append("The picture was closed.")
