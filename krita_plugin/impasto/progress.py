"""How far a run is, with its Cancel: a part of the dialog, and a window of its own."""

from __future__ import annotations

from .qt import QtCore, QtWidgets
from .run import Run

_PARTS = 1000
"""Steps of the bar, fine enough to move smoothly."""


class ProgressRow(QtWidgets.QWidget):
    """A bar that says what is going on and how long still, and a Cancel."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QtWidgets.QLabel()
        self._bar = QtWidgets.QProgressBar()
        self._bar.setTextVisible(False)
        self._cancel = QtWidgets.QPushButton("Cancel")
        self._cancel.setToolTip("End this painting now; the picture stays as it is.")
        layout = QtWidgets.QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._text, 0, 0, 1, 2)
        layout.addWidget(self._bar, 1, 0)
        layout.addWidget(self._cancel, 1, 1)

    def follow(self, run: Run) -> None:
        self._bar.setRange(0, 0)
        self._text.setText("Starting")
        run.progressed.connect(self._show)
        self._cancel.clicked.connect(run.cancel)

    def _show(self, fraction: float, text: str) -> None:
        # A bar without a range moves by itself, which is right until there is a fraction to show.
        self._bar.setRange(0, _PARTS if fraction > 0 else 0)
        self._bar.setValue(round(fraction * _PARTS))
        self._text.setText(text)


class ProgressWindow(QtWidgets.QDialog):
    """A run without the dialog: closes with it, and an error stays to be read."""

    def __init__(self, run: Run, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Style Transfer Again")
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(380)
        run.setParent(self)
        self._run = run
        self._row = ProgressRow()
        self._row.follow(run)
        QtWidgets.QVBoxLayout(self).addWidget(self._row)
        run.failed.connect(self._complain)
        run.ended.connect(self.accept)

    def reject(self) -> None:
        """Escape and the window's own close button are a Cancel."""
        self._run.cancel()

    def _complain(self, sentence: str) -> None:
        box = QtWidgets.QMessageBox(self.parentWidget())
        box.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QtWidgets.QMessageBox.Icon.Warning)
        box.setWindowTitle(self.windowTitle())
        box.setText(sentence)
        box.open()
