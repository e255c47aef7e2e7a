"""Pixels out of Gegl's buffers and into them. Babl converts between their format and ours."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.contract.geometry import Box, Extent
from bridge.contract.pixels import MASK, PixelFormat, Pixels
from gi.repository import Gegl, Gimp

_BABL = {
    PixelFormat("RGB", "u8"): "R'G'B' u8",
    PixelFormat("RGB", "f32"): "R'G'B' float",
    PixelFormat("RGBA", "u8"): "R'G'B'A u8",
    PixelFormat("RGBA", "f32"): "R'G'B'A float",
    PixelFormat("G", "u8"): "Y' u8",
    PixelFormat("G", "f32"): "Y' float",
    PixelFormat("GA", "u8"): "Y'A u8",
    PixelFormat("GA", "f32"): "Y'A float",
    MASK: "Y u8",
}
"""Babl's names. A name without a space means sRGB, which is what the networks were trained on."""

_TRANSFER = 1 << 28
"""Bytes that go through Gegl at a time; from 2 GiB on its own counts overflow."""


def format_of(layer: Gimp.Layer, depth: str, box: Box) -> PixelFormat:
    """The format for a box of a layer, in its own coordinates: with alpha only where there is any.

    To add an opaque one to 8 bits of RGB, Babl first looks for the best way for 0.4 s.
    """
    if layer.is_gray():
        return PixelFormat("GA", depth)
    whole = Box.of(Extent(layer.get_width(), layer.get_height()))
    opaque = not layer.has_alpha() and _covers(whole, box)
    return PixelFormat("RGB" if opaque else "RGBA", depth)


def read(buffer: Gegl.Buffer, box: Box, format: PixelFormat) -> Pixels:
    """Pixels of a box, in the buffer's own coordinates; nothing is where the buffer is not."""
    data = b"".join(
        buffer.get(band, 1.0, _BABL[format], Gegl.AbyssPolicy.NONE) for band in _bands(box, format)
    )
    return Pixels(box.extent, format, data)


def read_small(buffer: Gegl.Buffer, box: Box, format: PixelFormat, extent: Extent) -> Pixels:
    """The same box in fewer pixels, of its own proportions but for rounding."""
    known = buffer.get_extent()
    # Where the buffer goes on to its edge, a scaled pixel may reach beyond it.
    covered = _covers(Box(known.x, known.y, known.width, known.height), box)
    edge = Gegl.AbyssPolicy.CLAMP if covered else Gegl.AbyssPolicy.NONE
    scale = extent.long_side / box.extent.long_side
    place = Gegl.Rectangle.new(round(box.x * scale), round(box.y * scale), *extent)
    return Pixels(extent, format, buffer.get(place, scale, _BABL[format], edge))


def write(drawable: Gimp.Drawable, pixels: Pixels, x: int = 0, y: int = 0) -> None:
    """Fill the drawable from a corner on: the whole of it, where the pixels are as many."""
    buffer = drawable.get_buffer()
    _fill(buffer, Box(x, y, *pixels.extent), pixels)
    buffer.flush()
    drawable.update(x, y, *pixels.extent)


def buffer_of(box: Box, mask: Pixels) -> Gegl.Buffer:
    """A buffer of its own that holds a mask in a box."""
    buffer = Gegl.Buffer.new(_BABL[MASK], *box)
    _fill(buffer, box, mask)
    return buffer


def opaque(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """The colours of pixels that have an alpha, without it, and the alpha as a mask."""
    box, format = Box.of(pixels.extent), pixels.format
    buffer = Gegl.Buffer.new(_BABL[format], *box)
    _fill(buffer, box, pixels)
    colors = read(buffer, box, PixelFormat(format.channels.removesuffix("A"), format.depth))
    alpha = b"".join(
        buffer.get(band, 1.0, "A u8", Gegl.AbyssPolicy.NONE) for band in _bands(box, format)
    )
    return colors, Pixels(pixels.extent, MASK, alpha)


def stretched(mask: Pixels, extent: Extent) -> Pixels:
    """A mask in another size."""
    if extent == mask.extent:
        return mask
    aside = Gimp.Image.new(*mask.extent, Gimp.ImageBaseType.GRAY)
    kind, mode = Gimp.ImageType.GRAY_IMAGE, Gimp.LayerMode.NORMAL
    layer = Gimp.Layer.new(aside, "", *mask.extent, kind, 100.0, mode)
    aside.insert_layer(layer, None, 0)
    write(layer, mask)
    layer.scale(*extent, False)
    found = read(layer.get_buffer(), Box.of(extent), MASK)
    aside.delete()
    return found


def _covers(whole: Box, part: Box) -> bool:
    return whole.intersect(part) == part


def _fill(buffer: Gegl.Buffer, box: Box, pixels: Pixels) -> None:
    start = 0
    for band in _bands(box, pixels.format):
        end = start + band.width * band.height * pixels.format.bytes_per_pixel
        buffer.set(band, _BABL[pixels.format], pixels.data[start:end])
        start = end


def _bands(box: Box, format: PixelFormat) -> Iterator[Gegl.Rectangle]:
    """The box from top to bottom in as many rows as one transfer takes."""
    rows = max(1, _TRANSFER // (box.width * format.bytes_per_pixel))
    for y in range(box.y, box.bottom, rows):
        yield Gegl.Rectangle.new(box.x, y, box.width, min(rows, box.bottom - y))
