"""The labels, a row for each: its colour, its share of the picture, and the style it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from bridge.contract.errors import ImpastoError
from bridge.i18n.texts import tr
from bridge.session.gallery import Gallery, Style
from bridge.session.panel import knob
from gi.repository import GdkPixbuf, Gtk
from pixbufs import show_sharp
from style_button import StyleButton

_SWATCH = 24
"""Pixels of a colour's side."""


class LabelList:
    """There while there are labels. A label without a style of its own takes the style."""

    def __init__(
        self,
        gallery: Gallery,
        choose: Callable[[str, Style | None], None],
        failed: Callable[[ImpastoError], None],
        column: Gtk.SizeGroup,
    ) -> None:
        """Make it.

        Args:
            gallery: what there is to choose from.
            choose: called with a label's colour and the style it is to take, or None.
            failed: called with what is wrong.
            column: of what stands at the left of the page's rows.
        """
        self._gallery = gallery
        self._choose = choose
        self._failed = failed
        self._shares: dict[str, Gtk.Label] = {}
        self._buttons: dict[str, StyleButton] = {}
        self._rows = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._column = column
        declared = knob("label_styles")
        title = Gtk.Label(label=tr(declared.label), xalign=0)
        title.set_tooltip_text(tr(declared.help))
        self.widget = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self.widget.add(title)
        self.widget.add(self._rows)
        self.widget.show_all()
        self.widget.set_no_show_all(True)
        self.widget.hide()

    def show(
        self, labels: Sequence[tuple[str, float]], styles: Mapping[str, str], free: bool
    ) -> None:
        """Show what each label takes.

        Args:
            labels: their colours and shares of the picture.
            styles: the file of those that have a style of their own.
            free: whether they may have one.
        """
        if list(self._buttons) != [color for color, _ in labels]:
            self._fill([color for color, _ in labels])
        for color, share in labels:
            self._shares[color].set_text(_spoken(share))
            path = styles.get(color)
            self._buttons[color].show(Path(path) if path else None)
        self.widget.set_visible(bool(labels))
        self._rows.set_sensitive(free)
        why = tr("The style labels say already what each label takes after.")
        self._rows.set_tooltip_text(None if free else why)

    def _fill(self, colors: Sequence[str]) -> None:
        for row in self._rows.get_children():
            row.destroy()
        self._shares, self._buttons = {}, {}
        for color in colors:
            self._buttons[color] = StyleButton(
                color,
                self._gallery,
                self._gallery.styles,
                partial(self._choose, color),
                self._failed,
                self._column,
                head=self._head(color),
                none=tr("As the style"),
            )
            self._rows.add(self._buttons[color].widget)
        self._rows.show_all()

    def _head(self, color: str) -> Gtk.Widget:
        swatch = Gtk.Image()
        side = _SWATCH * swatch.get_scale_factor()
        flat = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, side, side)
        flat.fill(int(color[1:], 16) << 8 | 0xFF)
        show_sharp(swatch, flat)
        swatch.get_accessible().set_name(color)
        self._shares[color] = Gtk.Label(xalign=0)
        head = Gtk.Box(spacing=8)
        head.set_tooltip_text(color)
        head.add(swatch)
        head.add(self._shares[color])
        return head


def _spoken(share: float) -> str:
    """A share as a person says it: ``12 %``."""
    return tr("{} %").format(round(100 * share)) if share >= 0.01 else tr("under 1 %")
