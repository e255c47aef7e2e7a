"""How far a run is, with its Cancel: a part of the dialog, and a window of its own."""

from __future__ import annotations

from .bridge.contract.errors import ImpastoError
from .bridge.i18n.texts import tr
from .bridge.i18n.times import clock
from .leaving import Watch
from .message import announce, complain
from .note import SILENT, Note
from .painter import Painter
from .qt import QtCore, QtWidgets
from .widgets.layouts import in_column

_PARTS = 1000
"""Steps of the bar, fine enough to move smoothly."""


class ProgressRow(QtWidgets.QWidget):
    """A bar that says what is going on, since when and how long still, and how to end it."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.painter: Painter | None = None
        self._text = QtWidgets.QLabel()
        self._elapsed = QtWidgets.QLabel()
        self._bar = QtWidgets.QProgressBar()
        self._bar.setTextVisible(False)
        self._keep = QtWidgets.QPushButton(tr("Stop here and keep it"))
        self._keep.setObjectName("keep")
        self._keep.setToolTip(tr("Stop now and keep what is painted so far."))
        self._keep.clicked.connect(self._ask_to_keep)
        self._cancel = QtWidgets.QPushButton(tr("Cancel"))
        self._cancel.setObjectName("cancel")
        self._cancel.setToolTip(tr("Stop now; the picture stays as it is."))
        self._cancel.clicked.connect(self._ask_to_cancel)
        self._since = QtCore.QElapsedTimer()
        self._clock = QtCore.QTimer(self)
        self._clock.setInterval(500)
        self._clock.timeout.connect(self._show_elapsed)
        layout = QtWidgets.QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self._text, 0, 0)
        layout.addWidget(self._elapsed, 0, 1, 1, 2, QtCore.Qt.AlignmentFlag.AlignRight)
        for column, widget in enumerate((self._bar, self._keep, self._cancel)):
            layout.addWidget(widget, 1, column)

    def follow(self, painter: Painter, note: Note) -> None:
        """Show a run until it is over, and ask before its window closes; ``note`` says the rest."""
        self.painter = painter
        Watch(painter)
        self._bar.setRange(0, 0)
        self._text.setText(tr("Starting"))
        self._keep.setEnabled(False)
        self._since.start()
        self._clock.start()
        self._show_elapsed()
        painter.progressed.connect(self._show)
        painter.silent.connect(lambda silent: note.tell_of_silence(silent, painter.restart))
        painter.unpainted.connect(lambda error: note.say(tr(error)))
        painter.ended.connect(self._clock.stop)
        painter.ended.connect(self.hide)
        painter.ended.connect(lambda: note.forgive(SILENT))
        self.show()

    def _ask_to_keep(self) -> None:
        self._keep.setEnabled(False)
        if self.painter is not None:
            self.painter.keep()

    def _ask_to_cancel(self) -> None:
        if self.painter is not None:
            self.painter.cancel()

    def _show(self, fraction: float, text: str) -> None:
        # A bar without a range moves by itself, which is right until there is a fraction to show.
        self._bar.setRange(0, _PARTS if fraction > 0 else 0)
        self._bar.setValue(round(fraction * _PARTS))
        self._text.setText(text)
        if self.painter is not None:
            self._keep.setEnabled(self.painter.run.begun and not self.painter.run.kept)

    def _show_elapsed(self) -> None:
        self._elapsed.setText(clock(self._since.elapsed() / 1000))


class ProgressWindow(QtWidgets.QDialog):
    """A run without the dialog: closes with it, and an error stays to be read."""

    def __init__(self, painter: Painter, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Style Transfer Again"))
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        painter.setParent(self)
        self.painter = painter
        row, note = ProgressRow(), Note()
        self.setLayout(in_column([row, note]))
        row.follow(painter, note)
        painter.failed.connect(self._complain)
        painter.unpainted.connect(lambda error: announce(tr(error)))
        painter.ended.connect(self.accept)

    def reject(self) -> None:
        """Escape and the window's own close button are a Cancel."""
        self.painter.cancel()

    def _complain(self, error: ImpastoError) -> None:
        complain(self.parentWidget(), self.windowTitle(), error)
