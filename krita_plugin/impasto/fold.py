"""A heading that shows and hides what belongs to it."""

from __future__ import annotations

from .qt import QtCore, QtWidgets


class Fold(QtWidgets.QToolButton):
    """``content`` is to be laid out below it by whoever made it."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self.content = QtWidgets.QWidget()
        self.setText(title)
        self.setObjectName(name)
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setToolButtonStyle(QtCore.Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggled.connect(self._turn)
        self._turn(False)

    def _turn(self, unfolded: bool) -> None:
        arrows = QtCore.Qt.ArrowType
        self.setArrowType(arrows.DownArrow if unfolded else arrows.RightArrow)
        self.content.setVisible(unfolded)
