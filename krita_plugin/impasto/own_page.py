"""What the pages on Impasto itself share: set-up, and where things are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .bridge.i18n.text import Text
from .bridge.i18n.texts import tr
from .qt import QtCore, QtWidgets
from .widgets.layouts import in_column
from .widgets.words import heading, words

_WIDTH = 560
"""Pixels, at least."""


class OwnPage(QtWidgets.QDialog):
    """A heading, a few words and facts, looked at again and again as long as it is open."""

    def __init__(self, title: str, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self._title, self._introduction = heading(), words()
        self._facts = QtWidgets.QWidget()
        self._form = QtWidgets.QFormLayout(self._facts)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._values: list[QtWidgets.QLabel] = []
        self._bar = QtWidgets.QProgressBar()
        self._bar.setTextVisible(False)
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._look)

    def done(self, result: int) -> None:
        self._timer.stop()
        super().done(result)

    def closeEvent(self, event: Any) -> None:
        """What is under way goes on."""
        self._timer.stop()
        event.accept()

    def _look(self) -> None:
        """Ask how far it is, and show it."""
        raise NotImplementedError

    def _lay(self, above: Sequence[Any], below: Sequence[Any], tick: int) -> None:
        """Lay it out, with room to spare between the two, and begin to look every `tick` ms."""
        above = [self._title, self._introduction, self._facts, self._bar, *above]
        column = in_column([*above, *below])
        column.insertStretch(len(above), 1)
        column.setSpacing(12)
        column.setContentsMargins(20, 16, 20, 16)
        self.setLayout(column)
        self._timer.start(tick)

    def _add_rows(self, rows: Sequence[tuple[Text, Text]]) -> None:
        """Make room for facts, by their labels."""
        for name, _ in rows:
            value = words()
            self._values.append(value)
            self._form.addRow(f"{tr(name)}:", value)

    def _tell_rows(self, rows: Sequence[tuple[Text, Text]]) -> None:
        for value, (_, told) in zip(self._values, rows, strict=True):
            value.setText(tr(told))
