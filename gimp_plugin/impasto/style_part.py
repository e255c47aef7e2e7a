"""The style's picture, to drag out the part of it that is to be taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.contract.geometry import Box, Extent
from bridge.i18n.texts import tr
from bridge.session import panel
from bridge.session.cropping import Drag, fitted, marked
from bridge.session.styles import CROP
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk
from opened import renditions
from pages import reset_button
from pixbufs import over_checks
from widgets import beside
from widgets import label as words

_ROOM = Extent(260, 140)
"""Pixels that the picture has at most."""

_SHADE, _FRAME = 0x00000096, 0xFFFFFFFF
"""What lies over the part that is not taken, and around the one that is; RGBA."""


class StylePart:
    """What it is, the picture, and a button that takes all of it again."""

    def __init__(self, chosen: Callable[[str], object], column: Gtk.SizeGroup) -> None:
        """Make it.

        Args:
            chosen: called with the part, as the setting has it, while it is dragged.
            column: of what stands at the left of the page's rows.
        """
        self._chosen = chosen
        self._path: Path | None = None
        self._picture: GdkPixbuf.Pixbuf | None = None
        self._part = ""
        self._drag: Drag | None = None
        knob = panel.knob(CROP)
        head = words(tr(knob.label))
        column.add_widget(head)
        self._image = Gtk.Image(halign=Gtk.Align.START, valign=Gtk.Align.START)
        self._events = Gtk.EventBox(halign=Gtk.Align.START, tooltip_text=tr(knob.help))
        self._events.get_accessible().set_name(tr(knob.label))
        self._events.add(self._image)
        self._listen()
        self._reset = reset_button(lambda: chosen(""))
        self.widget = beside(head, self._events, self._reset, grows=self._events)

    def show(self, path: Path | None, part: str) -> None:
        """Show a part of a picture; all of it if the part is empty."""
        if path != self._path:
            self._path, self._drag = path, None
            self._picture = None if path is None else _small(path)
        elif part == self._part:
            return
        self._part = part
        self._reset.set_sensitive(bool(part))
        if self._picture is None:
            self._image.clear()
        else:
            self._image.set_from_pixbuf(_marked(self._picture, part))

    def _listen(self) -> None:
        masks = Gdk.EventMask
        self._events.add_events(
            masks.BUTTON_PRESS_MASK | masks.BUTTON_RELEASE_MASK | masks.BUTTON1_MOTION_MASK
        )
        self._events.connect("button-press-event", self._press)
        self._events.connect("motion-notify-event", self._move)
        self._events.connect("button-release-event", self._release)

    def _press(self, _: Gtk.Widget, event: Any) -> bool:
        if self._picture is None or event.button != Gdk.BUTTON_PRIMARY:
            return False
        shown = Box(0, 0, self._picture.get_width(), self._picture.get_height())
        self._drag = Drag(shown, event.x, event.y)
        return True

    def _move(self, _: Gtk.Widget, event: Any) -> bool:
        if self._drag is None:
            return False
        part = self._drag.at(event.x, event.y)
        if part != self._part:
            self._chosen(part)
        return True

    def _release(self, widget: Gtk.Widget, event: Any) -> bool:
        moved = self._move(widget, event)
        self._drag = None
        return moved


def _small(path: Path) -> GdkPixbuf.Pixbuf | None:
    """A picture as large as there is room; None where there is none to show."""
    try:
        found = GdkPixbuf.Pixbuf.new_from_file(str(renditions().known(path)))
    except GLib.Error:
        return None
    turned = found.apply_embedded_orientation() or found
    size = fitted(Extent(turned.get_width(), turned.get_height()), _ROOM).extent
    return over_checks(turned.scale_simple(*size, GdkPixbuf.InterpType.BILINEAR))


def _marked(picture: GdkPixbuf.Pixbuf, part: str) -> GdkPixbuf.Pixbuf:
    """The picture with what is not taken in the shade."""
    whole = Extent(picture.get_width(), picture.get_height())
    box = marked(part, Box.of(whole))
    if box is None:
        return picture
    made = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, True, 8, *whole)
    made.fill(_SHADE)
    frame = box.grow(1).intersect(Box.of(whole))
    made.new_subpixbuf(*frame).fill(_FRAME)
    made.new_subpixbuf(*box).fill(0)
    shown = picture.copy()
    made.composite(shown, 0, 0, *whole, 0, 0, 1, 1, GdkPixbuf.InterpType.NEAREST, 255)
    return shown
