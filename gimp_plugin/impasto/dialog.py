"""The dialog: the picture before and after, the styles, a few knobs, and the painting itself.

It is GIMP's own for procedures, so that last values, saved settings, Reset and Filters ▸ Repeat are
as everywhere in GIMP; its knobs are those of bridge/settings.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gi

# ruff: noqa: E402  gi wants to hear versions before anything is imported from it.
for _name in ("Gdk", "GimpUi", "Gtk"):
    gi.require_version(_name, "3.0")

import choices
from arguments import set_arguments
from bridge.errors import ImpastoError
from bridge.gallery import Gallery, Style
from bridge.history import History
from bridge.paths import Installation
from bridge.presets import Presets
from bridge.settings import Settings
from bridge.texts import tr
from comparison import Comparison
from edit import EditHost
from entries import COLOR, LABEL_LAYER, Entry
from gi.repository import Gdk, Gimp, GimpUi, GLib, GObject, Gtk, Pango
from mix_row import MixRow
from notify import notify
from pages import FIRST, WHERE, make_knobs, named, scrolled
from painter import Painter
from pixbufs import laid_over, opacity, over_checks, to_pixbuf, veiled
from preset_menu import PresetMenu
from previewer import Preview, Previewer
from progress_page import ProgressPage, clock
from quality import QualityRow
from run import Run, region_extents
from small import SmallHost
from style_button import StyleButton
from style_chooser import StyleChooser
from trouble import TroubleBar

_ALWAYS = (Gtk.ResponseType.OK, Gtk.ResponseType.CANCEL)
"""The buttons that stay while a picture is painted, to keep it or to cancel."""

_WHERE_PAGE = 1
"""The page on which the picture shows what is painted, and what is not."""

_BELOW_THE_SELECTION = 3
"""The background's place among the knobs that say where."""

_LONG = 15.0
"""Seconds after which somebody who looks elsewhere is told that a painting is done."""

_TICK = 50
"""Milliseconds between two looks at whether the preview is the dialog's."""


