"""The style's picture, to drag out the part of it that is to be taken."""

from __future__ import annotations

from typing import Any

from krita import Document

from ..bridge.contract.geometry import Box, Extent
from ..bridge.contract.knobs import Knob
from ..bridge.session.cropping import Drag, fitted, marked
from ..qt import QtCore, QtGui, QtWidgets
from .files import thumbnail

_HEIGHT = 140
"""Pixels."""

_DIMMED = 150
"""Of 255: how dark what is not taken becomes."""


class CropWidget(QtWidgets.QWidget):
    """Shows nothing, and takes no room, where there is no picture."""

    changed = QtCore.pyqtSignal()

    def __init__(self, _knob: Knob, document: Document) -> None:
        super().__init__()
        self._document = document
        self._value = self._shown = ""
        self._picture = QtGui.QImage()
        self._drag: Drag | None = None
        self.setFixedHeight(_HEIGHT)
        self.setCursor(QtCore.Qt.CursorShape.CrossCursor)

    def value(self) -> str:
        return self._value

    def set_value(self, value: str) -> None:
        if value != self._value:
            self._value = value
            self.update()
            self.changed.emit()

    def show_style(self, setting: str) -> None:
        """Show what a ``file`` setting names."""
        if setting != self._shown:
            self._shown = setting
            self._picture, _ = thumbnail(self._document, setting, 3 * _HEIGHT)
            self._drag = None
            self.setFixedHeight(0 if self._picture.isNull() else _HEIGHT)
            self.update()

    def mousePressEvent(self, event: Any) -> None:
        if not self._picture.isNull() and event.button() == QtCore.Qt.MouseButton.LeftButton:
            self._drag = Drag(self._place(), event.pos().x(), event.pos().y())

    def mouseMoveEvent(self, event: Any) -> None:
        if self._drag is not None:
            self.set_value(self._drag.at(event.pos().x(), event.pos().y()))

    def mouseReleaseEvent(self, event: Any) -> None:
        self.mouseMoveEvent(event)
        self._drag = None

    def paintEvent(self, _event: Any) -> None:
        if self._picture.isNull():
            return
        painter, place = QtGui.QPainter(self), self._place()
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QtCore.QRect(*place), self._picture)
        part = marked(self._value, place)
        if part is not None:
            rest = QtGui.QRegion(*place).subtracted(QtGui.QRegion(*part))
            painter.setClipRegion(rest)
            painter.fillRect(QtCore.QRect(*place), QtGui.QColor(0, 0, 0, _DIMMED))
            painter.setClipping(False)
            painter.setPen(QtGui.QPen(QtCore.Qt.GlobalColor.white, 1))
            painter.drawRect(QtCore.QRect(part.x, part.y, part.width - 1, part.height - 1))
        painter.end()

    def _place(self) -> Box:
        """Where the picture is drawn."""
        picture = Extent(max(1, self._picture.width()), max(1, self._picture.height()))
        return fitted(picture, Extent(max(1, self.width()), max(1, self.height())))
