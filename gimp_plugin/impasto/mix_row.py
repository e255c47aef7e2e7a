"""A second style beside the first, and a slider between the two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bridge.contract.errors import ImpastoError
from bridge.i18n.texts import tr
from bridge.session.gallery import Gallery, Style
from choices import EVEN
from gi.repository import Gtk
from style_button import StyleButton

_ENDS = 0.05, 0.95
"""Shares of the second style: at 0 and 1 there would be one style only."""


class MixRow:
    """The button for the second style, and the slider as soon as there is one."""

    def __init__(
        self,
        gallery: Gallery,
        styles: Callable[[], list[Style]],
        mix: Callable[[Style | None, float], None],
        failed: Callable[[ImpastoError], None],
        column: Gtk.SizeGroup,
    ) -> None:
        """Make it.

        Args:
            gallery, styles, failed, column: as of :class:`style_button.StyleButton`.
            mix: called with the second style and its share.
        """
        self._styles = styles
        self._mix = mix
        self._path: Path | None = None
        self._showing = False
        self._button = StyleButton(tr("Mixed with"), gallery, styles, self._chosen, failed, column)
        low, high = _ENDS
        self._scale = Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, low, high, 0.05)
        self._scale.set_draw_value(False)
        self._scale.add_mark(EVEN, Gtk.PositionType.BOTTOM, None)
        self._scale.set_tooltip_text(tr("From the first style to the second"))
        self._scale.get_accessible().set_name(tr("From the first style to the second"))
        self._scale.connect("value-changed", lambda _: self._moved())
        self.widget = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self.widget.add(self._button.widget)
        self.widget.add(self._scale)
        self._scale.set_no_show_all(True)

    def show(self, path: Path | None, share: float) -> None:
        """Show a mixture."""
        self._path, self._showing = path, True
        self._button.show(path)
        self._scale.set_visible(path is not None)
        self._scale.set_value(share)
        self._showing = False

    def _chosen(self, style: Style | None) -> None:
        self._mix(style, self._share())

    def _share(self) -> float:
        return float(self._scale.get_value()) if self._path else EVEN

    def _moved(self) -> None:
        if self._path is None or self._showing:
            return
        found = (style for style in self._styles() if style.path == self._path)
        # A mixture from elsewhere, a preset or a script, may name a picture of no gallery.
        self._mix(next(found, Style(self._path.stem, self._path, "")), self._share())
