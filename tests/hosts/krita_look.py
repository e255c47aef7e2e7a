"""How the dialog looks: in a bright and a dark theme, in two languages, on screens of any kind."""

from __future__ import annotations

from collections import Counter
from typing import Any

from impasto.bridge.contract.errors import ENGINE, ImpastoError
from impasto.bridge.contract.settings import Settings
from impasto.bridge.i18n import texts
from impasto.qt import QtCore, QtGui, QtWidgets

from .krita_paint import instant
from .krita_session import GIVEN, Case, Steps, case, main_window, open_picture, pause, photograph
from .krita_tools import button, knob, look_settled, open_dialog


@case
def look() -> Case:
    """The whole dialog with a sentence below it, as it stays open from theme to theme."""
    document = yield from open_picture(GIVEN["large"])
    dark = _theme()
    screen = QtWidgets.QApplication.primaryScreen()
    result: dict[str, Any] = {
        "ratio": screen.devicePixelRatio(),
        "screen": [screen.size().width(), screen.size().height()],
        "themes": {},
        "cut": {},
    }
    try:
        for language in ("en", "de"):
            texts.speak(language)
            dialog = yield from open_dialog()
            for fold in ("regions", "advanced"):
                dialog.findChild(QtWidgets.QToolButton, fold).click()
            dialog.set_settings(instant(size=256, style=GIVEN["style"]))
            told = "Painting failed ({error}): the reason is in {log}"
            dialog._complain(ImpastoError(told, code=ENGINE, error="Unlucky", log=GIVEN["log"]))
            QtWidgets.QApplication.sendEvent(
                knob(dialog, "strength"), QtCore.QEvent(QtCore.QEvent.Type.Enter)
            )
            yield from look_settled(dialog)
            for theme in ("Krita bright", "Krita dark"):
                yield from painting_with(theme)
                yield from photograph(dialog, f"look-{language}-{theme.split()[1]}")
                result["themes"][f"{language} {theme}"] = _contrasts(dialog)
            result["cut"][language] = _cut_off(dialog)
            dialog.set_settings(Settings(style=GIVEN["style"], background_style=GIVEN["style"]))
            yield from photograph(dialog._panel, f"knobs-{language}")
            result["default"] = button(dialog, texts.tr("Paint")).isDefault()
            result["size"] = [dialog.width(), dialog.height()]
            dialog.close()
            yield from pause(0.2)
    finally:
        texts.speak("en")
        yield from painting_with(dark)
    return {**result, "document": document.name()}


def _themes() -> list[QtWidgets.QAction]:
    menu = next(
        a.menu() for a in main_window().findChildren(QtWidgets.QAction, "theme_menu") if a.menu()
    )
    return list(menu.actions())


def _theme() -> str:
    return next(action.text() for action in _themes() if action.isChecked())


def painting_with(theme: str) -> Steps[None]:
    next(action for action in _themes() if action.text() == theme).trigger()
    yield


def _texts(dialog: QtWidgets.QWidget) -> list[QtWidgets.QWidget]:
    """What of the dialog is there to be read, and means something now."""
    kinds = QtWidgets.QLabel, QtWidgets.QAbstractButton
    return [
        widget
        for kind in kinds
        for widget in dialog.findChildren(kind)
        if widget.isVisible() and widget.isEnabled() and widget.text()
    ]


def _contrasts(dialog: QtWidgets.QWidget) -> dict[str, float]:
    """Of each text, its contrast to its ground as it is drawn: 1 to 21, by WCAG's definition."""
    return {
        widget.text(): round(_contrast(widget.grab().toImage()), 2) for widget in _texts(dialog)
    }


def _contrast(image: QtGui.QImage) -> float:
    """Of the commonest colour, and of the one that differs from it most."""
    colors = Counter(image.pixel(x, y) for y in range(image.height()) for x in range(image.width()))
    light = {color: _luminance(QtGui.QColor(color)) for color in colors}
    ground = light[colors.most_common(1)[0][0]]
    return max((max(ground, one) + 0.05) / (min(ground, one) + 0.05) for one in light.values())


def _luminance(color: QtGui.QColor) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _cut_off(dialog: QtWidgets.QWidget) -> dict[str, list[int]]:
    """Texts that have less room than they need: what they need, and what they have."""
    found: dict[str, list[int]] = {}
    for widget in _texts(dialog):
        if getattr(widget, "wordWrap", bool)():
            needed, given = widget.heightForWidth(widget.width()), widget.height()
        else:
            needed, given = widget.minimumSizeHint().width(), widget.width()
        if given < needed:
            found[widget.text()] = [needed, given]
    scroll = dialog.findChild(QtWidgets.QScrollArea)
    panel, port = scroll.widget().width(), scroll.viewport().width()
    if port < panel:
        found["all knobs"] = [panel, port]
    for box in dialog.findChildren(QtWidgets.QComboBox):
        option = QtWidgets.QStyleOptionComboBox()
        box.initStyleOption(option)
        parts = QtWidgets.QStyle
        room = box.style().subControlRect(
            parts.ComplexControl.CC_ComboBox, option, parts.SubControl.SC_ComboBoxEditField, box
        )
        needed = box.fontMetrics().horizontalAdvance(box.currentText())
        if box.isVisible() and room.width() < needed:
            found[box.currentText()] = [needed, room.width()]
    return found
