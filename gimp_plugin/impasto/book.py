"""The dialog's right side: styles and few knobs first, then where to paint, then all the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from bridge.contract.errors import ImpastoError
from bridge.contract.knobs import Knob
from bridge.contract.settings import Settings
from bridge.i18n.texts import tr
from bridge.session import panel
from bridge.session.choice import Choice
from bridge.session.clip_knobs import FRAMES, STEADY
from bridge.session.gallery import Gallery, Style
from bridge.session.outputs import OUTPUT
from bridge.session.presets import Presets
from bridge.session.shelf import Shelf
from bridge.session.styles import BACKGROUND, CROP, MIX, PLACES, STYLE
from bridge.session.tries import Tries
from bridge.storage.paths import Installation
from call import Call
from clip_call import ClipCall
from entries import COLOR, LABEL_LAYER, LAYERS, STRENGTH_LAYER
from frames_row import FramesRow
from gi.repository import GimpUi, GLib, GObject, Gtk
from label_list import LabelList
from mix_row import MixRow
from opened import renditions
from pages import make_row, scrolled, with_reset
from preset_menu import PresetMenu
from quality import QualityRow
from rows import Rows
from style_button import StyleButton
from style_chooser import StyleChooser
from style_part import StylePart
from widgets import stacked

_LATER = ("colors", "faces", "library", FRAMES.name, STEADY.name)
"""Of the few that stand under the styles, those that come after the others."""

_WHERE_PAGE = 1

_TAB = 6
"""Pixels beside a tab's name: GIMP's themes leave none, as its own tabs are icons."""


class Book:
    """Every knob of an entry, in three pages; what a person does goes into the call's arguments."""

    def __init__(
        self,
        dialog: GimpUi.ProcedureDialog,
        call: Call,
        times: Callable[[], Mapping[str, str]],
        turned: Callable[[bool], None],
        failed: Callable[[ImpastoError], None],
        tries: Tries,
        glance: Callable[[Style | None], object],
    ) -> None:
        """Make it.

        Args:
            dialog: makes GIMP's own widgets.
            call: what is asked for.
            times: tells how long each quality will take.
            turned: called with whether the page that says where is on top.
            failed: called with what is wrong.
            tries: shows each style on what is selected.
            glance: previews a style that somebody points at.
        """
        self._dialog, self._call, self._failed = dialog, call, failed
        self._rows = Rows()
        self._first, self._where, self._advanced = _column(), _column(), _column()
        installation = Installation.here()
        shelf = Shelf(Gallery(installation), renditions(), self._failed, call.sources)
        choice = self._choice = Choice(shelf, call.settings, self._change)
        self._styles = StyleChooser(
            choice,
            STYLE,
            partial(choice.choose, STYLE),
            None if call.entry is COLOR else tries,
            glance,
        )
        label = tr(panel.knob(BACKGROUND).label)
        self._background = StyleButton(choice, BACKGROUND, label, self._where)
        self._mix = MixRow(choice, self._first)
        self._labels = LabelList(choice, self._where)
        self._part = StylePart(lambda part: call.set({CROP: part}), self._advanced)
        self._frames = FramesRow(partial(call.config.set_property, FRAMES.option), self._first)
        self._quality = QualityRow(call.set, times)
        self._presets = PresetMenu(Presets(installation), call.settings, call.load, failed)
        self.widget = self._build(turned)
        if call.entry is COLOR:
            call.config.connect("notify::library", lambda *_: self._choose_library())

    def follow(self) -> None:
        """Let go on what goes on by itself. To be called again and again."""
        self._styles.follow()

    def show_times(self, times: Mapping[str, str]) -> None:
        """Say how long each quality takes by now."""
        self._quality.show_times(times)

    def show(self, settings: Settings, labels: Sequence[tuple[str, float]]) -> None:
        """Show settings where GIMP's own widgets don't.

        Args:
            settings: what the knobs say.
            labels: the colours there are and their shares of the picture.

        Raises:
            BadInput: they can't be shown.
        """
        layers = dict.fromkeys(self._call.host.given, "a layer")
        self._rows.show({**settings.as_mapping(), **layers})
        choice = self._choice
        choice.colors = [color for color, _ in labels]
        shown = choice.shown(STYLE, settings)
        self._styles.show(shown)
        self._part.show(shown, settings.style_crop)
        for part in (self._background, self._mix, self._quality):
            part.show(settings)
        self._labels.show(labels, settings)
        self.look_again()

    def look_again(self) -> None:
        """There may be other frames by now. Raises BadInput where there are none."""
        if isinstance(self._call, ClipCall):
            text = self._call.config.get_property(FRAMES.option) or ""
            self._frames.show(text, len(self._call.frames()))

    def _build(self, turned: Callable[[bool], None]) -> Gtk.Notebook:
        book = Gtk.Notebook(hexpand=True)
        book.append_page(self._build_first(), _tab(tr("St_yle")))
        book.append_page(scrolled(self._build_where()), _tab(tr("_Where")))
        book.append_page(scrolled(self._build_advanced()), _tab(tr("_Advanced")))
        book.set_action_widget(self._presets.widget, Gtk.PackType.END)
        self._presets.widget.show_all()

        def tell() -> bool:
            turned(book.get_current_page() == _WHERE_PAGE)
            return GLib.SOURCE_REMOVE

        book.connect_after("switch-page", lambda *_: GLib.idle_add(tell))
        return book

    def _build_first(self) -> Gtk.Box:
        mix = [self._mix.widget] if self._has(MIX) else []
        few, styles = self._knobs(self._few(), self._first), self._styles.widget
        parts = styles, *mix, few, self._quality.widget
        return stacked(*parts, grows=styles, spacing=12, margin=12)

    def _build_where(self) -> Gtk.Box:
        parts = [self._knobs(panel.SELECTION, self._where)]
        if self._has(BACKGROUND):
            parts += [self._background.widget, self._knobs(panel.REST, self._where)]
        labels, others, _ = panel.LABELS  # the last one is the list
        if self._has(labels):
            layer = self._layer(LABEL_LAYER)
            parts += [self._knobs((labels,), self._where), layer, self._labels.widget]
        parts.append(self._knobs((others,), self._where))
        if self._has(LAYERS[STRENGTH_LAYER]):
            parts += [self._knobs(panel.STRENGTHS, self._where), self._layer(STRENGTH_LAYER)]
        parts.append(self._knobs((OUTPUT.name,), self._where))
        return stacked(*parts)

    def _build_advanced(self) -> Gtk.Box:
        shown = (*PLACES, *self._few(), *panel.WHERE, OUTPUT.name)
        frames = []
        for group, knobs in panel.grouped(panel.others(self._call.knobs, shown)):
            frame = GimpUi.Frame.new(tr(group.label))
            frame.add(self._knobs([knob.name for knob in knobs], self._advanced))
            frame.show_all()
            self._rows.add_frame(frame, knobs)
            frames.append(frame)
        return stacked(*frames, spacing=12)

    def _layer(self, argument: str) -> Gtk.Box:
        """The row of an argument that names a layer."""
        chooser = self._dialog.get_widget(argument, GObject.TYPE_NONE)
        self._where.add_widget(chooser.get_label())
        return with_reset(self._call.config, argument, None, chooser)

    def _knobs(self, names: Sequence[str], column: Gtk.SizeGroup) -> Gtk.Box:
        box, own = stacked(), {CROP: self._part.widget, FRAMES.name: self._frames.widget}
        for knob in panel.named(self._call.knobs, names):
            row = own[knob.name] if knob.name in own else self._row(knob, column)
            self._rows.add(knob, row)
            box.add(row)
        return box

    def _row(self, knob: Knob, column: Gtk.SizeGroup) -> Gtk.Widget:
        return make_row(self._dialog, self._call.config, knob, column)

    def _few(self) -> list[str]:
        """The knobs that stand under the styles."""
        names = [knob.name for knob in panel.first(self._call.knobs) if knob is not OUTPUT]
        return sorted(names, key=lambda name: _LATER.index(name) + 1 if name in _LATER else 0)

    def _has(self, name: str) -> bool:
        return bool(panel.named(self._call.knobs, (name,)))

    def _change(self, values: Mapping[str, Any]) -> None:
        # A reference that was chosen is not to be looked for.
        found = {"library": ""} if self._call.entry is COLOR and values.get(STYLE) else {}
        self._call.set({**values, **found})

    def _choose_library(self) -> None:
        """Where a library is to choose from, nothing is chosen yet."""
        if self._call.config.get_property("library") is not None:
            self._call.set({"style": ""})


def _column() -> Gtk.SizeGroup:
    """What stands at the left of a page's rows is equally wide."""
    return Gtk.SizeGroup(mode=Gtk.SizeGroupMode.HORIZONTAL)


def _tab(text: str) -> Gtk.Label:
    label = Gtk.Label(label=text, use_underline=True, margin_start=_TAB, margin_end=_TAB)
    label.show()
    return label
