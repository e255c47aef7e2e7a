"""Enter in the dialog's fields: it ends what is written there, and starts no painting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from impasto.qt import QtCore, QtWidgets

from .krita_hands import press_key, write
from .krita_paint import instant
from .krita_session import GIVEN, Case, case, open_photo, pause
from .krita_tools import button, knob, open_dialog

_ENTER = QtCore.Qt.Key.Key_Return


@case
def enter() -> Case:
    """In the search it takes what was found; in all other fields it ends the entry."""
    yield from open_photo()
    dialog = yield from open_dialog()
    dialog.set_settings(instant(style=GIVEN["style"]))
    dialog.findChild(QtWidgets.QToolButton, "advanced").click()
    started: list[str] = []
    dialog._foot.paint_asked.connect(lambda: started.append(_name(dialog)))
    box = dialog._panel.gallery
    result: dict[str, Any] = {}

    box.search.setFocus()
    press_key(box.search, _ENTER)
    result["nothing_sought"] = dialog.settings().style == GIVEN["style"]
    write(box.search, "mosaic")
    press_key(box.search, _ENTER)
    result["found"] = Path(dialog.settings().style).stem
    box.search.clear()
    write(box.search, "no such style")
    press_key(box.search, _ENTER)
    result["not_found"] = Path(dialog.settings().style).stem
    box.search.clear()

    strength = knob(dialog, "strength")._number
    strength.setFocus()
    strength.selectAll()
    write(strength, "0.5")
    press_key(strength, _ENTER)
    result["number"] = dialog.settings().strength
    fields = [
        knob(dialog, "steps"),
        knob(dialog, "network").lineEdit(),
        knob(dialog, "colors"),
        knob(dialog, "detail"),
        box._filter,
        dialog.findChild(QtWidgets.QComboBox, "output"),
    ]
    for field in fields:
        field.setFocus()
        press_key(field, _ENTER)
    draft = dialog.findChild(QtWidgets.QToolButton, "quality-best")
    draft.setFocus()
    press_key(draft, _ENTER)
    result["pressed"] = dialog.settings().steps
    yield from pause(0.2)
    result["started"] = list(started)
    result["running"] = dialog.painter is not None

    # Without the files there is nothing to paint like, so that this starts nothing either.
    dialog._panel.update_settings({"style": ""})
    dialog._sight.view.setFocus()
    press_key(dialog._sight.view, _ENTER)
    yield from pause(0.2)
    result["from_the_picture"] = list(started)
    result["default"] = button(dialog, "Paint").isDefault()
    dialog.close()
    return result


def _name(dialog: QtWidgets.QDialog) -> str:
    """Who has the focus."""
    at = dialog.focusWidget()
    return at.objectName() or type(at).__name__
