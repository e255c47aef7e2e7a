"""The strip of the last results: brought back by a click, compared, applied, remembered."""

from __future__ import annotations

from typing import Any

from impasto.bridge.session.preview import Stage
from impasto.dialog import StyleTransferDialog
from impasto.qt import QtCore, QtWidgets

from .krita_hands import click, press_key
from .krita_look import painting_with
from .krita_resting import Log, painterly, switch
from .krita_session import GIVEN, Case, Steps, case, open_picture, pause, photograph, top, wait
from .krita_tools import button, bytes_of, dialogs, image_bytes, open_dialog, shown_view

PAINTED = "painted "


def strip(dialog: StyleTransferDialog) -> QtWidgets.QListWidget:
    return dialog.findChild(QtWidgets.QListWidget, "results")


def comparing(dialog: StyleTransferDialog) -> QtWidgets.QToolButton:
    return dialog.findChild(QtWidgets.QToolButton, "compare-results")


def click_result(dialog: StyleTransferDialog, row: int) -> None:
    shown = strip(dialog)
    rect = shown.visualItemRect(shown.item(row))
    click(shown.viewport(), (rect.center().x(), rect.center().y()))


def paint_ahead(dialog: StyleTransferDialog, **values: Any) -> Steps[None]:
    """Let the dialog rest until all is painted with these."""
    dialog.set_settings(painterly(steps=6, size=64, coarsest=32, **values))
    count = len(dialog.session.outcomes.items)
    yield from wait(lambda: len(dialog.session.outcomes.items) > count)
    yield from wait(lambda: dialog.session.preview.stage is Stage.PAINTED)


def layer_bytes(dialog: StyleTransferDialog, row: int) -> str:
    """What the worker gave for the painting in a row of the strip, in Krita's order."""
    kept = strip(dialog).item(row).data(QtCore.Qt.ItemDataRole.UserRole)
    return bytes_of(kept.whole.result.layer.data)


@case
def strip_of_results() -> Case:
    """Two are painted while the dialog rests; the first comes back, and is applied."""
    document = yield from open_picture(GIVEN["large"])
    dialog = yield from open_dialog()
    hidden = not strip(dialog).isVisible()
    log = Log()
    if not switch(dialog).isChecked():
        switch(dialog).click()
    yield from paint_ahead(dialog, strength=1.0)
    room = dialog._sight.view.height()
    alone = strip(dialog).isVisible(), comparing(dialog).isEnabled()
    yield from paint_ahead(dialog, strength=0.4)
    first = strip(dialog).item(1).text().split("\n")
    names = [first[0], len(first), strip(dialog).accessibleName(), strip(dialog).item(0).toolTip()]
    jobs = [log.count(PAINTED)]
    click_result(dialog, 1)
    yield from wait(lambda: dialog.session.outcomes.picked)
    back = [dialog.settings().strength, dialog.session.preview.stage.name]
    seen = bytes_of(shown_view(dialog).patches[0].picture.data)
    layer = layer_bytes(dialog, 1)
    applies = button(dialog, "Apply").isEnabled()

    # Side by side.
    click(comparing(dialog))
    left = dialog.session.beside
    yield from wait(lambda: dialog._sight.view._words[0] != "Before")
    words = list(dialog._sight.view._words)
    sides = image_bytes(dialog._sight.view._before), image_bytes(dialog._sight.view.after)
    press_key(strip(dialog), QtCore.Qt.Key.Key_Left)
    yield from pause(1.2)  # the dialog looks at its results meanwhile, and leaves the keys alone
    press_key(strip(dialog), QtCore.Qt.Key.Key_Return)
    yield from wait(lambda: dialog.session.beside not in (left, None))
    swapped = image_bytes(dialog._sight.view._before), image_bytes(dialog._sight.view.after)
    dark = "Krita dark"
    try:
        for theme in ("Krita bright", dark):
            yield from painting_with(theme)
            yield from photograph(dialog, f"strip-{theme.split()[1]}")
    finally:
        yield from painting_with(dark)
    click(comparing(dialog))
    single = dialog.session.beside is None and dialog._sight.view._words[0] == "Before"

    # The first one is applied, though the dialog has shown the other last.
    click_result(dialog, 1)
    button(dialog, "Apply").click()
    yield from wait(lambda: dialog.painter is None and len(top(document)) == 2)
    document.waitForDone()
    painting = top(document)[-1]
    applied = bytes_of(painting.pixelData(0, 0, document.width(), document.height()))
    jobs.append(log.count(PAINTED))
    switch(dialog).click()
    dialog.close()
    yield from wait(lambda: not dialogs())

    # Another dialog finds them in the document.
    document.setActiveNode(top(document)[0])
    yield from wait(lambda: document.activeNode() == top(document)[0], 10)
    dialog = yield from open_dialog()
    yield from wait(lambda: strip(dialog).count() == 2)
    click_result(dialog, 0)
    again = [dialog.settings().strength, dialog.session.outcomes.picked]
    dialog.close()
    return {
        "hidden": hidden,
        "alone": alone,
        "room": [room, dialog.height()],
        "names": names,
        "jobs": jobs,
        "back": back,
        "seen": seen,
        "layer": layer,
        "applies": applies,
        "words": words,
        "sides": sides,
        "swapped": swapped,
        "single": single,
        "applied": applied,
        "again": again,
    }
