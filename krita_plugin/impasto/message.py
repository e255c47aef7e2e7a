"""A message in a window of its own, for what happens without the dialog."""

from __future__ import annotations

from .qt import QtCore, QtWidgets
from .remedies import remedies


def complain(parent: QtWidgets.QWidget, title: str, sentence: str) -> None:
    """Say what is wrong, with the buttons that help; not waited for."""
    box = QtWidgets.QMessageBox(parent)
    box.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QtWidgets.QMessageBox.Icon.Warning)
    box.setWindowTitle(title)
    box.setText(sentence)
    for remedy in remedies(sentence):
        button = box.addButton(remedy.label, QtWidgets.QMessageBox.ButtonRole.ActionRole)
        button.clicked.connect(lambda _=False, act=remedy.act: act())
    box.addButton(QtWidgets.QMessageBox.StandardButton.Close)
    box.open()
