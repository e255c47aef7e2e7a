"""Texts on a page."""

from __future__ import annotations

from ..qt import QtCore, QtWidgets


def words() -> QtWidgets.QLabel:
    """A text that wraps, and that can be copied."""
    label = QtWidgets.QLabel()
    label.setWordWrap(True)
    label.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def heading() -> QtWidgets.QLabel:
    """What a page is headed with."""
    label = QtWidgets.QLabel()
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 1.4)
    font.setBold(True)
    label.setFont(font)
    return label
