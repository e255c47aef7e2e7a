"""The page that stands in for the knobs while a picture is painted."""

from __future__ import annotations

import time

from bridge.i18n.texts import tr
from bridge.i18n.times import clock
from bridge.session.run import Run
from gi.repository import Gtk, Pango
from host import GimpHost


class ProgressPage:
    """How far it is, how long it has taken, and how long it will still take."""

    def __init__(self) -> None:
        self._began = 0.0
        self._title = Gtk.Label(xalign=0, wrap=True)
        self._bar = Gtk.ProgressBar(show_text=True)
        self._what = Gtk.Label(xalign=0, ellipsize=Pango.EllipsizeMode.END)
        self._times = Gtk.Label(xalign=0)
        self._hint = Gtk.Label(
            label=tr(
                "You can go on working in GIMP. Stop here and keep it makes a layer of what is "
                "painted so far; Cancel leaves everything as it was."
            ),
            xalign=0,
            wrap=True,
            max_width_chars=30,
        )
        self._hint.get_style_context().add_class("dim-label")
        self.widget = Gtk.Box(
            orientation=Gtk.Orientation.VERTICAL,
            spacing=12,
            margin=24,
            hexpand=True,
            valign=Gtk.Align.CENTER,
        )
        for part in (self._title, self._bar, self._what, self._times, self._hint):
            self.widget.add(part)

    def begin(self) -> None:
        """A painting begins now."""
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began

    def show(self, run: Run[GimpHost]) -> None:
        """Show how far a run is, and which of how many paintings is under way."""
        number, count = run.place
        progress = run.progress
        text = (
            tr("Painting layer {number} of {count}", number=number, count=count)
            if count > 1
            else tr("Painting")
        )
        self._title.set_markup(f"<big><b>{text}…</b></big>")
        self._bar.set_fraction(run.fraction)
        self._what.set_text(tr(progress.text))
        times = [tr("{time} so far", time=clock(self.seconds))]
        if progress.seconds_left is not None:
            times.append(tr("{time} left", time=clock(progress.seconds_left)))
        self._times.set_text(" · ".join(times))
