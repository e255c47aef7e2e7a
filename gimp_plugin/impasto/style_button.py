"""A style that may be none, as a button with its picture: click it to choose another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bridge.errors import ImpastoError
from bridge.gallery import Gallery, Style
from bridge.texts import tr
from gi.repository import GdkPixbuf, GLib, Gtk, Pango
from pixbufs import show_sharp
from style_chooser import StyleChooser

_SIDE = 40
"""Pixels of the picture on the button."""

_RESET = 42
"""Pixels that the rows above and below keep for a button at their end."""


class StyleButton:
    """The button, and the styles in a popover."""

    def __init__(
        self,
        label: str,
        gallery: Gallery,
        styles: Callable[[], list[Style]],
        choose: Callable[[Style | None], None],
        failed: Callable[[ImpastoError], None],
    ) -> None:
        """Make it.

        Args:
            label: what the style is for.
            gallery, styles, failed: as of :class:`StyleChooser`.
            choose: called with what a person chose.
        """
        self._choose = choose
        self._path: Path | None = None
        self._chooser = StyleChooser(gallery, styles, self._chosen, failed)
        self._image = Gtk.Image()
        self._name = Gtk.Label(xalign=0, ellipsize=Pango.EllipsizeMode.END)
        self._popover = Gtk.Popover()
        self._none = Gtk.Button(label=tr("None"))
        self.widget = self._build(label)

    def show(self, path: Path | None) -> None:
        """Show the picture of a style."""
        self._chooser.show(path)
        self._none.set_sensitive(path is not None)
        self._name.set_text(path.stem if path else tr("None"))
        if path == self._path:
            return
        self._path = path
        self._image.clear()
        if path is not None:
            side = _SIDE * self._image.get_scale_factor()
            try:
                picture = GdkPixbuf.Pixbuf.new_from_file_at_scale(str(path), side, side, True)
            except GLib.Error:
                return
            show_sharp(self._image, picture)

    def _build(self, label: str) -> Gtk.Box:
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, margin=8)
        self._none.connect("clicked", lambda _: self._chosen(None))
        box.pack_start(self._none, False, False, 0)
        box.pack_start(self._chooser.widget, True, True, 0)
        box.set_size_request(380, 380)
        box.show_all()
        self._popover.add(box)
        self._popover.connect("show", lambda _: self._chooser.fill())
        inside = Gtk.Box(spacing=8)
        inside.add(self._image)
        inside.pack_start(self._name, True, True, 0)
        button = Gtk.MenuButton(popover=self._popover)
        button.add(inside)
        button.get_accessible().set_name(label)
        row = Gtk.Box(homogeneous=True, margin_end=_RESET)
        row.add(Gtk.Label(label=label, xalign=0))
        row.add(button)
        return row

    def _chosen(self, style: Style | None) -> None:
        self._popover.popdown()
        self._choose(style)
