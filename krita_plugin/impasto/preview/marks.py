"""What is drawn beside and over pictures: the split, words, and what transparency lies on."""

from __future__ import annotations

from collections.abc import Sequence

from ..bridge.session.viewport import MARKER
from ..qt import QtCore, QtGui

_GRIP = 9.0
"""Radius of the split's handle, in pixels of the screen."""

_CHECK = 8


def draw_split(painter: QtGui.QPainter, x: float, shown: QtCore.QRectF) -> None:
    """A line at a column, from the top to the bottom of what is shown, with a handle."""
    top, bottom = shown.top(), shown.bottom()
    for colour, width in ((QtGui.QColor(0, 0, 0, 110), 4.0), (QtGui.QColor("white"), 1.5)):
        painter.setPen(QtGui.QPen(colour, width))
        painter.drawLine(QtCore.QPointF(x, top), QtCore.QPointF(x, bottom))
    middle = QtCore.QPointF(x, (top + bottom) / 2)
    painter.setPen(QtGui.QPen(QtGui.QColor(0, 0, 0, 110), 1.5))
    painter.setBrush(QtGui.QColor("white"))
    painter.drawEllipse(middle, _GRIP, _GRIP)
    painter.setPen(QtCore.Qt.PenStyle.NoPen)
    painter.setBrush(QtGui.QColor(60, 60, 60))
    for side in (-1, 1):
        tip = QtCore.QPointF(middle.x() + side * 6, middle.y())
        foot = QtCore.QPointF(middle.x() + side * 2, middle.y())
        up, down = QtCore.QPointF(0, -3.5), QtCore.QPointF(0, 3.5)
        painter.drawPolygon(QtGui.QPolygonF([tip, foot + up, foot + down]))


def draw_markers(painter: QtGui.QPainter, places: Sequence[tuple[float, float]]) -> None:
    """A ring with a dot in it at each place."""
    for x, y in places:
        middle = QtCore.QPointF(x, y)
        painter.setBrush(QtGui.QColor(255, 215, 25, 110))
        for colour, width in ((QtGui.QColor(0, 0, 0, 160), 4.0), (QtGui.QColor("white"), 2.0)):
            painter.setPen(QtGui.QPen(colour, width))
            painter.drawEllipse(middle, MARKER, MARKER)
            painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(QtGui.QColor("white"))
        painter.drawEllipse(middle, 2, 2)


def draw_pill(
    painter: QtGui.QPainter, room: QtCore.QRectF, text: str, where: QtCore.Qt.AlignmentFlag
) -> None:
    """A few words on a dark ground, which any picture can lie under."""
    option = QtGui.QTextOption(where)
    words = painter.boundingRect(room, text, option)
    painter.setPen(QtCore.Qt.PenStyle.NoPen)
    painter.setBrush(QtGui.QColor(0, 0, 0, 150))
    painter.drawRoundedRect(words.adjusted(-10, -4, 10, 4), 8, 8)
    painter.setPen(QtGui.QColor("white"))
    painter.drawText(words.adjusted(-1, 0, 1, 0), text, option)


def checks() -> QtGui.QBrush:
    """What transparent parts lie on."""
    tile = QtGui.QPixmap(2 * _CHECK, 2 * _CHECK)
    tile.fill(QtGui.QColor(150, 150, 150))
    painter = QtGui.QPainter(tile)
    for corner in (0, _CHECK):
        painter.fillRect(corner, corner, _CHECK, _CHECK, QtGui.QColor(110, 110, 110))
    painter.end()
    return QtGui.QBrush(tile)
