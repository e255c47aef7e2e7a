"""A second style beside the first, and a slider between the two."""

from __future__ import annotations

from bridge.contract.settings import Settings
from bridge.i18n.texts import tr
from bridge.session.choice import Choice
from bridge.session.panel import knob
from bridge.session.styles import ENDS, EVEN, MIX
from gi.repository import Gtk
from style_button import StyleButton
from widgets import stacked, told


class MixRow:
    """Unfolded, the button for the second style, and the slider as soon as there is one."""

    def __init__(self, choice: Choice, column: Gtk.SizeGroup) -> None:
        """``choice`` and ``column`` as of :class:`style_button.StyleButton`."""
        self._choice = choice
        self._showing = False
        self._button = StyleButton(choice, MIX, tr(knob(MIX).label), column)
        self._scale = Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, *ENDS, 0.05)
        self._scale.set_draw_value(False)
        self._scale.add_mark(EVEN, Gtk.PositionType.BOTTOM, None)
        told(self._scale, tr("From the first style to the second"))
        self._scale.connect("value-changed", lambda _: self._moved())
        self._scale.set_no_show_all(True)
        self.widget = Gtk.Expander(label=tr("Another style"))
        self.widget.set_tooltip_text(tr(knob(MIX).help))
        self.widget.add(stacked(self._button.widget, self._scale))

    def show(self, settings: Settings) -> None:
        """Show a mixture."""
        self._showing = True
        self._button.show(settings)
        mixed = self._choice.shown(MIX, settings) is not None
        self._scale.set_visible(mixed)
        if mixed:
            self.widget.set_expanded(True)
        self._scale.set_value(self._choice.shown_share(settings))
        self._showing = False

    def _moved(self) -> None:
        if not self._showing:
            self._choice.share(float(self._scale.get_value()))
