"""The dialog's left side: the picture before and after, and a line on it."""

from __future__ import annotations

from collections.abc import Callable

from bridge.contract.errors import ImpastoError
from bridge.i18n.texts import tr
from bridge.session.outcomes import Kept
from bridge.session.preview import Stage
from bridge.session.remedies import unanswered
from bridge.session.session import Session
from bridge.session.switch import HALTED, HELP, LABEL
from bridge.session.view import View
from bridge.session.viewport import POINTING, Point
from comparison import Comparison
from gi.repository import GimpUi, Gtk, Pango
from host import GimpHost
from pixbufs import shown_after, shown_before, veiled
from strip import Strip
from widgets import beside, icon_button, label, stacked


class PreviewPane:
    """Draws what the preview has to show, and whether more is on its way."""

    def __init__(
        self,
        session: Session[GimpHost],
        say: Callable[[ImpastoError | None], None],
        point: Callable[[str], None],
        choose: Callable[[Kept], object],
    ) -> None:
        """Make it.

        Args:
            session: whose preview is shown.
            say: called with what is wrong with it, and with None when that is over.
            point: called with what the knob ``subject`` is to say, as somebody clicked.
            choose: called with one of the last results, as somebody wants it back.
        """
        self.comparison = Comparison(self._clicked)
        self._session, self._preview = session, session.preview
        self._say, self._point = say, point
        self.strip = Strip(session.outcomes, choose)
        self._drawn: object = None
        self._stage = Stage.SKETCH
        self._error: ImpastoError | None = None
        self._silent = self._veil = False
        self._spinner = Gtk.Spinner(no_show_all=True)
        self._note = label("", "dim-label", ellipsize=Pango.EllipsizeMode.END)
        picture, line = self.comparison.widget, beside(self._spinner, self._note, grows=self._note)
        self.widget = stacked(picture, self.strip.widget, line, self._build_tools(), grows=picture)

    def follow(self) -> None:
        """Let the preview go on, and draw what has changed. To be called again and again."""
        preview = self._preview
        self._session.watch()
        self.strip.follow()
        compared = self._session.beside
        wanted, stage = (preview.view, self._veil, compared), preview.stage
        if preview.view is not None and wanted != self._drawn:
            self._draw(preview.view, compared, fades=stage > self._stage)
        self._drawn, self._stage = wanted, stage
        self.comparison.fade()
        self.comparison.mark_sketch(preview.sketch)
        self.comparison.show_markers(preview.markers)
        self._show_waiting(preview.waiting, preview.stale)
        if preview.silent != self._silent:
            self._silent = preview.silent
            self._say(unanswered() if self._silent else None)
        if preview.error is not self._error:
            self._error = preview.error
            self._say(self._error)

    def show_veil(self, veil: bool) -> None:
        """Whether what is not painted lies under a veil, before it is painted."""
        self._veil = veil

    def _draw(self, view: View, compared: tuple[Kept, Kept] | None, fades: bool) -> None:
        before = shown_before(view)
        after = shown_after(view, before) if view.patches else None
        words = tr("Before"), tr("After")
        if compared is not None:
            left, right = compared
            assert left.ground is not None, "it can be compared"
            before = shown_after(left.ground.view, shown_before(left.ground.view))
            words = left.label, right.label
        self.comparison.say(*words)
        if self._veil and view.painted is not None:
            before = veiled(before, view.painted.mask, view.place(view.painted.place))
        self.comparison.show(view.frame, view.canvas, before, after, fades)

    def _show_waiting(self, waiting: bool, stale: bool) -> None:
        """Whether another preview is on its way, and this one is painted like something else."""
        self.comparison.mark_stale(stale)
        starting = waiting and not self.comparison.painted
        pointing = self.comparison.viewport.markers is not None
        hint = tr(POINTING) if pointing else tr("Drag the line to compare, turn the wheel to zoom.")
        if self._session.ahead.halted:
            hint = tr(HALTED)
        self._note.set_text(tr("Starting the engine…") if starting else hint)
        self._spinner.set_visible(waiting)
        (self._spinner.start if waiting else self._spinner.stop)()

    def _clicked(self, at: Point | None) -> None:
        reach = self.comparison.viewport.reach
        self._point("" if at is None else self._preview.clicked(at, reach))

    def _build_tools(self) -> Gtk.Widget:
        comparison, switch = self.comparison, self._build_switch()
        tools = (
            icon_button(GimpUi.ICON_ZOOM_OUT, tr("Zoom out"), lambda: comparison.zoom_by(-1)),
            icon_button(GimpUi.ICON_ZOOM_FIT_BEST, tr("Show all"), comparison.fit),
            icon_button(GimpUi.ICON_ZOOM_IN, tr("Zoom in"), lambda: comparison.zoom_by(1)),
        )
        return beside(switch, *tools, grows=switch)

    def _build_switch(self) -> Gtk.Widget:
        ahead = self._session.ahead
        switch = Gtk.CheckButton(label=tr(LABEL), active=ahead.switch.on)
        switch.set_tooltip_text(tr(HELP))
        switch.connect("toggled", lambda _: ahead.put(switch.get_active()))
        switch.set_no_show_all(self._session.moves)
        return switch
