"""Which rows of the dialog are there: those of knobs that mean something by what others say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.contract.knobs import Knob
from gi.repository import Gtk


class Rows:
    """The rows of all pages. Of the few on the first page all keep their places."""

    def __init__(self) -> None:
        self._rows: list[tuple[Knob, Gtk.Widget]] = []
        self._frames: list[tuple[Gtk.Widget, list[Knob]]] = []

    def add(self, knob: Knob, row: Gtk.Widget) -> None:
        """A row of a knob's."""
        self._rows.append((knob, row))

    def add_frame(self, frame: Gtk.Widget, knobs: list[Knob]) -> None:
        """What stands around the rows of knobs, and goes with the last one."""
        self._frames.append((frame, knobs))

    def show(self, values: Mapping[str, Any]) -> None:
        """Those that mean something where all knobs have these values."""
        for knob, row in self._rows:
            if not knob.only:
                continue
            if knob.advanced:
                _show(row, knob.applies(values))
            else:
                row.set_sensitive(knob.applies(values))
        for frame, knobs in self._frames:
            _show(frame, any(knob.applies(values) for knob in knobs))


def _show(widget: Gtk.Widget, shown: bool) -> None:
    # All of a page is shown as soon as the dialog is, but for what says no to that.
    widget.set_no_show_all(not shown)
    widget.set_visible(shown)
