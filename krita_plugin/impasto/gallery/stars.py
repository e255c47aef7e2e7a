"""The star on each picture of the gallery: full on a favourite, an outline on any other."""

from __future__ import annotations

import math
from typing import Any

from ..qt import QtCore, QtGui, QtWidgets

_ROOM = 18.0
"""Pixels of the square that a star can be clicked in."""

_RADIUS = 6.5
_INNER = 0.45
"""Radius of a star's inner corners, as a part of the outer ones'."""


class Starred(QtWidgets.QStyledItemDelegate):
    """Draws an item as ever, and its star over it, in the picture's upper right corner."""

    def __init__(self, side: int, parent: QtCore.QObject) -> None:
        """``side``: pixels of a picture's side."""
        super().__init__(parent)
        self._side = side

    def star_of(self, item: QtCore.QRect) -> QtCore.QRectF:
        """Where the star of an item lies, whose own place is given."""
        right = item.center().x() + self._side / 2
        return QtCore.QRectF(right - _ROOM, item.top() + 3, _ROOM, _ROOM)

    def initStyleOption(
        self, option: QtWidgets.QStyleOptionViewItem, index: QtCore.QModelIndex
    ) -> None:
        """A name of one line stands as near to its picture as one of two."""
        super().initStyleOption(option, index)
        flags = QtCore.Qt.AlignmentFlag
        option.displayAlignment = flags.AlignHCenter | flags.AlignTop

    def paint(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionViewItem,
        index: QtCore.QModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        style: Any = index.data(QtCore.Qt.ItemDataRole.UserRole)
        place = self.star_of(option.rect)
        painter.save()
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(QtGui.QColor(0, 0, 0, 110))
        painter.drawEllipse(place.adjusted(1, 1, -1, -1))
        painter.setPen(QtGui.QPen(QtGui.QColor("white"), 1.2))
        if style.favourite:
            painter.setPen(QtCore.Qt.PenStyle.NoPen)
            painter.setBrush(QtGui.QColor(255, 205, 60))
        else:
            painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
        painter.drawPolygon(_star(place.center()))
        painter.restore()


def _star(middle: QtCore.QPointF) -> QtGui.QPolygonF:
    """Five points, one of them up."""
    corners = []
    for number in range(10):
        angle = math.pi * (number / 5 - 0.5)
        radius = _RADIUS * (_INNER if number % 2 else 1.0)
        corners.append(
            QtCore.QPointF(
                middle.x() + radius * math.cos(angle), middle.y() + radius * math.sin(angle)
            )
        )
    return QtGui.QPolygonF(corners)
