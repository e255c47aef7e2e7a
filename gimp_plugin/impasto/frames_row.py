"""Which frames of an animation are painted: from one to another."""

from __future__ import annotations

from collections.abc import Callable

from bridge.contract.errors import BadInput
from bridge.i18n.texts import tr
from bridge.session.clip_knobs import FRAMES, chosen, span
from gi.repository import Gtk
from pages import reset_button
from widgets import beside, label, told


class FramesRow:
    """Two numbers, and a button that takes all frames again."""

    def __init__(self, change: Callable[[str], None], column: Gtk.SizeGroup) -> None:
        """Make it.

        Args:
            change: called with what the knob is to say.
            column: of what stands at the left of the page's rows.
        """
        self._change, self._count, self._showing = change, 1, False
        self._first, self._last = self._number(tr("First frame")), self._number(tr("Last frame"))
        name = label(tr(FRAMES.label))
        column.add_widget(name)
        self._reset = reset_button(lambda: change(FRAMES.default))
        row = beside(self._first, label(tr("to")), self._last)
        self.widget = beside(name, row, self._reset, grows=row)
        self.widget.set_tooltip_text(tr(FRAMES.help))

    def show(self, text: str, count: int) -> None:
        """Show what the knob says of so many frames."""
        try:
            places = chosen(text, range(1, count + 1))
        except BadInput:  # the preview will meet it too, and say it
            return
        self._showing, self._count = True, count
        for spin, value in ((self._first, places.start + 1), (self._last, places.stop)):
            spin.set_range(1, count)
            spin.set_value(value)
        self._reset.set_sensitive(len(places) < count)
        self._showing = False

    def _number(self, what: str) -> Gtk.SpinButton:
        spin = told(Gtk.SpinButton.new_with_range(1, 1, 1), what)
        spin.connect("value-changed", self._moved)
        return spin

    def _moved(self, spin: Gtk.SpinButton) -> None:
        if self._showing:
            return
        first, last = self._first.get_value_as_int(), self._last.get_value_as_int()
        if first > last:  # the other one goes along
            first = last = spin.get_value_as_int()
        whole = (first, last) == (1, self._count)
        self._change(FRAMES.default if whole else span(first, last))
