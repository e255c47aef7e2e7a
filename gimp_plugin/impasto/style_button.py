"""A style that may be none, as a button with its picture: click it to choose another."""

from __future__ import annotations

from pathlib import Path

from bridge.contract.settings import Settings
from bridge.i18n.texts import tr
from bridge.session.called import file_title
from bridge.session.choice import Choice
from bridge.session.gallery import Style
from bridge.storage.paths import Installation
from gi.repository import Gtk, Pango
from pages import reset_button
from pixbufs import show_file
from style_chooser import StyleChooser
from style_sources import take_drops
from widgets import beside
from widgets import label as words

_SIDE = 40
"""Pixels of the picture on the button."""


class StyleButton:
    """What it is for, the button, and one that takes the style away; the styles in a popover."""

    def __init__(
        self,
        choice: Choice,
        place: str,
        label: str,
        column: Gtk.SizeGroup,
        head: Gtk.Widget | None = None,
        none: str = "",
    ) -> None:
        """Make it.

        Args:
            choice: what there is for it, and who is told what was chosen.
            place: where the style is to come.
            label: what the style is for.
            column: of what stands at the left of the page's rows.
            head: shows what it is for, where that is more than the label.
            none: what the button says where there is no style.
        """
        self._choice, self._place = choice, place
        self._none = none or tr("None")
        self._path: Path | None = None
        self._chooser: StyleChooser | None = None
        self._image = Gtk.Image(no_show_all=True)
        self._name = words(self._none, ellipsize=Pango.EllipsizeMode.END)
        self._popover = Gtk.Popover()
        self._reset = reset_button(lambda: self._chosen(None))
        self._reset.set_sensitive(False)
        head = head or words(label)
        column.add_widget(head)
        self.widget = self._build(label, head)

    def show(self, settings: Settings) -> None:
        """Show the picture of what settings name for its place."""
        path = self._choice.shown(self._place, settings)
        if path == self._path:
            return
        self._path = path
        if self._chooser is not None:
            self._chooser.show(path)
        self._reset.set_sensitive(path is not None)
        gallery = Installation.here().gallery
        self._name.set_text(file_title(str(path), gallery) if path else self._none)
        self._image.set_visible(path is not None)
        if path is not None:
            show_file(self._image, path, _SIDE)

    def _build(self, label: str, head: Gtk.Widget) -> Gtk.Box:
        self._popover.connect("show", lambda _: self._open().fill())
        inside = beside(self._image, self._name, grows=self._name, spacing=8)
        button = Gtk.MenuButton(popover=self._popover)
        button.add(inside)
        button.get_accessible().set_name(label)
        take_drops(button, lambda paths: self._open().add_paths(paths))
        return beside(head, button, self._reset, grows=button)

    def _open(self) -> StyleChooser:
        """The styles, made when they are first wanted: most of them never are."""
        if self._chooser is None:
            self._chooser = StyleChooser(self._choice, self._place, self._chosen)
            self._chooser.show(self._path)
            self._chooser.widget.set_property("margin", 8)
            self._chooser.widget.set_size_request(380, 380)
            self._chooser.widget.show_all()
            self._popover.add(self._chooser.widget)
        return self._chooser

    def _chosen(self, style: Style | None) -> None:
        self._popover.popdown()
        self._choice.choose(self._place, style)
