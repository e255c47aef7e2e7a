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
        # A form gives its rows wrong heights once their texts have become longer or shorter.
        self._grid = QtWidgets.QGridLayout(self._facts)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
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
            self._add_row(name, value, QtCore.Qt.AlignmentFlag.AlignTop)

    def _add_row(
        self,
        name: Text,
        widget: QtWidgets.QWidget,
        beside: Any = QtCore.Qt.AlignmentFlag.AlignVCenter,
    ) -> None:
        """Put something below what is there, with its name beside it."""
        label = QtWidgets.QLabel(f"{tr(name)}:")
        label.setBuddy(widget)
        row = self._grid.count() // 2
        self._grid.addWidget(label, row, 0, beside)
        self._grid.addWidget(widget, row, 1)

    def _tell_rows(self, rows: Sequence[tuple[Text, Text]]) -> None:
        for value, (_, told) in zip(self._values, rows, strict=True):
            value.setText(tr(told))
