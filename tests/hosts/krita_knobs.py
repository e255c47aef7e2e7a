"""The knobs: qualities with their times, resets, help, presets."""

from __future__ import annotations

from impasto.qt import QtCore, QtWidgets

from .krita_hands import click, write
from .krita_paint import instant, paint
from .krita_session import Case, case, open_photo, pause, photograph, select, wait
from .krita_tools import button, knob, open_dialog, preset_menu, shown_text


@case
def knobs() -> Case:
    """All by clicks and keys, as far as a person has them."""
    document = yield from open_photo()
    select(document, 20, 20, 60, 60)
    yield from paint(document, instant())
    document.setActiveNode(document.rootNode().childNodes()[0])
    dialog = yield from open_dialog()
    panel = dialog._panel
    dialog.set_settings(instant())
    qualities = {
        name: dialog.findChild(QtWidgets.QToolButton, f"quality-{name}")
        for name in ("draft", "good", "best")
    }
    yield from wait(lambda: "\n" in qualities["draft"].text(), 20)
    times = {name: b.text().replace("&", "").splitlines()[1:] for name, b in qualities.items()}
    down = [{name: b.isChecked() for name, b in qualities.items()}]
    click(qualities["best"])
    best = dialog.settings()
    down.append({name: b.isChecked() for name, b in qualities.items()})

    reset = dialog.findChild(QtWidgets.QToolButton, "reset-strength")
    before = reset.isVisible()
    panel.update_settings({"strength": 0.3})
    yield from pause(0.1)
    appeared = reset.isVisible()
    click(reset)
    strength = dialog.settings().strength

    enter = QtCore.QEvent(QtCore.QEvent.Type.Enter)
    QtWidgets.QApplication.sendEvent(knob(dialog, "strength"), enter)
    help_shown = shown_text(dialog)

    dialog.findChild(QtWidgets.QToolButton, "advanced").click()
    network = knob(dialog, "network").lineEdit()
    network.selectAll()
    write(network, "vgg16")
    written = dialog.settings().network

    wanted = dialog.settings()
    preset_menu(dialog)["Save as…"].trigger()
    question = dialog.findChild(QtWidgets.QInputDialog)
    write(question.findChild(QtWidgets.QLineEdit), "Mine for portraits")
    click(button(question, "OK"))
    preset_menu(dialog)["Reset to the defaults"].trigger()
    back = dialog.settings()
    listed = list(preset_menu(dialog))
    preset_menu(dialog)["Mine for portraits"].trigger()
    again = dialog.settings() == wanted
    yield from photograph(dialog, "knobs")
    preset_menu(dialog)["Remove"].menu().actions()[0].trigger()
    left = list(preset_menu(dialog))
    dialog.close()
    return {
        "times": times,
        "down": down,
        "best": [best.method, best.steps],
        "reset": [before, appeared, strength],
        "help": help_shown,
        "written": written,
        "defaults": [back.method, back.network, back.style == wanted.style],
        "listed": listed,
        "again": again,
        "left": left,
    }
