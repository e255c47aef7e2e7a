"""The labels, a row for each: its colour, its share of the picture, and the style it takes."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.contract.settings import Settings
from bridge.i18n.texts import tr
from bridge.session.choice import Choice
from bridge.session.panel import knob
from gi.repository import GdkPixbuf, Gtk
from pages import explained
from pixbufs import show_sharp
from style_button import StyleButton
from widgets import beside, label, stacked, told

_SWATCH = 24
"""Pixels of a colour's side."""


class LabelList:
    """There while there are labels. A label without a style of its own takes the style."""

    def __init__(self, choice: Choice, column: Gtk.SizeGroup) -> None:
        """``choice`` and ``column`` as of :class:`style_button.StyleButton`."""
        self._choice = choice
        self._shares: dict[str, Gtk.Label] = {}
        self._buttons: dict[str, StyleButton] = {}
        self._rows = stacked()
        self._column = column
        declared = knob("label_styles")
        title = label(tr(declared.label))
        explained(title, declared)
        self.widget = stacked(title, self._rows)
        self.widget.show_all()
        self.widget.set_no_show_all(True)
        self.widget.hide()

    def show(self, labels: Sequence[tuple[str, float]], settings: Settings) -> None:
        """Show what each label takes; ``labels`` are their colours and shares of the picture."""
        if list(self._buttons) != [color for color, _ in labels]:
            self._fill([color for color, _ in labels])
        for color, share in labels:
            self._shares[color].set_text(_spoken(share))
            self._buttons[color].show(settings)
        self.widget.set_visible(bool(labels))
        free = not settings.style_labels
        self._rows.set_sensitive(free)
        why = tr("The style labels already say what each label is painted like.")
        self._rows.set_tooltip_text(None if free else why)

    def _fill(self, colors: Sequence[str]) -> None:
        for row in self._rows.get_children():
            row.destroy()
        self._shares, self._buttons = {}, {}
        for color in colors:
            head, none = self._head(color), tr("As the style")
            button = StyleButton(self._choice, color, color, self._column, head, none)
            self._buttons[color] = button
            self._rows.add(button.widget)
        self._rows.show_all()

    def _head(self, color: str) -> Gtk.Widget:
        swatch = Gtk.Image()
        side = _SWATCH * swatch.get_scale_factor()
        flat = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, side, side)
        flat.fill(int(color[1:], 16) << 8 | 0xFF)
        show_sharp(swatch, flat)
        told(swatch, color)
        self._shares[color] = label()
        return beside(swatch, self._shares[color], spacing=8, tooltip_text=color)


def _spoken(share: float) -> str:
    """A share as a person says it: ``12 %``."""
    return tr("{percent} %", percent=round(100 * share)) if share >= 0.01 else tr("under 1 %")
