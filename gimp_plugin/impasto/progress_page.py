"""The page that stands in for the knobs while it is painted, and the two ways to end that."""

from __future__ import annotations

import time
from collections.abc import Callable

from bridge.contract.errors import ImpastoError
from bridge.i18n.texts import tr
from bridge.i18n.times import clock
from bridge.session.clip_run import ClipRun
from bridge.session.remedies import unanswered
from bridge.session.session import Session
from gi.repository import Gimp, GLib, Gtk, Pango
from host import GimpHost
from run import AnyRun, ProgressBar
from widgets import label, stacked

_TICK = 50
"""Milliseconds between two looks at what the worker says."""


class ProgressPage:
    """How far it is, how long it has taken, and how long it will still take."""

    def __init__(
        self,
        dialog: Gtk.Dialog,
        session: Session[GimpHost],
        say: Callable[[ImpastoError | None], None],
    ) -> None:
        """Make it.

        Args:
            dialog: where a painting is kept or cancelled.
            session: shows how it grows.
            say: called when the worker falls silent, and with None when it speaks again.
        """
        self._dialog, self._session, self._say = dialog, session, say
        self._began = 0.0
        self._silent = False
        self._loop = GLib.MainLoop()
        self._title, self._times = label(wrap=True), label()
        self._bar = Gtk.ProgressBar(show_text=True)
        self._what = label(ellipsize=Pango.EllipsizeMode.END)
        self._hint = label("", "dim-label", wrap=True, max_width_chars=30)
        parts = self._title, self._bar, self._what, self._times, self._hint
        middle = Gtk.Align.CENTER
        self.widget = stacked(*parts, spacing=12, margin=24, hexpand=True, valign=middle)

    def paint(self, run: AnyRun) -> None:
        """Show how it goes on, and return when it has ended, been cancelled or kept."""
        dialog, bar = self._dialog, ProgressBar()
        self._hint.set_text(_hint(run))
        self._began, self._silent = time.monotonic(), False
        answers = dialog.connect("response", lambda _, response: self._answer(run, response))
        closing = dialog.connect("delete-event", lambda *_: True)  # its response is enough
        timer = GLib.timeout_add(_TICK, self._tick, run, bar)
        self._session.follow()
        try:
            self._loop.run()
        finally:
            dialog.set_response_sensitive(Gtk.ResponseType.OK, True)
            Gimp.progress_end()
            GLib.source_remove(timer)
            dialog.disconnect(answers)
            dialog.disconnect(closing)

    @property
    def seconds(self) -> float:
        """Since the last painting began."""
        return time.monotonic() - self._began

    def show(self, run: AnyRun) -> None:
        """Show how far a run is, and which of how many paintings is under way."""
        number, count = run.place
        progress, clip = run.progress, isinstance(run, ClipRun)
        if count == 1:
            text = tr("Painting")
        elif clip:
            text = tr("Painting frame {number} of {count}", number=number, count=count)
        else:
            text = tr("Painting layer {number} of {count}", number=number, count=count)
        self._title.set_markup(f"<big><b>{text}…</b></big>")
        self._bar.set_fraction(run.fraction)
        self._what.set_text(run.text if clip else tr(progress.text))
        times = [tr("{time} so far", time=clock(self.seconds))]
        if progress.seconds_left is not None:
            times.append(tr("{time} left", time=clock(progress.seconds_left)))
        self._times.set_text(" · ".join(times))

    def _answer(self, run: AnyRun, response: int) -> None:
        if response == Gtk.ResponseType.OK:
            run.keep()
        elif response in (Gtk.ResponseType.CANCEL, Gtk.ResponseType.DELETE_EVENT):
            if isinstance(run, ClipRun) and run.begun and not run.silent:
                run.keep()
                return
            run.cancel()
            self._loop.quit()

    def _tick(self, run: AnyRun, bar: ProgressBar) -> bool:
        if run.advance():
            self._loop.quit()
            return GLib.SOURCE_CONTINUE
        # Nothing painted is no layer.
        self._dialog.set_response_sensitive(Gtk.ResponseType.OK, run.begun)
        if run.silent != self._silent:
            self._silent = run.silent
            self._say(unanswered() if self._silent else None)
        self.show(run)
        bar.show(run)
        self._session.follow()
        return GLib.SOURCE_CONTINUE


def _hint(run: AnyRun) -> str:
    """What the buttons do."""
    if isinstance(run, ClipRun):
        return tr(
            "You can go on working in GIMP. Cancel keeps the frames that are painted by then, in "
            "a new image."
        )
    return tr(
        "You can go on working in GIMP. Stop here and keep it makes a layer of what is painted so "
        "far; Cancel leaves everything as it was."
    )
