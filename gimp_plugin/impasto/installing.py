"""The page in the dialog's place as long as there is no engine; GIMP stays usable meanwhile."""

from __future__ import annotations

import gi

# ruff: noqa: E402  gi wants to hear versions before anything is imported from it.
for _version_of in ("Gdk", "GimpUi", "Gtk"):
    gi.require_version(_version_of, "3.0")

from bridge.i18n.texts import tr
from bridge.session.installing.choices import offered
from bridge.session.installing.need import carried, needed
from bridge.session.installing.page import SetupPage, Stage
from bridge.storage.paths import Installation
from gi.repository import GimpUi, GLib, Gtk, Pango
from widgets import beside, heading, label, named, stacked, words

_TICK = 200
"""Milliseconds between two looks at how far it is."""

_WIDTH = 560
"""Pixels."""

_INSTALL, _STOP, _READY = 1, 2, 3
"""What the dialog answers, beside that it was closed."""


def engine_there() -> bool:
    """Whether there is an engine, after a person was asked to have it fetched; False: not yet."""
    installation, script = Installation.here(), carried()
    if script is None or needed(installation) is None:
        return True
    GimpUi.init("impasto")
    return SetupDialog(SetupPage(installation, script, offered())).run()


class SetupDialog:
    """Draws a page."""

    def __init__(self, page: SetupPage) -> None:
        self.page = page
        self._stage: Stage | None = None
        self._dialog = Gtk.Dialog(title=tr("Set up Impasto"))
        self._dialog.set_default_size(_WIDTH, -1)
        self._close = self._dialog.add_button(tr("Close"), Gtk.ResponseType.CLOSE)
        self._stop = self._dialog.add_button(tr("Cancel"), _STOP)
        self._act = self._dialog.add_button(tr(page.button), _INSTALL)
        self._title, self._introduction = label(), words()
        self._facts = Gtk.Grid(row_spacing=6, column_spacing=12)
        self._values = [words(hexpand=True, selectable=True) for _ in page.rows()]
        self._choice = Gtk.ComboBoxText()
        self._lay_facts()
        self._bar = Gtk.ProgressBar()
        self._far = words()
        sign = Gtk.Image.new_from_icon_name("dialog-warning", Gtk.IconSize.BUTTON)
        self._sign, self._note = sign, words(selectable=True)
        note = beside(sign, self._note, grows=self._note)
        parts = self._title, self._introduction, self._facts, self._bar, self._far, note
        inside = stacked(*parts, spacing=12, margin=18)
        inside.show_all()
        self._dialog.get_content_area().add(inside)
        self._show()

    def run(self) -> bool:
        """Until there is an engine, or the window is closed; what is under way goes on then."""
        timer = GLib.timeout_add(_TICK, self._look)
        try:
            while True:
                answer = self._dialog.run()
                if answer == _INSTALL:
                    self.page.install()
                    self._stage = None
                    self._show()
                elif answer == _STOP:
                    self.page.cancel()
                    self._stop.set_sensitive(False)
                else:
                    return bool(answer == _READY)
        finally:
            GLib.source_remove(timer)
            self._dialog.destroy()

    def _lay_facts(self) -> None:
        if len(self.page.places) > 1:
            places = Gtk.ComboBoxText()
            for place in self.page.places:
                places.append_text(tr(place.label))
            for cell in places.get_cells():  # a path may be longer than the page is wide
                cell.set_property("ellipsize", Pango.EllipsizeMode.MIDDLE)
            places.set_active(self.page.placed)
            places.connect("changed", lambda box: self._place(box.get_active()))
            self._facts.attach(named(tr("Installation")), 0, -1, 1, 1)
            self._facts.attach(places, 1, -1, 1, 1)
        for row, ((name, _), value) in enumerate(zip(self.page.rows(), self._values, strict=True)):
            self._facts.attach(named(tr(name)), 0, row, 1, 1)
            self._facts.attach(value, 1, row, 1, 1)
        for choice in self.page.choices:
            self._choice.append_text(tr(choice.label))
        self._choice.set_active(self.page.chosen)
        self._choice.connect("changed", lambda _: self._choose())
        self._facts.attach(named(tr("Computes on")), 0, len(self._values), 1, 1)
        self._facts.attach(self._choice, 1, len(self._values), 1, 1)

    def _place(self, chosen: int) -> None:
        self.page.placed = chosen
        self._stage = None
        self._show()

    def _choose(self) -> None:
        self.page.chosen = self._choice.get_active()
        self._show_facts()

    def _look(self) -> bool:
        self.page.look()
        self._show()
        return GLib.SOURCE_CONTINUE

    def _show(self) -> None:
        page, stage = self.page, self.page.stage
        if stage is Stage.READY:
            self._dialog.response(_READY)
            return
        running = stage is Stage.RUNNING
        if running:
            if page.share:
                self._bar.set_fraction(page.share)
            else:
                self._bar.pulse()
            self._far.set_text(page.describe())
        if stage is self._stage:
            return
        self._stage = stage
        heading(self._title, tr(page.title))
        self._introduction.set_text(tr(page.introduction))
        self._stop.set_sensitive(True)
        self._act.set_label(tr(page.button))
        self._note.set_text(tr(page.note) if str(page.note) else "")
        can = stage in (Stage.OFFER, Stage.FAILED)
        for widget, there in (
            (self._facts, can),
            (self._act, can),
            (self._bar, running),
            (self._far, running),
            (self._stop, running),
            (self._sign, stage is Stage.FAILED),
            (self._note, bool(str(page.note))),
        ):
            widget.set_visible(there)
        self._dialog.set_default_response(_INSTALL)
        self._choice.set_sensitive(page.chooses)
        # A text that can be selected would have it, and all of it selected.
        (self._act if can else self._close).grab_focus()
        self._show_facts()

    def _show_facts(self) -> None:
        for value, (_, told) in zip(self._values, self.page.rows(), strict=True):
            value.set_text(tr(told))
