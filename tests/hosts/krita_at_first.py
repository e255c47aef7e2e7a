"""The menu and the dialog before anything is painted: run first, as imports are sorted."""

from __future__ import annotations

from impasto import layers
from impasto.bridge.contract.knobs import STYLIZE
from impasto.bridge.contract.settings import knobs
from impasto.qt import QtWidgets

from .krita_paint import instant
from .krita_session import Case, action, case, main_window, open_photo, pause, photograph, top, wait
from .krita_tools import (
    MENU,
    button,
    dialogs,
    open_dialog,
    shown_text,
)


@case
def menu() -> Case:
    filters = next(
        a.menu() for a in main_window().menuBar().actions() if a.objectName().lower() == "filter"
    )
    enabled_without = [action(name).isEnabled() for name in MENU]
    yield from open_photo()
    yield from pause(0.2)
    return {
        "texts": [a.text().replace("&", "") for a in filters.actions()],
        "enabled_without_document": enabled_without,
        "enabled": [action(name).isEnabled() for name in MENU],
        "tips": [action(name).toolTip() for name in MENU],
    }


def visible(dialog: QtWidgets.QWidget, task: str = STYLIZE) -> dict[str, bool]:
    """Which knobs of a task can be seen."""
    found = {k.name: dialog.findChild(QtWidgets.QWidget, k.name) for k in knobs(task)}
    return {name: widget.isVisible() for name, widget in found.items()}


@case
def dialog_idle() -> Case:
    """The first time: nothing is remembered, and Again has nothing to repeat."""
    document = yield from open_photo()
    action(MENU[1]).trigger()
    yield from pause(0.2)
    opened_by_again = len(dialogs())
    dialog = yield from open_dialog()
    yield from photograph(dialog, "dialog-empty")
    fresh = dialog.settings().as_mapping()
    button(dialog, "Paint").click()
    yield from wait(lambda: button(dialog, "Paint").isEnabled())
    complaint = shown_text(dialog)
    yield from photograph(dialog, "dialog-error")
    advanced = visible(dialog)
    for fold in ("regions", "advanced"):
        dialog.findChild(QtWidgets.QToolButton, fold).click()
    dialog.set_settings(instant(background_style=layers.reference(top(document)[0])))
    yield from photograph(dialog, "dialog-advanced")
    after = visible(dialog)
    labels = shown_text(dialog)
    unfolded = dialog.settings().as_mapping()
    dialog.close()
    yield from pause(0.2)
    return {
        "opened_by_again": opened_by_again,
        "fresh": fresh,
        "complaint": complaint,
        "visible": advanced,
        "visible_unfolded": after,
        "unfolded": unfolded,
        "labels": labels,
        "closed": not dialogs(),
    }
