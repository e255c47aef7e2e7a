"""Where a new style may come from: files, a folder, a layer, the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.contract.errors import BadInput, ImpastoError
from bridge.contract.pixels import Pixels
from bridge.i18n.texts import tr
from bridge.session.gallery import Style
from bridge.session.shelf import PATTERNS, Shelf
from gi.repository import Gdk, GdkPixbuf, Gimp, GimpUi, Gio, Gtk
from layers import box_of
from opened import SIDE
from pixbufs import to_pixbuf
from seen import seen
from widgets import told


class StyleSources:
    """Asks for pictures and puts them into the gallery."""

    def __init__(self, shelf: Shelf, added: Callable[[Style], object]) -> None:
        """Make the button; ``added`` is called with the last new style."""
        self._shelf = shelf
        self._added = added
        self.widget = self._build()

    def add_paths(self, paths: list[Path]) -> None:
        """Files, and folders with all their pictures."""
        self._shelf.add(paths, self._added)

    def _build(self) -> Gtk.MenuButton:
        menu = Gtk.Menu()
        for text, action in (
            (tr("Picture _files…"), self._ask_files),
            (tr("All pictures of a f_older…"), self._ask_folder),
            (tr("A _layer…"), self._ask_layer),
            (tr("The _clipboard"), self._take_clipboard),
        ):
            item = Gtk.MenuItem(label=text, use_underline=True)
            item.connect("activate", lambda _, act=action: act())
            menu.append(item)
        menu.show_all()
        button = Gtk.MenuButton(popup=menu)
        button.add(Gtk.Image.new_from_icon_name(GimpUi.ICON_LIST_ADD, Gtk.IconSize.BUTTON))
        told(button, tr("Add styles"))
        button.set_tooltip_text(tr("Add pictures of your own; or drop them on the styles"))
        return button

    def _ask_files(self) -> None:
        title, action = tr("Add styles"), Gtk.FileChooserAction.OPEN
        chooser = Gtk.FileChooserDialog(title=title, action=action, select_multiple=True)
        pictures = Gtk.FileFilter()
        pictures.set_name(tr("Pictures"))
        pictures.add_pixbuf_formats()
        for pattern in PATTERNS:
            pictures.add_pattern(pattern)
            pictures.add_pattern(pattern.upper())
        chooser.add_filter(pictures)
        self._ask_paths(chooser)

    def _ask_folder(self) -> None:
        title, action = tr("Add all pictures of a folder"), Gtk.FileChooserAction.SELECT_FOLDER
        self._ask_paths(Gtk.FileChooserDialog(title=title, action=action))

    def _ask_paths(self, chooser: Gtk.FileChooserDialog) -> None:
        if self._agreed(chooser):
            self.add_paths([Path(name) for name in chooser.get_filenames()])
        chooser.destroy()

    def _ask_layer(self) -> None:
        dialog = Gtk.Dialog(title=tr("Add a layer as a style"))
        combo = GimpUi.LayerComboBox.new(None)
        combo.set_property("margin", 12)
        dialog.get_content_area().add(combo)
        combo.show()
        agreed = self._agreed(dialog)
        found, layer = combo.get_active()
        dialog.destroy()
        if agreed and found:
            self._take_layer(Gimp.Layer.get_by_id(layer))

    def _agreed(self, dialog: Gtk.Dialog) -> bool:
        """Ask for something to add."""
        dialog.set_transient_for(self.widget.get_toplevel())
        dialog.set_modal(True)
        dialog.add_button(tr("_Cancel"), Gtk.ResponseType.CANCEL)
        dialog.add_button(tr("_Add"), Gtk.ResponseType.ACCEPT)
        dialog.set_default_response(Gtk.ResponseType.ACCEPT)
        return bool(dialog.run() == Gtk.ResponseType.ACCEPT)

    def _take_layer(self, layer: Gimp.Layer) -> None:
        try:
            picture = _png(to_pixbuf(taken(layer)))
        except ImpastoError as error:
            self._shelf.failed(error)
            return
        self._shelf.add_picture(layer.get_name(), picture, self._added)

    def _take_clipboard(self) -> None:
        picture = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_image()
        if picture is None:
            self._shelf.failed(BadInput("There is no picture in the clipboard: copy one first."))
            return
        self._shelf.add_picture(tr("From the clipboard"), _png(picture), self._added)


def taken(layer: Gimp.Layer) -> Pixels:
    """What is seen of a layer, as a picture to paint like."""
    whole = box_of(layer)
    with seen(layer) as shown:
        return shown.read_small(whole, whole.extent.within(SIDE))


def take_drops(widget: Gtk.Widget, take: Callable[[list[Path]], None]) -> None:
    """Let files and folders be dropped on a widget."""

    def dropped(*event: Any) -> None:
        paths = (Gio.File.new_for_uri(uri).get_path() for uri in event[4].get_uris())
        take([Path(path) for path in paths if path])

    widget.drag_dest_set(Gtk.DestDefaults.ALL, [], Gdk.DragAction.COPY)
    widget.drag_dest_add_uri_targets()
    widget.connect("drag-data-received", dropped)


def _png(picture: GdkPixbuf.Pixbuf) -> bytes:
    _, data = picture.save_to_bufferv("png", [], [])
    return bytes(data)
