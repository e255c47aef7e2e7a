"""A painting under way in the dialog: its page, the growing picture, and the two ways to end it."""

from __future__ import annotations

from bridge.errors import ImpastoError
from bridge.geometry import Box
from bridge.pixels import MASK, Pixels
from comparison import Comparison
from gi.repository import Gimp, GLib, Gtk
from host import GimpHost
from pixbufs import laid_over, over_checks, placed, to_pixbuf
from progress_page import ProgressPage
from run import Run
from small import SmallHost

_TICK = 50
"""Milliseconds between two looks at what the worker says."""


class Painter:
    """Follows a run until it has ended, been cancelled or kept."""

    def __init__(self, run: Run, page: ProgressPage, comparison: Comparison) -> None:
        self.error: ImpastoError | None = None
        """What went wrong, if something did."""
        self._run = run
        self._page = page
        self._comparison = comparison
        self._loop = GLib.MainLoop()
        self._place = (0, 0)
        self._shown: Pixels | None = None
        self._growing: GrowingPicture | None = None

    def paint(self, dialog: Gtk.Dialog) -> list[Gimp.Layer]:
        """Return when it is over: the new layers, none where it was cancelled or failed."""
        answers = dialog.connect("response", self._answered)
        closing = dialog.connect("delete-event", lambda *_: True)  # its response is enough
        timer = GLib.timeout_add(_TICK, self._tick)
        self._page.begin()
        try:
            self._loop.run()
        finally:
            Gimp.progress_end()
            GLib.source_remove(timer)
            dialog.disconnect(answers)
            dialog.disconnect(closing)
        return self._run.painted

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
        try:
            ended = self._run.advance()
        except ImpastoError as error:
            self.error, ended = error, True
        if ended:
            self._loop.quit()
            return GLib.SOURCE_CONTINUE
        if self._run.place != self._place:
            self._place = self._run.place
            self._growing = GrowingPicture(self._run.host, self._run.box)
        progress = self._run.progress
        self._page.show(progress, self._place)
        if progress.picture is not None and progress.box and progress.picture is not self._shown:
            assert self._growing is not None
            self._shown = progress.picture
            self._growing.lay(progress.picture, progress.box)
            self._comparison.show(self._growing.before, self._growing.after)
        return GLib.SOURCE_CONTINUE


class GrowingPicture:
    """What is painted on, as large as the dialog shows it, and over it what came of it so far."""

    def __init__(self, host: GimpHost, box: Box) -> None:
        small = SmallHost(host)
        content, selection = small.read(box), small.selection(box)
        self.before = over_checks(to_pixbuf(content))
        self.after = self.before.copy()
        self._scale = content.extent.width / box.width
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
        place = Box(*(max(1, round(side * self._scale)) if side else 0 for side in box))
        top = placed(to_pixbuf(picture).add_alpha(False, 0, 0, 0), place, mask)
        self.after = laid_over(top, self.after)


_INVERTED = bytes(range(255, -1, -1))
