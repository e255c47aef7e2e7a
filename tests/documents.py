"""Documents of a program without windows: layers from the bottom up, in RGBA of 8 bits."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from PIL import Image

from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import MASK, PixelFormat, Pixels
from core.bridge.session.record import Record
from tests import pictures

RGBA = PixelFormat("RGBA", "u8")
_numbers = count(1)


@dataclass(eq=False)
class Layer:
    """A layer, and how it was painted, if it was."""

    name: str
    box: Box
    pixels: Pixels
    record: Record[None] | None = None
    number: str = field(default_factory=lambda: str(next(_numbers)))

    def read(self, box: Box) -> Pixels:
        return self.pixels.crop(box)

    def small(self, extent: Extent) -> Pixels:
        return resized(self.pixels, extent)


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


def resized(pixels: Pixels, extent: Extent) -> Pixels:
    """A picture or a mask in another size."""
    mode = "L" if pixels.format == MASK else "RGBA"
    image = Image.frombytes(mode, pixels.extent, bytes(pixels.data)).resize(extent)
    return Pixels(extent, pixels.format, image.tobytes())
