"""The dialog's right side: styles and few knobs first, then where to paint, then all the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import choices
from arguments import set_arguments
from bridge.errors import ImpastoError
from bridge.gallery import Gallery, Style
from bridge.paths import Installation
from bridge.presets import Presets
from bridge.settings import Settings
from bridge.texts import tr
from entries import COLOR, LABEL_LAYER, Entry
from gi.repository import Gimp, GimpUi, GLib, GObject, Gtk
from host import GimpHost
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
        entry: Entry,
        config: Gimp.ProcedureConfig,
        host: GimpHost,
        estimate: Callable[[Settings], float | None],
        turned: Callable[[bool], None],
        failed: Callable[[ImpastoError], None],
    ) -> None:
        """Make it.

        Args:
            dialog: makes GIMP's own widgets.
            entry, config: the procedure, and its arguments.
            host: what is painted on.
            estimate: tells the seconds that settings will take, None where that is unknown.
            turned: called with whether the page that says where is on top.
            failed: called with what is wrong.
        """
        self._dialog, self._entry, self._config, self._host = dialog, entry, config, host
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
        self._quality = QualityRow(self.set, estimate)
        self._presets = PresetMenu(Presets(installation), self.settings, self._load, failed)
        self.widget = self._build(turned)
        self._begin_with_a_style()
        if entry is COLOR:
            config.connect("notify::library", lambda *_: self._choose_library())

    def settings(self) -> Settings:
        """What the knobs say. Raises BadInput for a file that is not on this computer."""
        return self._entry.settings(self._config, self._host)

    def set(self, values: Mapping[str, Any]) -> None:
        """Change some of the settings."""
        changed = [knob for knob in self._entry.knobs if knob.name in values]
        set_arguments(self._config, changed, replace(self.settings(), **values))

    def show(self, settings: Settings) -> None:
        """Show settings where GIMP's own widgets don't. Raises BadInput where they can't be."""
        self._styles.show(choices.shown(self._gallery, settings, "style"))
        self._background.show(choices.shown(self._gallery, settings, "background_style"))
        self._mix.show(*choices.mixed(self._gallery, settings))
        self._quality.show(settings)

    def _build(self, turned: Callable[[bool], None]) -> Gtk.Notebook:
        book, knobs = Gtk.Notebook(hexpand=True), self._entry.shown(self._host)
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
        if named(self._entry.shown(self._host), ("mix",)):
            page.pack_start(self._mix.widget, False, False, 0)
        page.pack_start(self._knobs(FIRST), False, False, 0)
        page.pack_start(self._quality.widget, False, False, 0)
        return page

    def _build_where(self) -> Gtk.Box:
        page = self._knobs(WHERE)
        if named(self._entry.shown(self._host), ("background_style",)):
            page.pack_start(self._background.widget, False, False, 0)
            page.reorder_child(self._background.widget, _BELOW_THE_SELECTION)
        if self._entry.labels:
            labels = self._dialog.get_widget(LABEL_LAYER, GObject.TYPE_NONE)
            page.pack_start(labels, False, False, 0)
        return page

    def _knobs(self, names: Sequence[str]) -> Gtk.Box:
        return make_knobs(self._dialog, self._config, named(self._entry.shown(self._host), names))

    def _begin_with_a_style(self) -> None:
        """Somebody who opens the dialog for the first time sees at once what it does."""
        styles, settings = self._gallery.styles(), self.settings()
        if styles and not settings.styled("style") and not settings.library:
            self._choose("style")(styles[0])

    def _choosable(self, region: str) -> list[Style]:
        if self._entry is COLOR:  # pastiche knows styles, but no pictures to colour from
            return self._gallery.styles()
        if region == "style":
            return choices.all_styles(self._gallery)
        return choices.background_styles(self._gallery, self.settings())

    def _choose(self, region: str) -> Callable[[Style | None], None]:
        return lambda style: self.set(choices.chosen(style, self.settings(), region))

    def _mixed(self, style: Style | None, share: float) -> None:
        self.set(choices.mixing(style, share, self.settings()))

    def _choose_library(self) -> None:
        """Where a library is to choose from, nothing is chosen yet."""
        if self._config.get_property("library") is not None:
            self.set({"style": ""})

    def _load(self, settings: Settings) -> None:
        set_arguments(self._config, self._entry.knobs, settings)


def _tab(text: str) -> Gtk.Label:
    label = Gtk.Label(label=text, use_underline=True)
    label.show()
    return label
