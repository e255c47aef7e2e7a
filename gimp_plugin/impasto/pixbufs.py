"""Pixels as GTK shows them. No cairo: GIMP's Python has it on some systems only."""

from __future__ import annotations

from pathlib import Path

from bridge.contract.geometry import Box, Extent
from bridge.contract.pixels import PixelFormat, Pixels
from bridge.session.view import View, in_color
from gi.repository import GdkPixbuf, GLib, Gtk
from opened import renditions

_CHECK, _DARK, _LIGHT = 8, 0x666666, 0x999999
"""The checks that show through what is transparent: GIMP's own, in pixels and RGB."""

_VEIL = (255, 40, 40)
_THIN = bytes((255 - value) * 6 // 10 for value in range(256))
"""Of a veil: its colour, and how opaque it is for each value of a mask."""

FADED = 0.35
"""How much is seen of a picture that is not true any more."""

Rectangle = tuple[float, float, float, float]
"""Where a picture lies in another one, in its pixels and parts of them: x, y, width and height."""


def to_pixbuf(pixels: Pixels) -> GdkPixbuf.Pixbuf:
    """A picture of 8 bits, grey or RGB, with alpha or without."""
    if pixels.format.channels != "RGB":
        pixels = in_color(pixels)
    (width, height), size = pixels.extent, pixels.format.bytes_per_pixel
    data, colors = GLib.Bytes.new(bytes(pixels.data)), GdkPixbuf.Colorspace.RGB
    made = GdkPixbuf.Pixbuf.new_from_bytes
    return made(data, colors, pixels.format.has_alpha, 8, width, height, width * size)


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


def stretched(
    picture: GdkPixbuf.Pixbuf, place: Rectangle, below: GdkPixbuf.Pixbuf
) -> GdkPixbuf.Pixbuf:
    """The one below, where nothing is seen any more of what the other is stretched over."""
    area, to = _into(picture, place, below)
    if area is not None:
        picture.scale(below, *area, *to, GdkPixbuf.InterpType.BILINEAR)
    return below


def laid_over(
    top: GdkPixbuf.Pixbuf, below: GdkPixbuf.Pixbuf, place: Rectangle | None = None
) -> GdkPixbuf.Pixbuf:
    """A copy of the one below with the other over it, stretched to cover it or a place in it."""
    result = below.copy()
    area, to = _into(top, place or (0, 0, below.get_width(), below.get_height()), below)
    if area is not None:
        top.composite(result, *area, *to, GdkPixbuf.InterpType.BILINEAR, 255)
    return result


def _into(
    top: GdkPixbuf.Pixbuf, place: Rectangle, below: GdkPixbuf.Pixbuf
) -> tuple[Box | None, Rectangle]:
    """The pixels of the one below that a stretched picture covers, and how it is stretched."""
    left, top_row, width, height = place
    whole = Box(0, 0, below.get_width(), below.get_height())
    x, y = round(left), round(top_row)
    area = Box(x, y, round(left + width) - x, round(top_row + height) - y).intersect(whole)
    return None if area.empty else area, (
        left,
        top_row,
        width / top.get_width(),
        height / top.get_height(),
    )


def faded(top: GdkPixbuf.Pixbuf, below: GdkPixbuf.Pixbuf, share: float = FADED) -> GdkPixbuf.Pixbuf:
    """A picture with what is below it showing through; by default as much as where it is not true
    any more."""
    result = below.copy()
    width, height = below.get_width(), below.get_height()
    opaque = round(255 * share)
    top.composite(result, 0, 0, width, height, 0, 0, 1, 1, GdkPixbuf.InterpType.NEAREST, opaque)
    return result


def veiled(picture: GdkPixbuf.Pixbuf, kept: Pixels, place: Rectangle) -> GdkPixbuf.Pixbuf:
    """The picture under a red veil where a mask is not, as GIMP's quick mask has it.

    The mask lies at a place in the picture; around it there is none.
    """
    red, green, blue = _VEIL
    tinted = bytearray((*_VEIL, 0)) * kept.extent.area
    tinted[3::4] = kept.data.translate(_THIN)
    part = to_pixbuf(Pixels(kept.extent, PixelFormat("RGBA"), bytes(tinted)))
    veil = empty(Extent(picture.get_width(), picture.get_height()))
    veil.fill(red << 24 | green << 16 | blue << 8 | _THIN[0])
    return laid_over(stretched(part, place, veil), picture)


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


def shown_before(view: View) -> GdkPixbuf.Pixbuf:
    """What is seen of the canvas."""
    return over_checks(to_pixbuf(view.before))


def shown_after(view: View, before: GdkPixbuf.Pixbuf) -> GdkPixbuf.Pixbuf:
    """What is seen of the canvas with all that comes over it; ``before``, without."""
    seen = before
    for patch in view.patches:
        seen = laid_over(to_pixbuf(patch.picture), seen, view.place(patch.place))
    return seen


def show_within(image: Gtk.Image, picture: GdkPixbuf.Pixbuf, side: int) -> None:
    """Show a picture that long."""
    dense = Extent(picture.get_width(), picture.get_height())
    scale = side * image.get_scale_factor() / dense.long_side
    size = (max(1, round(each * scale)) for each in dense)
    show_sharp(image, picture.scale_simple(*size, GdkPixbuf.InterpType.BILINEAR))


def show_file(image: Gtk.Image, path: Path, side: int) -> None:
    """Show a picture's file, no longer than that each way; or that there is none to show."""
    dense = side * image.get_scale_factor()
    try:
        shown = str(renditions().known(path))
        picture = GdkPixbuf.Pixbuf.new_from_file_at_scale(shown, dense, dense, True)
    except GLib.Error:
        image.set_from_icon_name("image-missing", Gtk.IconSize.DIALOG)
    else:
        show_sharp(image, picture)
