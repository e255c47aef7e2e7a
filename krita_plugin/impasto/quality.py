"""Draft, good or best, each with the time it will take on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .bridge.i18n.texts import tr
from .bridge.session.presets import QUALITIES, quality
from .qt import QtCore, QtWidgets
from .widgets.layouts import in_row


class QualityRow(QtWidgets.QWidget):
    """One button is down, or none where the settings are a person's own."""

    chosen = QtCore.pyqtSignal(dict)
    """The settings of the quality that was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._buttons: dict[str, QtWidgets.QToolButton] = {}
        layout = in_row([], owner=self)
        layout.setSpacing(4)
        for name, choice in QUALITIES.items():
            button = QtWidgets.QToolButton()
            button.setObjectName(f"quality-{name}")
            button.setText(tr(choice.label))
            button.setToolTip(tr(choice.help))
            button.setCheckable(True)
            button.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(
                QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Fixed
            )
            button.clicked.connect(lambda _=False, name=name: self._choose(name))
            self._buttons[name] = button
            layout.addWidget(button, 1)

    def show_settings(self, values: Mapping[str, Any]) -> None:
        """Press the button whose settings these are."""
        for name, button in self._buttons.items():
            button.setChecked(name == quality(values))

    def show_times(self, times: Mapping[str, str]) -> None:
        """Say how long each takes, as far as that is known."""
        for name, time in times.items():
            self._buttons[name].setText(f"{tr(QUALITIES[name].label)}\n{time}")

    def _choose(self, name: str) -> None:
        self.chosen.emit(dict(QUALITIES[name].settings))
