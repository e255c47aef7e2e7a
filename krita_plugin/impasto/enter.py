"""What Enter does in the dialog: it paints, but not for those who write something."""

from __future__ import annotations

from .qt import QtCore, QtWidgets

_KEYS = QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter

_FIELDS = (
    QtWidgets.QLineEdit,
    QtWidgets.QAbstractSpinBox,
    QtWidgets.QComboBox,
    QtWidgets.QAbstractItemView,
    QtWidgets.QCheckBox,
)
"""Where Enter ends what is written or chosen there, and no more."""


def taken(key: int, at: QtWidgets.QWidget | None) -> bool:
    """Whether a key is Enter and belongs to the widget that has the focus; a button is pressed."""
    if key not in _KEYS:
        return False
    if isinstance(at, QtWidgets.QToolButton):
        at.click()
        return True
    return isinstance(at, _FIELDS)