class StyleDialog:
    """One dialog for one call."""

    def __init__(
        self,
        entry: Entry,
        procedure: Gimp.Procedure,
        config: Gimp.ProcedureConfig,
        image: Gimp.Image,
        layers: Sequence[Gimp.Layer],
    ) -> None:
        GimpUi.init(procedure.get_name())
        _load_css()
        self._entry, self._config = entry, config
        self._image, self._layers = image, layers
        installation = Installation.here()
        self._history = History(installation)
        first = entry.hosts(image, layers, config)[0]
        if isinstance(first, EditHost):
            set_arguments(config, entry.knobs, first.memory.settings)
            if first.memory.labels is not None:
                config.set_property(LABEL_LAYER, image.get_layer_by_tattoo(first.memory.labels))
        self._host, self._small = first, SmallHost(first)
        self._dialog = GimpUi.ProcedureDialog.new(procedure, config, entry.title)
        self._dialog.set_ok_label(tr("_Paint"))
        self._trouble = TroubleBar(self._look_again, lambda: self._set({"device": "auto"}))
        self._comparison = Comparison()
        self._spinner = Gtk.Spinner(no_show_all=True)
        self._note = Gtk.Label(xalign=0, ellipsize=Pango.EllipsizeMode.END)
        self._note.get_style_context().add_class("dim-label")
        gallery = self._gallery = Gallery(installation)
        self._styles = StyleChooser(
            gallery, lambda: self._choosable("style"), self._choose("style"), self._trouble.say
        )
        self._background = StyleButton(
            tr("Background"),
            gallery,
            lambda: self._choosable("background_style"),
            self._choose("background_style"),
            self._trouble.say,
        )
        self._mix = MixRow(
            gallery,
            lambda: self._choosable("background_style"),
            lambda style, share: self._set(choices.mixing(style, share, self.settings())),
            self._trouble.say,
        )
        self._quality = QualityRow(self._set, self._estimate)
        self._presets = PresetMenu(
            Presets(installation), self.settings, self._load, self._trouble.say
        )
        self._progress = ProgressPage()
        self._preview: Preview | None = None
        self._stale = False
        self._book = Gtk.Notebook(hexpand=True)
        self._right = Gtk.Stack(transition_type=Gtk.StackTransitionType.CROSSFADE)
        self._build()
        self._begin_with_a_style()
        self._previewer = Previewer(self._small, self.settings, self._show, self._trouble.say)
        if entry is COLOR:
            config.connect("notify::library", lambda *_: self._choose_library())
        config.connect("notify", lambda *_: self._moved())
        self._changed()

    def settings(self) -> Settings:
        """What the dialog says. Raises BadInput for a file that is not on this computer."""
        return self._entry.settings(self._config, self._host)

    def run(self) -> list[Gimp.Layer] | None:
        """Let a person choose, then paint; None where it was cancelled."""
        try:
            while self._dialog.run():
                painted = self._paint()
                if painted:
                    return painted
            return None
        finally:
            self._previewer.close()
            self._dialog.destroy()

    def _build(self) -> None:
        left = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        left.pack_start(self._comparison.widget, True, True, 0)
        left.pack_start(self._build_bar(), False, False, 0)
        self._right.set_size_request(420, -1)
        self._right.set_hexpand(False)  # what grows with the dialog is the picture
        self._right.add_named(self._build_pages(), "knobs")
        self._right.add_named(self._progress.widget, "painting")
        middle = Gtk.Box(spacing=12)
        middle.pack_start(left, True, True, 0)
        middle.pack_start(self._right, False, False, 0)
        content = self._dialog.get_content_area()
        # GIMP's own "Save Settings" and its relative, beside which stand the dialog's buttons.
        self._saved = next(c for c in content.get_children() if isinstance(c, Gtk.ButtonBox))
        content.set_spacing(6)
        content.pack_start(self._trouble.widget, False, False, 0)
        content.pack_start(middle, True, True, 0)
        middle.show_all()
        self._dialog.set_default_size(1000, 700)
        self._dialog.connect("focus-in-event", lambda *_: self._look_again())
        GLib.timeout_add(_TICK, self._follow)

    def _build_bar(self) -> Gtk.Widget:
        """Under the picture: what it is, and the zoom."""
        bar = Gtk.Box(spacing=6)
        bar.pack_start(self._spinner, False, False, 0)
        bar.pack_start(self._note, True, True, 0)
        for icon, text, action in (
            (GimpUi.ICON_ZOOM_OUT, tr("Zoom out"), lambda: self._comparison.zoom_by(-1)),
            (GimpUi.ICON_ZOOM_FIT_BEST, tr("Show all"), self._comparison.fit),
            (GimpUi.ICON_ZOOM_IN, tr("Zoom in"), lambda: self._comparison.zoom_by(1)),
        ):
            button = Gtk.Button(relief=Gtk.ReliefStyle.NONE)
            button.add(Gtk.Image.new_from_icon_name(icon, Gtk.IconSize.MENU))
            button.set_tooltip_text(text)
            button.get_accessible().set_name(text)
            button.connect("clicked", lambda _, act=action: act())
            bar.pack_start(button, False, False, 0)
        return bar

    def _build_pages(self) -> Gtk.Notebook:
        book, knobs = self._book, self._entry.shown(self._host)
        first = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12, margin=12)
        first.pack_start(self._styles.widget, True, True, 0)
        if named(knobs, ("mix",)):
            first.pack_start(self._mix.widget, False, False, 0)
        first.pack_start(self._knobs(FIRST), False, False, 0)
        first.pack_start(self._quality.widget, False, False, 0)
        book.append_page(first, _tab(tr("St_yle")))
        where = self._knobs(WHERE)
        if named(knobs, ("background_style",)):
            where.pack_start(self._background.widget, False, False, 0)
            where.reorder_child(self._background.widget, _BELOW_THE_SELECTION)
        if self._entry.labels:
            where.pack_start(
                self._dialog.get_widget(LABEL_LAYER, GObject.TYPE_NONE), False, False, 0
            )
        book.append_page(scrolled(where), _tab(tr("_Where")))
        shown = ("style", "background_style", *FIRST, *WHERE)
        others = [knob.name for knob in knobs if knob.name not in shown]
        book.append_page(scrolled(self._knobs(others)), _tab(tr("_Advanced")))
        book.set_action_widget(self._presets.widget, Gtk.PackType.END)
        book.connect("switch-page", lambda *_: GLib.idle_add(self._turned))
        self._presets.widget.show_all()
        return book

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
        return lambda style: self._set(choices.chosen(style, self.settings(), region))

    def _choose_library(self) -> None:
        """Where a library is to choose from, nothing is chosen yet."""
        if self._config.get_property("library") is not None:
            self._set({"style": ""})

    def _set(self, values: Mapping[str, Any]) -> None:
        changed = [knob for knob in self._entry.knobs if knob.name in values]
        set_arguments(self._config, changed, replace(self.settings(), **values))

    def _load(self, settings: Settings) -> None:
        set_arguments(self._config, self._entry.knobs, settings)

    def _estimate(self, settings: Settings) -> float | None:
        try:
            extents = region_extents(self._small, settings)
        except ImpastoError:
            return None
        seconds = self._history.estimate(settings, extents)
        return None if seconds is None else seconds * len(self._layers)

    def _moved(self) -> None:
        """A knob was moved, by whomever; a preset moves many at once."""
        if not self._stale:
            self._stale = True
            GLib.idle_add(self._changed)

    def _changed(self) -> bool:
        """Show what the knobs say."""
        self._stale = False
        self._host.labels = self._config.get_property(LABEL_LAYER) if self._entry.labels else None
        try:
            settings = self.settings()
            self._styles.show(choices.shown(self._gallery, settings, "style"))
            self._background.show(choices.shown(self._gallery, settings, "background_style"))
            self._mix.show(*choices.mixed(self._gallery, settings))
        except ImpastoError as error:
            self._trouble.say(error)
        else:
            self._quality.show(settings)
            self._previewer.want()
        return GLib.SOURCE_REMOVE

    def _look_again(self) -> None:
        self._previewer.look_again()

    def _show(self, preview: Preview) -> None:
        self._preview = preview
        before = over_checks(to_pixbuf(preview.before))
        if preview.layer is None:
            self._comparison.clear_after()
            self._comparison.show(before)
            return
        after = laid_over(to_pixbuf(preview.layer), before)
        if self._book.get_current_page() == _WHERE_PAGE:
            before = veiled(before, opacity(preview.layer))
        self._comparison.show(before, after)

    def _turned(self) -> bool:
        """Another page is on top."""
        if self._preview is not None:
            self._show(self._preview)
        return GLib.SOURCE_REMOVE

    def _follow(self) -> bool:
        """Whether the preview is the dialog's, in the corner under it."""
        waiting = self._previewer.waiting
        first = waiting and not self._comparison.painted
        hint = tr("Drag the line to compare, turn the wheel to zoom.")
        self._note.set_text(tr("Starting the painter…") if first else hint)
        self._spinner.set_visible(waiting)
        (self._spinner.start if waiting else self._spinner.stop)()
        return GLib.SOURCE_CONTINUE

    def _paint(self) -> list[Gimp.Layer]:
        """Paint while the dialog stays; nothing where it was cancelled or failed."""
        try:
            hosts = self._entry.hosts(self._image, self._layers, self._config)
            run = Run(hosts, self.settings(), glimpses=True)
        except ImpastoError as error:
            self._trouble.say(error)
            return []
        self._trouble.say(None)
        self._switch(painting=True)
        painter = Painter(run, self._progress, self._comparison)
        painted = painter.paint(self._dialog)
        if painted and painter.seconds > _LONG and not self._dialog.is_active():
            notify(self._entry.title, tr("Painted in {}").format(clock(painter.seconds)))
        for note in run.notes:
            Gimp.message(note)
        self._switch(painting=False)
        self._trouble.say(painter.error)
        return [] if painter.error else painted

    def _switch(self, painting: bool) -> None:
        """Between the knobs with Reset, Cancel and Paint, and the progress with its two buttons."""
        self._right.set_visible_child_name("painting" if painting else "knobs")
        self._dialog.set_ok_label(tr("_Stop Here and Keep It") if painting else tr("_Paint"))
        for button in self._dialog.get_action_area().get_children():
            if self._dialog.get_response_for_widget(button) not in _ALWAYS:
                button.set_visible(not painting)
        self._saved.set_visible(not painting)
        if not painting:
            self._previewer.look_again()


def _tab(text: str) -> Gtk.Label:
    label = Gtk.Label(label=text, use_underline=True)
    label.show()
    return label


def _load_css() -> None:
    provider = Gtk.CssProvider()
    provider.load_from_path(str(Path(__file__).with_name("dialog.css")))
    Gtk.StyleContext.add_provider_for_screen(
        Gdk.Screen.get_default(), provider, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION
    )
