"""One widget for each kind of knob, all with ``value`` and ``set_value``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from krita import Document

from . import layers
from .bridge.settings import Knob
from .qt import QtCore, QtGui, QtWidgets

_THUMBNAIL = 72
_FILES = "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif);;All files (*)"


class KnobWidget(Protocol):
    """What the dialog needs to know of a widget."""

    def value(self) -> Any: ...
    def set_value(self, value: Any) -> None: ...


class ChoiceWidget(QtWidgets.QComboBox):
    def __init__(self, knob: Knob) -> None:
        super().__init__()
        for value, label in knob.choices:
            self.addItem(label, value)

    def value(self) -> str:
        return self.currentData()

    def set_value(self, value: str) -> None:
        self.setCurrentIndex(self.findData(value))


class FlagWidget(QtWidgets.QCheckBox):
    def __init__(self, _knob: Knob) -> None:
        super().__init__()

    def value(self) -> bool:
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        self.setChecked(value)


class IntWidget(QtWidgets.QSpinBox):
    def __init__(self, knob: Knob) -> None:
        super().__init__()
        self.setRange(int(knob.low), int(knob.high))

    def set_value(self, value: int) -> None:
        self.setValue(value)


class FloatWidget(QtWidgets.QWidget):
    """A slider to try with, and a number to be exact with."""

    _PARTS = 100

    def __init__(self, knob: Knob) -> None:
        super().__init__()
        self._slider = QtWidgets.QSlider(QtCore.Qt.Orientation.Horizontal)
        self._slider.setRange(round(knob.low * self._PARTS), round(knob.high * self._PARTS))
        self._number = QtWidgets.QDoubleSpinBox()
        self._number.setRange(knob.low, knob.high)
        self._number.setSingleStep(5 / self._PARTS)
        self._slider.valueChanged.connect(lambda part: self._number.setValue(part / self._PARTS))
        self._number.valueChanged.connect(
            lambda number: self._slider.setValue(round(number * self._PARTS))
        )
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._number)

    def value(self) -> float:
        return self._number.value()

    def set_value(self, value: float) -> None:
        self._number.setValue(value)


class PictureWidget(QtWidgets.QWidget):
    """A picture from a file or from a layer of the document, with its thumbnail."""

    def __init__(self, knob: Knob, document: Document) -> None:
        super().__init__()
        self._title = knob.label
        self._document = document
        self._value = ""
        self._thumbnail = QtWidgets.QToolButton()
        self._thumbnail.setIconSize(QtCore.QSize(_THUMBNAIL, _THUMBNAIL))
        self._thumbnail.setToolTip(knob.help)
        self._thumbnail.clicked.connect(self._choose_file)
        self._name = QtWidgets.QLabel()
        self._name.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Preferred
        )
        file = QtWidgets.QPushButton("File…")
        file.clicked.connect(self._choose_file)
        self._layers = QtWidgets.QMenu(self)
        self._layers.aboutToShow.connect(self._list_layers)
        self._layers.triggered.connect(lambda action: self.set_value(action.data()))
        layer = QtWidgets.QPushButton("Layer")
        layer.setMenu(self._layers)
        self._none = QtWidgets.QPushButton("None")
        self._none.clicked.connect(lambda: self.set_value(""))
        layout = QtWidgets.QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setColumnStretch(4, 1)
        layout.addWidget(self._thumbnail, 0, 0, 2, 1)
        layout.addWidget(self._name, 0, 1, 1, 4)
        for column, button in enumerate((file, layer, self._none), start=1):
            layout.addWidget(button, 1, column)
        self.set_value("")

    def value(self) -> str:
        return self._value

    def set_value(self, value: str) -> None:
        """Take a path or a layer's reference; a layer that is gone counts as none."""
        node = layers.find(self._document, value) if layers.is_reference(value) else None
        if node is not None:
            picture, name = node.thumbnail(_THUMBNAIL, _THUMBNAIL), f"Layer: {node.name()}"
        elif value and not layers.is_reference(value):
            picture, name = _file_thumbnail(value), Path(value).name
        else:
            value, picture, name = "", QtGui.QImage(), "None"
        self._value = value
        self._name.setText(name)
        self._name.setToolTip(name if node is not None else value)
        self._none.setEnabled(bool(value))
        self._thumbnail.setIcon(QtGui.QIcon(QtGui.QPixmap.fromImage(picture)))

    def _choose_file(self) -> None:
        """Not waited for: in an inner event loop Krita, and a painting under way, would stand."""
        folder = "" if layers.is_reference(self._value) else str(Path(self._value).parent)
        chooser = QtWidgets.QFileDialog(self, self._title, folder, _FILES)
        chooser.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self.set_value)
        chooser.open()

    def _list_layers(self) -> None:
        self._layers.clear()
        for node in layers.all_layers(self._document):
            icon = QtGui.QIcon(QtGui.QPixmap.fromImage(node.thumbnail(32, 32)))
            action = self._layers.addAction(icon, node.name())
            action.setData(layers.reference(node))


_KINDS = {"choice": ChoiceWidget, "flag": FlagWidget, "int": IntWidget, "float": FloatWidget}


def make_widget(knob: Knob, document: Document) -> Any:
    """The widget of a knob, with its default and its help; see ``KnobWidget``."""
    widget: Any = PictureWidget(knob, document) if knob.kind == "file" else _KINDS[knob.kind](knob)
    widget.setObjectName(knob.name)
    widget.setToolTip(knob.help)
    widget.set_value(knob.default)
    return widget


def _file_thumbnail(path: str) -> QtGui.QImage:
    """A small version of the file; an empty picture where Qt can't read it, though we may."""
    reader = QtGui.QImageReader(path)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(
            size.scaled(_THUMBNAIL, _THUMBNAIL, QtCore.Qt.AspectRatioMode.KeepAspectRatio)
        )
    return reader.read()
