"""A dialog of GIMP's that paints while it rests: its switch, how far it is, the worker's log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.i18n.texts import tr
from bridge.session.preview import Stage
from bridge.session.switch import LABEL
from bridge.storage.paths import Installation
from gi.repository import Gtk
from gimp_job import ORDERS

PAINTED = "painted "
SHORT: dict[str, Any] = {"method": "painterly", "steps": 60, "size": 160, "coarsest": 64}


class Log:
    """What the worker has said since a moment."""

    def __init__(self) -> None:
        self._file = Installation(Path(ORDERS["prefix"])).log
        self._began = len(self._text())

    def count(self, text: str) -> int:
        return self._text()[self._began :].count(text)

    def _text(self) -> str:
        return self._file.read_text("utf-8") if self._file.exists() else ""


def put(dialog: Any, on: bool) -> None:
    """Click the switch, unless it stands there."""
    _switch(dialog._pane.widget).set_active(on)


def inside(widget: Gtk.Widget) -> list[Gtk.Widget]:
    """A widget and all in it."""
    found: list[Gtk.Widget] = [widget]
    for each in found:
        if isinstance(each, Gtk.Container):
            each.forall(found.append)
    return found


def _switch(widget: Gtk.Widget) -> Gtk.CheckButton:
    for each in inside(widget):
        if isinstance(each, Gtk.CheckButton) and each.get_label() == tr(LABEL):
            return each
    raise LookupError(LABEL)


def stage(dialog: Any, wanted: Stage) -> Callable[[], bool]:
    return lambda: dialog.session.preview.stage is wanted and not dialog.session.preview.waiting
