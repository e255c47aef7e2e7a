"""Pixels as GTK shows them. No cairo: GIMP's Python has it on some systems only."""

from __future__ import annotations

from bridge.geometry import Box, Extent
from bridge.pixels import MASK, PixelFormat, Pixels
from gi.repository import GdkPixbuf, GLib, Gtk

_CHECK, _DARK, _LIGHT = 8, 0x666666, 0x999999
"""The checks that show through what is transparent: GIMP's own, in pixels and RGB."""

_VEIL = (255, 40, 40, 0)
_THIN = bytes((255 - value) * 6 // 10 for value in range(256))
"""Of a veil: its colour, and how opaque it is for each value of a mask."""


def to_pixbuf(pixels: Pixels) -> GdkPixbuf.Pixbuf:
    """A picture of 8 bits, grey or RGB, with alpha or without."""
    (width, height), channels = pixels.extent, len(pixels.format.channels)
    data = _colored(pixels.data) if pixels.format.channels == "GA" else pixels.data
    channels = 4 if channels == 2 else channels
    return GdkPixbuf.Pixbuf.new_from_bytes(
        GLib.Bytes.new(bytes(data)),
        GdkPixbuf.Colorspace.RGB,
        channels == 4,
        8,
        width,
        height,
        width * channels,
    )


def over_checks(picture: GdkPixbuf.Pixbuf) -> GdkPixbuf.Pixbuf:
    """The same without alpha."""
    if not picture.get_has_alpha():
        return picture
    return picture.composite_color_simple(
        picture.get_width(),
        picture.get_height(),
        GdkPixbuf.InterpType.NEAREST,
        255,
        _CHECK,
        _LIGHT,
        _DARK,
    )


def laid_over(top: GdkPixbuf.Pixbuf, below: GdkPixbuf.Pixbuf) -> GdkPixbuf.Pixbuf:
    """A copy of the one below with the other over it, stretched to cover it."""
    result = below.copy()
    width, height = below.get_width(), below.get_height()
    scale_x, scale_y = width / top.get_width(), height / top.get_height()
    top.composite(
        result, 0, 0, width, height, 0, 0, scale_x, scale_y, GdkPixbuf.InterpType.BILINEAR, 255
    )
    return result


def placed(picture: GdkPixbuf.Pixbuf, box: Box, opacity: Pixels) -> GdkPixbuf.Pixbuf:
    """A picture stretched over a box of a larger one, which is as opaque as a mask of its size."""
    whole = empty(opacity.extent)
    x, y, width, height = box.intersect(Box.of(opacity.extent))
    fitted = picture.scale_simple(width, height, GdkPixbuf.InterpType.BILINEAR)
    fitted.copy_area(0, 0, width, height, whole, x, y)
    data = bytearray(whole.get_pixels())
    data[3::4] = opacity.data
    return to_pixbuf(Pixels(opacity.extent, PixelFormat("RGBA", "u8"), bytes(data)))


def opacity(pixels: Pixels) -> Pixels:
    """The alpha of a picture of 8 bits as a mask."""
    count = len(pixels.format.channels)
    return Pixels(pixels.extent, MASK, pixels.data[count - 1 :: count])


def veiled(picture: GdkPixbuf.Pixbuf, kept: Pixels) -> GdkPixbuf.Pixbuf:
    """The picture under a red veil where a mask is not, as GIMP's quick mask has it."""
    data = bytearray(_VEIL) * kept.extent.area
    data[3::4] = kept.data.translate(_THIN)
    return laid_over(
        to_pixbuf(Pixels(kept.extent, PixelFormat("RGBA", "u8"), bytes(data))), picture
    )


def empty(extent: Extent) -> GdkPixbuf.Pixbuf:
    """A picture that is transparent everywhere."""
    made = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, True, 8, *extent)
    made.fill(0)
    return made


def show_sharp(image: Gtk.Image, picture: GdkPixbuf.Pixbuf) -> None:
    """Show a picture that was made for the screen's own pixels, which may be denser than GTK's."""
    dense = image.get_scale_factor()
    if dense == 1:
        image.set_from_pixbuf(picture)
        return
    # A pixbuf is always shown a logical pixel for each of its own; an icon is not.
    image.set_from_gicon(picture, Gtk.IconSize.DIALOG)
    image.set_pixel_size(max(picture.get_width(), picture.get_height()) // dense)


def _colored(data: bytes | bytearray) -> bytes:
    """Grey and alpha as RGBA."""
    result = bytearray(2 * len(data))
    for channel in range(3):
        result[channel::4] = data[0::2]
    result[3::4] = data[1::2]
    return bytes(result)
