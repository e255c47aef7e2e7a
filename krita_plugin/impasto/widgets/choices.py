"""Widgets for choices, flags and texts."""

from __future__ import annotations

from typing import Any

from ..bridge.contract.knobs import Knob
from ..bridge.i18n.texts import tr
from ..qt import QtCore, QtWidgets


class _Combo(QtWidgets.QComboBox):
    """As wide as there is room."""

    changed = QtCore.pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        policies = QtWidgets.QSizePolicy.Policy
        self.setSizePolicy(policies.Ignored, policies.Fixed)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: Any) -> None:
        """Scrolling through a dialog changes nothing."""
        event.ignore()


class ChoiceWidget(_Combo):
    def __init__(self, knob: Knob) -> None:
        super().__init__()
        for value, label in knob.choices:
            self.addItem(tr(label), value)
        self.currentIndexChanged.connect(lambda _: self.changed.emit())

    def value(self) -> str:
        return self.currentData()

    def set_value(self, value: str) -> None:
        self.setCurrentIndex(self.findData(value))


class FlagWidget(QtWidgets.QCheckBox):
    changed = QtCore.pyqtSignal()

    def __init__(self, _knob: Knob) -> None:
        super().__init__()
        self.toggled.connect(lambda _: self.changed.emit())

    def value(self) -> bool:
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        self.setChecked(value)


class TextWidget(_Combo):
    """A line to write, with suggestions where the knob has some."""

    def __init__(self, knob: Knob) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QtWidgets.QComboBox.InsertPolicy.NoInsert)
        for place, (value, label) in enumerate(knob.choices):
            self.addItem(value)
            self.setItemData(place, tr(label), QtCore.Qt.ItemDataRole.ToolTipRole)
        self.editTextChanged.connect(lambda _: self.changed.emit())

    def value(self) -> str:
        return self.currentText().strip()

    def set_value(self, value: str) -> None:
        self.setEditText(value)
