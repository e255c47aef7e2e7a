"""A painting under way in the dialog: its page, the growing picture, and the two ways to end it."""

from __future__ import annotations

from collections.abc import Callable

from bridge.contract.errors import ImpastoError
from bridge.session.remedies import unanswered
from bridge.session.run import Run
from bridge.session.session import Session
from gi.repository import Gimp, GLib, Gtk
from host import GimpHost
from progress_page import ProgressPage
from run import ProgressBar

_TICK = 50
"""Milliseconds between two looks at what the worker says."""


class Painter:
    """Follows a run until it has ended, been cancelled or kept."""

    def __init__(
        self,
        run: Run[GimpHost],
        page: ProgressPage,
        session: Session[GimpHost],
        dialog: Gtk.Dialog,
        say: Callable[[ImpastoError | None], None],
    ) -> None:
        """Make it.

        Args:
            run: what is followed.
            page, session: where it is shown.
            dialog: where it is kept or cancelled.
            say: called when the worker falls silent, and with None when it speaks again.
        """
        self._run = run
        self._page = page
        self._session = session
        self._say = say
        self._dialog = dialog
        self._silent = False
        self._loop = GLib.MainLoop()
        self._bar = ProgressBar()

    def paint(self) -> None:
        """Return when the run is over."""
        dialog = self._dialog
        answers = dialog.connect("response", self._answered)
        closing = dialog.connect("delete-event", lambda *_: True)  # its response is enough
        timer = GLib.timeout_add(_TICK, self._tick)
        self._page.begin()
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
        """How long it has taken."""
        return self._page.seconds

    def _answered(self, _: Gtk.Dialog, response: int) -> None:
        if response == Gtk.ResponseType.OK:
            self._run.keep()
        elif response in (Gtk.ResponseType.CANCEL, Gtk.ResponseType.DELETE_EVENT):
            self._run.cancel()
            self._loop.quit()

    def _tick(self) -> bool:
        if self._run.advance():
            self._loop.quit()
            return GLib.SOURCE_CONTINUE
        # Nothing painted is no layer.
        self._dialog.set_response_sensitive(Gtk.ResponseType.OK, self._run.begun)
        if self._run.silent != self._silent:
            self._silent = self._run.silent
            self._say(unanswered() if self._silent else None)
        self._page.show(self._run)
        self._bar.show(self._run)
        self._session.follow()
        return GLib.SOURCE_CONTINUE
