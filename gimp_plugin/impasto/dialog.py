"""The dialog: the picture before and after, the knobs, and the painting itself.

It is GIMP's own for procedures, so that last values, Reset and Filters ▸ Repeat are as everywhere
in GIMP. Its knobs and its presets are those of the bridge.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import gi

# ruff: noqa: E402  gi wants to hear versions before anything is imported from it.
for _name in ("Gdk", "GimpUi", "Gtk"):
    gi.require_version(_name, "3.0")

from about import AboutDialog
from book import Book
from bridge.contract.errors import BadInput, ImpastoError
from bridge.contract.geometry import Extent
from bridge.contract.settings import Settings
from bridge.i18n.texts import tr
from bridge.i18n.times import clock
from bridge.session.clip_run import ClipRun
from bridge.session.opening import size_on
from bridge.session.outcomes import Kept
from bridge.session.session import Session
from call import Call
from entries import LAYERS
from gi.repository import Gdk, Gimp, GimpUi, GLib, Gtk
from host import GimpHost
from notify import notify
from preview_pane import PreviewPane
from progress_page import ProgressPage
from run import Made, forget, made_of
from trouble import TroubleBar
from widgets import told

_ALWAYS = (Gtk.ResponseType.OK, Gtk.ResponseType.CANCEL)
"""The buttons that stay while a picture is painted, to keep it or to cancel."""

_LONG = 15.0
"""Seconds after which somebody who looks elsewhere is told that a painting is done."""

_SIZE = Extent(1000, 700)
"""Pixels of the dialog's width and height at first, on a small screen."""

_PICTURE = 0.55
"""Of the dialog's width."""

_BESIDE = 6
"""Pixels on both sides of what parts the picture from the knobs."""

_TICK = 40
"""Milliseconds between two looks at what changed and what came of a preview."""


