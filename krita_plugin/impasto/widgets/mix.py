"""A second style, and how much of it: the knob's text as one picture and one slider."""

from __future__ import annotations

from krita import Document

from ..bridge.contract.errors import BadInput
from ..bridge.contract.knobs import Knob
from ..bridge.i18n.texts import tr
from ..bridge.session.styles import ENDS, EVEN, mixture, second
from ..qt import QtCore, QtWidgets
from .files import PictureWidget
from .layouts import in_column, in_row
from .numbers import CalmSlider


class MixWidget(QtWidgets.QWidget):
    """Of several pictures, which a preset may bring, the first is shown; all stay until one is
    chosen or the slider is moved."""

    changed = QtCore.pyqtSignal()
    failed = QtCore.pyqtSignal(object)
    """Why a picture can't be taken, in one sentence."""

    def __init__(self, knob: Knob, document: Document) -> None:
        super().__init__()
        self._text = ""
        self.picture = PictureWidget(tr(knob.label), tr(knob.help), document, with_layers=False)
        self.picture.changed.connect(self._take_picture)
        self.picture.failed.connect(self.failed)
        self._slider = CalmSlider()
        self._slider.setObjectName("share")
        self._slider.setRange(*(round(100 * share) for share in ENDS))
        self._slider.setToolTip(tr("How much of the second style"))
        self._slider.setAccessibleName(tr("How much of the second style"))
        self._slider.valueChanged.connect(lambda _: self._take_picture())
        self._percent = QtWidgets.QLabel()
        self._row = QtWidgets.QWidget()
        in_row([self._slider, self._percent], self._slider, self._row)
        in_column([self.picture, self._row], None, self).setSpacing(0)
        self.setFocusProxy(self.picture)
        self.set_value("")

    def value(self) -> str:
        return self._text

    def set_value(self, text: str) -> None:
        try:
            path, share = second(text)
        except BadInput:
            path, share = "", EVEN
        # Set silently: what the parts come to is the text itself, to the last digit.
        for part in (self.picture, self._slider):
            part.blockSignals(True)
        self.picture.set_value(path)
        self._slider.setValue(round(100 * share))
        for part in (self.picture, self._slider):
            part.blockSignals(False)
        self._take_text(text)

    def _take_picture(self) -> None:
        self._take_text(mixture(self.picture.value(), self._slider.value() / 100))

    def _take_text(self, text: str) -> None:
        self._row.setVisible(bool(self.picture.value()))
        self._percent.setText(f"{self._slider.value()} %")
        if text != self._text:
            self._text = text
            self.changed.emit()
