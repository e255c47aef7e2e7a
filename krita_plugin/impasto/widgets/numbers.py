"""Widgets for numbers."""

from __future__ import annotations

import math
from typing import Any

from ..bridge.contract.knobs import Knob
from ..bridge.i18n.texts import tr
from ..qt import QtCore, QtWidgets
from .layouts import in_row

_PARTS = 100
"""Of a slider from end to end."""


class CalmSlider(QtWidgets.QSlider):
    """A slider that lets the wheel pass, so that scrolling through a dialog changes nothing."""

    def __init__(self) -> None:
        super().__init__(QtCore.Qt.Orientation.Horizontal)
        self.setRange(0, _PARTS)
        self.setPageStep(_PARTS // 10)

    def wheelEvent(self, event: Any) -> None:
        event.ignore()


class IntWidget(QtWidgets.QSpinBox):
    """A whole number to type."""

    changed = QtCore.pyqtSignal()

    def __init__(self, knob: Knob) -> None:
        super().__init__()
        self.setRange(int(knob.low), int(knob.high))
        self.setKeyboardTracking(False)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(lambda _: self.changed.emit())

    def set_value(self, value: int) -> None:
        self.setValue(value)

    def wheelEvent(self, event: Any) -> None:
        event.ignore()


class FloatWidget(QtWidgets.QWidget):
    """A slider to try with, and a number to be exact with."""

    changed = QtCore.pyqtSignal()

    def __init__(self, knob: Knob) -> None:
        super().__init__()
        self._low, self._high = knob.low, knob.high
        self._slider = CalmSlider()
        self._number = self._make_number(knob)
        self._number.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self._number.setKeyboardTracking(False)
        self._slider.valueChanged.connect(self._take_slider)
        self._number.valueChanged.connect(self._take_number)
        in_row([self._slider, self._number], self._slider, self)
        self.setFocusProxy(self._slider)

    def value(self) -> float:
        return self._number.value()

    def set_value(self, value: float) -> None:
        self._number.setValue(value)

    def _make_number(self, knob: Knob) -> Any:
        number = QtWidgets.QDoubleSpinBox()
        number.setRange(knob.low, knob.high)
        number.setDecimals(4 if 0 < knob.low < 0.01 else 2)
        number.setSingleStep(0.05)
        return number

    def _at(self, part: float) -> float:
        """The value of a place on the slider, from 0 to 1."""
        return self._low + part * (self._high - self._low)

    def _part(self, value: float) -> float:
        """The place of a value: the inverse."""
        return (value - self._low) / (self._high - self._low)

    def _take_slider(self, place: int) -> None:
        self._number.setValue(self._at(place / _PARTS))

    def _take_number(self, value: float) -> None:
        # The slider is coarser: following the number, it must not round it.
        self._slider.blockSignals(True)
        self._slider.setValue(round(self._part(value) * _PARTS))
        self._slider.blockSignals(False)
        self.changed.emit()


class WideFloatWidget(FloatWidget):
    """A factor: 1 in the middle, the ends a hundredth and a hundred, 0 at the very left."""

    def _at(self, part: float) -> float:
        return 0.0 if part == 0 else min(self._high, 10.0 ** (4 * part - 2))

    def _part(self, value: float) -> float:
        return 0.0 if value <= 0 else min(1.0, max(0.01, (math.log10(value) + 2) / 4))


class FactorWidget(FloatWidget):
    """A factor above 0: twice as much is as far from each other everywhere on the slider."""

    def _at(self, part: float) -> float:
        return self._low * (self._high / self._low) ** part

    def _part(self, value: float) -> float:
        return math.log(value / self._low) / math.log(self._high / self._low)


class PixelsWidget(FloatWidget):
    """Pixels, where twice as many are as far from each other everywhere on the slider."""

    _TO = 4096.0
    """The slider's end; larger sizes are typed, as few machines are made for them."""

    def value(self) -> int:
        return int(self._number.value())

    def _make_number(self, knob: Knob) -> Any:
        number = QtWidgets.QSpinBox()
        number.setRange(int(knob.low), int(knob.high))
        number.setSingleStep(64)
        number.setSuffix(tr(" px"))
        return number

    def _at(self, part: float) -> int:
        return round(self._low * (min(self._TO, self._high) / self._low) ** part / 16) * 16

    def _part(self, value: float) -> float:
        return math.log(value / self._low) / math.log(min(self._TO, self._high) / self._low)