class StyleDialog:
    """One dialog for one call."""

    def __init__(self, procedure: Gimp.Procedure, call: Call, session: Session[GimpHost]) -> None:
        """Make it.

        Args:
            procedure: what it is for.
            call: what is asked of that so far.
            session: whose preview is already asked for.
        """
        GimpUi.init(procedure.get_name())
        _load_css()
        self._call, self.session = call, session
        self._dialog = GimpUi.ProcedureDialog.new(procedure, call.config, call.entry.title)
        self._dialog.set_ok_label(tr("_Paint"))
        self._trouble = TroubleBar(
            self._look_again,
            session.restart,
            lambda: call.set({"device": "auto"}),
            self._edit,
        )
        self._pane = PreviewPane(
            session, self._trouble.say, lambda at: call.set({"subject": at}), self._bring_back
        )
        self._book = Book(
            self._dialog,
            call,
            session.times,
            self._pane.show_veil,
            self._trouble.say,
            session.tries,
            session.glance,
        )
        self._progress = ProgressPage(self._dialog, session, self._trouble.say)
        # The themes' own sign for it is a star, which marks favourites here.
        self._about = told(Gtk.Button(label="?", relief=Gtk.ReliefStyle.NONE), tr("About Impasto"))
        self._about.connect("clicked", lambda _: self._tell_about())
        self._right = Gtk.Stack(transition_type=Gtk.StackTransitionType.CROSSFADE)
        self._build()
        self._stale = self._applies = False
        self._done = 0.0
        """How much was painted ahead when the times were told."""
        self._listed: Sequence[tuple[str, float]] = ()
        """The labels that are listed."""
        call.config.connect("notify", lambda *_: self._moved())
        self._changed()
        self.edits = False
        """Whether a person left, as the painting that was chosen is to be edited instead."""
        self.leaving: AboutDialog | None = None
        """The page that takes Impasto away, where a person left for that."""
        if len(call.notes) == len(call.paintings) == 1:
            self._trouble.say(call.paintings[0][1])
        elif call.notes:
            self._trouble.say(BadInput("{notes}", notes=" ".join(call.notes)))
            for layer in LAYERS:
                call.config.connect(f"notify::{layer}", lambda *_: self._trouble.say(None))

    def run(self) -> Sequence[Made] | None:
        """Let a person choose, then paint; None where it was cancelled, or left to edit."""
        timer = GLib.timeout_add(_TICK, self._follow)
        try:
            while self._dialog.run():
                painted = self._paint()
                if painted:
                    return painted
            return None
        finally:
            GLib.source_remove(timer)
            self.session.close()
            self._dialog.destroy()

    def _edit(self) -> None:
        self.edits = True
        self._dialog.response(Gtk.ResponseType.CANCEL)

    def _tell_about(self) -> None:
        about = AboutDialog()
        if about.run(self._dialog):
            self.leaving = about
            self._dialog.response(Gtk.ResponseType.CANCEL)
        else:
            self._look_again()

    def _build(self) -> None:
        self._right.set_size_request(420, -1)
        self._right.add_named(self._book.widget, "knobs")
        self._right.add_named(self._progress.widget, "painting")
        # Both grow with the dialog, and a person can move what parts them.
        middle = Gtk.Paned()
        self._pane.widget.set_margin_end(_BESIDE)
        self._right.set_margin_start(_BESIDE)
        middle.pack1(self._pane.widget, True, False)
        middle.pack2(self._right, True, False)
        content = self._dialog.get_content_area()
        # GIMP keeps one set of settings for each procedure by its "Save Settings"; our presets are
        # as many as one likes, have names, and are Krita's as well.
        saved = next(c for c in content.get_children() if isinstance(c, Gtk.ButtonBox))
        saved.set_no_show_all(True)
        saved.hide()
        content.set_spacing(6)
        content.pack_start(self._trouble.widget, False, False, 0)
        content.pack_start(middle, True, True, 0)
        middle.show_all()
        area, about = self._dialog.get_action_area(), self._about
        area.pack_start(about, False, False, 0)
        area.set_child_secondary(about, True)
        area.set_child_non_homogeneous(about, True)
        about.show_all()
        size = size_on(_screen(), _SIZE)
        self._dialog.set_default_size(*size)
        middle.set_position(round(_PICTURE * size.width))
        self._dialog.connect("focus-in-event", lambda *_: self._look_again())

    def _moved(self) -> None:
        """A knob was moved, by whomever; a preset moves many at once."""
        if not self._stale:
            self._stale = True
            GLib.idle_add(self._changed)

    def _changed(self) -> bool:
        """Show what the knobs say."""
        self._stale = False
        self._want()
        settings = self.session.settings
        if settings is not None:
            self._listed = self.session.preview.legend.rows(settings.content_labels)
            with contextlib.suppress(ImpastoError):  # the preview will meet it too, and say it
                self._book.show(settings, self._listed)
        return GLib.SOURCE_REMOVE

    def _bring_back(self, kept: Kept) -> None:
        """Somebody chose one of the last results."""

        def say(settings: Settings) -> None:
            self._call.load(settings)
            self._want()

        self.session.choose(kept, say)
        self._show_applies()

    def _show_applies(self) -> None:
        """Whether a painting that is there already becomes what a new one would."""
        if self.session.run is None and self.session.outcomes.picked != self._applies:
            self._applies = not self._applies
            self._dialog.set_ok_label(tr("_Apply") if self._applies else tr("_Paint"))

    def _want(self) -> None:
        """Preview what the knobs say."""
        try:
            self.session.change(self._call.settings())
        except ImpastoError as error:
            self.session.refuse(error)

    def _look_again(self) -> None:
        """Something may have changed in the image."""
        self.session.look_again()
        self._want()
        with contextlib.suppress(ImpastoError):  # the preview will meet it too, and say it
            self._book.look_again()

    def _follow(self) -> bool:
        self._pane.follow()
        self._book.follow()
        self._show_applies()
        if self.session.ahead.done != self._done:
            self._done = self.session.ahead.done
            self._book.show_times(self.session.times_left())
        settings = self.session.settings
        if settings is not None:
            rows = self.session.preview.legend.rows(settings.content_labels)
            if rows != self._listed:
                self._moved()
        return GLib.SOURCE_CONTINUE

    def _paint(self) -> Sequence[Made]:
        """Paint while the dialog stays; nothing where it was cancelled or failed."""
        self._want()
        try:
            run = self.session.begin()
        except ImpastoError as error:
            self._trouble.say(error)
            return []
        self._trouble.say(None)
        self._switch(painting=True)
        if isinstance(run, ClipRun):  # what is there is kept in any case
            self._dialog.get_widget_for_response(Gtk.ResponseType.OK).hide()
        try:
            self._progress.paint(run)
        finally:
            forget(run)
        painted, seconds = made_of(run), self._progress.seconds
        if painted and seconds > _LONG and not self._dialog.is_active():
            notify(self._call.entry.title, tr("Painted in {time}", time=clock(seconds)))
        for note in (*run.reports, *run.notes):
            Gimp.message(note)
        self._switch(painting=False)
        self._trouble.say(run.error)
        return [] if run.error else painted

    def _switch(self, painting: bool) -> None:
        """Between the knobs with Reset, Cancel and Paint, and the progress with its two buttons."""
        self._right.set_visible_child_name("painting" if painting else "knobs")
        self._pane.strip.widget.set_sensitive(not painting)
        self._dialog.set_ok_label(tr("_Stop Here and Keep It") if painting else tr("_Paint"))
        self._applies = False
        self._dialog.get_widget_for_response(Gtk.ResponseType.OK).show()
        for button in self._dialog.get_action_area().get_children():
            if self._dialog.get_response_for_widget(button) not in _ALWAYS:
                button.set_visible(not painting)
        if not painting:
            self.session.end()
            self._want()


def _screen() -> Extent:
    """What windows may take of the screen."""
    display = Gdk.Display.get_default()
    monitor = display.get_primary_monitor() or display.get_monitor(0)
    room = monitor.get_workarea()
    return Extent(room.width, room.height)


def _load_css() -> None:
    provider = Gtk.CssProvider()
    provider.load_from_path(str(Path(__file__).with_name("dialog.css")))
    Gtk.StyleContext.add_provider_for_screen(
        Gdk.Screen.get_default(), provider, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION
    )
