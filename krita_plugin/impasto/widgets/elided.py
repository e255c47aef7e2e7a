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
        option = QtGui.QTextOption(QtCore.Qt.AlignmentFlag.AlignVCenter)
        option.setWrapMode(QtGui.QTextOption.WrapMode.NoWrap)
        painter = QtGui.QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(QtCore.QRectF(self.rect()), shown, option)
