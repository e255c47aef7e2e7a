"""A painting under way in the dialog: its page, the growing picture, and the two ways to end it."""

from __future__ import annotations

from collections.abc import Callable

from bridge.contract.errors import BadInput, ImpastoError
from bridge.contract.geometry import Box, Work
from bridge.contract.pixels import MASK, Pixels
from bridge.session.run import Run
from comparison import Comparison
from gi.repository import Gimp, GLib, Gtk
from host import GimpHost
from pixbufs import Place, laid_over, over_checks, placed, to_pixbuf
from progress_page import ProgressPage
from run import ProgressBar
from silent import Silent
from small import SmallHost, frame_of

_TICK = 50
"""Milliseconds between two looks at what the worker says."""


class Painter:
    """Follows a run until it has ended, been cancelled or kept."""

    def __init__(
        self,
        run: Run[GimpHost],
        page: ProgressPage,
        comparison: Comparison,
        dialog: Gtk.Dialog,
        say: Callable[[ImpastoError | None], None],
    ) -> None:
        """Make it.

        Args:
            run: what is followed.
            page, comparison: where it is shown.
            dialog: where it is kept or cancelled.
            say: called when the worker falls silent, and with None when it speaks again.
        """
        self._run = run
        self._page = page
        self._comparison = comparison
        self._say = say
        self._dialog = dialog
        self._silent = False
        self._loop = GLib.MainLoop()
        self._bar = ProgressBar()
        self._place = (0, 0)
        self._growing: GrowingPicture | None = None

    def paint(self) -> None:
        """Return when the run is over."""
        dialog = self._dialog
        answers = dialog.connect("response", self._answered)
        closing = dialog.connect("delete-event", lambda *_: True)  # its response is enough
        timer = GLib.timeout_add(_TICK, self._tick)
        self._page.begin()
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
            self._say(Silent() if self._silent else None)
        self._page.show(self._run)
        self._bar.show(self._run)
        if self._run.place != self._place:
            self._place, self._growing = self._run.place, self._begin(self._run.work)
        growth, growing = self._run.growth(), self._growing
        if growth is not None and growing is not None:
            growing.lay(*growth)
            self._comparison.show(growing.frame, growing.before, growing.after)
        return GLib.SOURCE_CONTINUE

    def _begin(self, work: Work) -> GrowingPicture | None:
        """None where the picture went from GIMP just now: then it grows unseen."""
        host = self._run.host
        try:
            return GrowingPicture(host, work.box, frame_of(host, work.target))
        except BadInput:
            return None


class GrowingPicture:
    """What is painted on, as the dialog shows it, and over it what came of it so far."""

    def __init__(self, host: GimpHost, box: Box, frame: Box) -> None:
        """Look at it.

        Args:
            host: what is painted on.
            box: what the run has read of it.
            frame: what is shown of it.
        """
        small = SmallHost(host)
        content, selection = small.read(frame), small.selection(frame)
        self.frame = frame
        self.before = over_checks(to_pixbuf(content))
        self.after = self.before.copy()
        self._box, self._extent = box, content.extent
        solid = Pixels(content.extent, MASK, bytes([255]) * content.extent.area)
        self._selection = selection or solid
        self._regions: list[Box] = []

    def lay(self, picture: Pixels, box: Box) -> None:
        """Show how a region looks now; ``box`` is its place in what the run has read."""
        if box not in self._regions:
            self._regions.append(box)
        mask = self._selection
        if box != self._regions[0]:  # the selection comes first, then the rest
            mask = Pixels(mask.extent, MASK, mask.data.translate(_INVERTED))
        place = Place.of(box.move(self._box.x, self._box.y), self.frame, self._extent)
        top = placed(to_pixbuf(picture).add_alpha(False, 0, 0, 0), place, mask)
        self.after = laid_over(top, self.after)


_INVERTED = bytes(range(255, -1, -1))
