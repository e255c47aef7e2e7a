"""A line of text that ends in … where there is no room for more."""

from __future__ import annotations

from typing import Any

from ..qt import QtCore, QtGui, QtWidgets

_LEAST = 8
"""Letters there is always room for."""


class ElidedLabel(QtWidgets.QLabel):
    """Takes what room there is, whatever it says."""

    def minimumSizeHint(self) -> QtCore.QSize:
        metrics = self.fontMetrics()
        return QtCore.QSize(_LEAST * metrics.averageCharWidth(), metrics.height())

    def sizeHint(self) -> QtCore.QSize:
        return self.minimumSizeHint()

    def paintEvent(self, _event: Any) -> None:
        right = QtCore.Qt.TextElideMode.ElideRight
        shown = self.fontMetrics().elidedText(self.text(), right, self.width())
        middle = QtCore.Qt.AlignmentFlag.AlignLeft | QtCore.Qt.AlignmentFlag.AlignVCenter
        role = QtGui.QPalette.ColorRole.WindowText
        painter = QtWidgets.QStylePainter(self)
        painter.drawItemText(
            self.rect(), int(middle), self.palette(), self.isEnabled(), shown, role
        )
