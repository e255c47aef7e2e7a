"""The dialog's row for an animation: which of its frames are painted."""

from __future__ import annotations

from krita import Document

from .bridge.i18n.texts import tr
from .bridge.session.clip_knobs import STEADY
from .clip import Chosen
from .qt import QtCore, QtWidgets
from .widgets.layouts import in_row


class FramesRow(QtWidgets.QWidget):
    changed = QtCore.pyqtSignal()
    """Other frames are chosen now."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._which = QtWidgets.QComboBox()
        self._which.setObjectName("frames")
        for every, label in (
            (0, tr("Key frames")),
            (1, tr("Every frame")),
            (2, tr("Every second frame (on twos)")),
        ):
            self._which.addItem(label, every)
        self._which.setToolTip(tr("Which frames are painted; each becomes a key frame"))
        self._first, self._last = QtWidgets.QSpinBox(), QtWidgets.QSpinBox()
        for box, name in ((self._first, "first-frame"), (self._last, "last-frame")):
            box.setObjectName(name)
            box.setMaximum(99_999)
            box.valueChanged.connect(lambda _: self.changed.emit())
        self._first.setValue(document.fullClipRangeStartTime())
        self._last.setValue(document.fullClipRangeEndTime())
        self._steady = QtWidgets.QCheckBox(tr(STEADY.label))
        self._steady.setObjectName("steady")
        self._steady.setToolTip(tr(STEADY.help))
        self._steady.setChecked(bool(STEADY.default))
        self._count = QtWidgets.QLabel()
        self._which.currentIndexChanged.connect(lambda _: self.changed.emit())
        names = [QtWidgets.QLabel(text) for text in (tr("Frames"), tr("from"), tr("to"))]
        for label, field in zip(names, (self._which, self._first, self._last), strict=True):
            label.setBuddy(field)
        row = [names[0], self._which, names[1], self._first, names[2], self._last]
        in_row([*row, self._steady, self._count], self._count, self)

    def chosen(self) -> Chosen:
        every: int = self._which.currentData()
        first, last = sorted((self._first.value(), self._last.value()))
        return Chosen(every, first, last, self._steady.isChecked())

    def show_count(self, count: int) -> None:
        """How many frames that are."""
        self._count.setText(tr("{count} frames", count=count) if count else "")
