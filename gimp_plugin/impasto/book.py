"""The dialog's right side: styles and few knobs first, then where to paint, then all the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import choices
from bridge.errors import ImpastoError
from bridge.gallery import Gallery, Style
from bridge.paths import Installation
from bridge.presets import Presets
from bridge.settings import Settings
from bridge.texts import tr
from call import Call
from entries import COLOR, LABEL_LAYER
from gi.repository import GimpUi, GLib, GObject, Gtk
from mix_row import MixRow
from pages import FIRST, WHERE, make_knobs, named, scrolled
from preset_menu import PresetMenu
from quality import QualityRow
from style_button import StyleButton
from style_chooser import StyleChooser

_WHERE_PAGE = 1

_BELOW_THE_SELECTION = 3
"""The background's place among the knobs that say where."""


class Book:
    """Every knob of an entry, in three pages; what a person does goes into the call's arguments."""

    def __init__(
        self,
        dialog: GimpUi.ProcedureDialog,
        call: Call,
        estimate: Callable[[Settings], float | None],
        turned: Callable[[bool], None],
        failed: Callable[[ImpastoError], None],
    ) -> None:
        """Make it.

        Args:
            dialog: makes GIMP's own widgets.
            call: what is asked for.
            estimate: tells the seconds that settings will take, None where that is unknown.
            turned: called with whether the page that says where is on top.
            failed: called with what is wrong.
        """
        self._dialog, self._call = dialog, call
        installation = Installation.here()
        gallery = self._gallery = Gallery(installation)
        others = partial(self._choosable, "background_style")
        self._styles = StyleChooser(
            gallery, partial(self._choosable, "style"), self._choose("style"), failed
        )
        self._background = StyleButton(
            tr("Background"), gallery, others, self._choose("background_style"), failed
        )
        self._mix = MixRow(gallery, others, self._mixed, failed)
        self._quality = QualityRow(call.set, estimate)
        self._presets = PresetMenu(Presets(installation), call.settings, call.load, failed)
        self.widget = self._build(turned)
        if call.entry is COLOR:
            call.config.connect("notify::library", lambda *_: self._choose_library())

    def show(self, settings: Settings) -> None:
        """Show settings where GIMP's own widgets don't. Raises BadInput where they can't be."""
        self._styles.show(choices.shown(self._gallery, settings, "style"))
        self._background.show(choices.shown(self._gallery, settings, "background_style"))
        self._mix.show(*choices.mixed(self._gallery, settings))
        self._quality.show(settings)

    def _build(self, turned: Callable[[bool], None]) -> Gtk.Notebook:
        book, knobs = Gtk.Notebook(hexpand=True), self._call.knobs
        shown = ("style", "background_style", *FIRST, *WHERE)
        others = [knob.name for knob in knobs if knob.name not in shown]
        book.append_page(self._build_first(), _tab(tr("St_yle")))
        book.append_page(scrolled(self._build_where()), _tab(tr("_Where")))
        book.append_page(scrolled(self._knobs(others)), _tab(tr("_Advanced")))
        book.set_action_widget(self._presets.widget, Gtk.PackType.END)
        self._presets.widget.show_all()

        def tell() -> bool:
            turned(book.get_current_page() == _WHERE_PAGE)
            return GLib.SOURCE_REMOVE

        book.connect_after("switch-page", lambda *_: GLib.idle_add(tell))
        return book

    def _build_first(self) -> Gtk.Box:
        page = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12, margin=12)
        page.pack_start(self._styles.widget, True, True, 0)
        if named(self._call.knobs, ("mix",)):
            page.pack_start(self._mix.widget, False, False, 0)
        page.pack_start(self._knobs(FIRST), False, False, 0)
        page.pack_start(self._quality.widget, False, False, 0)
        return page

    def _build_where(self) -> Gtk.Box:
        page = self._knobs(WHERE)
        if named(self._call.knobs, ("background_style",)):
            page.pack_start(self._background.widget, False, False, 0)
            page.reorder_child(self._background.widget, _BELOW_THE_SELECTION)
        if self._call.entry.labels:
            labels = self._dialog.get_widget(LABEL_LAYER, GObject.TYPE_NONE)
            page.pack_start(labels, False, False, 0)
        return page

    def _knobs(self, names: Sequence[str]) -> Gtk.Box:
        return make_knobs(self._dialog, self._call.config, named(self._call.knobs, names))

    def _choosable(self, region: str) -> list[Style]:
        if self._call.entry is COLOR:  # pastiche knows styles, but no pictures to colour from
            return self._gallery.styles()
        if region == "style":
            return choices.all_styles(self._gallery)
        return choices.background_styles(self._gallery, self._call.settings())

    def _choose(self, region: str) -> Callable[[Style | None], None]:
        return lambda style: self._call.set(choices.chosen(style, self._call.settings(), region))

    def _mixed(self, style: Style | None, share: float) -> None:
        self._call.set(choices.mixing(style, share, self._call.settings()))

    def _choose_library(self) -> None:
        """Where a library is to choose from, nothing is chosen yet."""
        if self._call.config.get_property("library") is not None:
            self._call.set({"style": ""})


def _tab(text: str) -> Gtk.Label:
    label = Gtk.Label(label=text, use_underline=True)
    label.show()
    return label
