"""The dialog: every knob, Paint, and what comes of it. The canvas stays usable beside it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from krita import Document

from .bridge.settings import KNOBS, Knob, Settings
from .journal import explain
from .memory import recall, remember
from .progress import ProgressRow
from .qt import QtCore, QtWidgets
from .run import Run
from .widgets import make_widget


class StyleTransferDialog(QtWidgets.QDialog):
    """Belongs to the document it was opened on, and paints from that one's active layer."""

    def __init__(self, document: Document, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self.document = document
        self._run: Run | None = None
        file = PurePath(document.fileName()).name
        self.setWindowTitle(f"Style Transfer — {file or document.name() or 'unnamed'}")
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(440)
        self._widgets: dict[str, Any] = {}
        self._knobs = self._make_knobs()
        self._note = _Note()
        self._progress = ProgressRow()
        self._progress.hide()
        self._paint = QtWidgets.QPushButton("Paint")
        self._paint.setDefault(True)
        self._paint.clicked.connect(self._start)
        self._close = QtWidgets.QPushButton("Close")
        self._close.clicked.connect(self.close)
        buttons = QtWidgets.QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._paint)
        buttons.addWidget(self._close)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setSizeConstraint(QtWidgets.QLayout.SizeConstraint.SetMinimumSize)
        layout.addWidget(self._knobs)
        layout.addStretch(1)
        layout.addWidget(self._note)
        layout.addWidget(self._progress)
        layout.addLayout(buttons)
        self.set_settings(recall() or Settings())

    def settings(self) -> Settings:
        return Settings(**{name: widget.value() for name, widget in self._widgets.items()})

    def set_settings(self, settings: Settings) -> None:
        for name, value in settings.as_mapping().items():
            self._widgets[name].set_value(value)

    def reject(self) -> None:
        """Escape closes an idle dialog, but does not throw away a painting under way."""
        if self._run is None:
            super().reject()

    def closeEvent(self, event: Any) -> None:
        if self._run is not None:
            self._run.cancel()
        event.accept()

    def _make_knobs(self) -> QtWidgets.QWidget:
        holder = QtWidgets.QWidget()
        form = QtWidgets.QFormLayout(holder)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for knob in KNOBS:
            if not knob.advanced:
                self._add_knob(form, knob)
        fold = _Fold("Advanced")
        form.addRow(fold)
        for knob in KNOBS:
            if knob.advanced:
                fold.add(*self._add_knob(form, knob))
        return holder

    def _add_knob(self, form: QtWidgets.QFormLayout, knob: Knob) -> list[QtWidgets.QWidget]:
        """The label and the widget of a new row."""
        widget = self._widgets[knob.name] = make_widget(knob, self.document)
        label = QtWidgets.QLabel(f"{knob.label}:")
        label.setToolTip(knob.help)
        label.setBuddy(widget)
        form.addRow(label, widget)
        return [label, widget]

    def _start(self) -> None:
        self._note.clear()
        try:
            settings = self.settings()
        except Exception as error:
            self._note.complain(explain(error))
            return
        remember(settings)
        self._run = Run(self.document, settings, self)
        self._progress.follow(self._run)
        self._run.painted.connect(lambda name: self._note.say(f"Painted: the new layer '{name}'."))
        self._run.failed.connect(self._note.complain)
        self._run.ended.connect(self._stop)
        self._show_running(True)
        self._run.start()

    def _stop(self) -> None:
        if self._run is not None:
            self._run.deleteLater()
        self._run = None
        self._show_running(False)

    def _show_running(self, running: bool) -> None:
        self._knobs.setEnabled(not running)
        self._paint.setEnabled(not running)
        self._close.setEnabled(not running)
        self._progress.setVisible(running)


class _Fold(QtWidgets.QToolButton):
    """A heading that shows and hides what was added to it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._content: list[QtWidgets.QWidget] = []
        self.setText(title)
        self.setObjectName(title.lower())
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setToolButtonStyle(QtCore.Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggled.connect(self._turn)
        self._turn(False)

    def add(self, *widgets: QtWidgets.QWidget) -> None:
        self._content += widgets
        self._turn(self.isChecked())

    def _turn(self, unfolded: bool) -> None:
        arrows = QtCore.Qt.ArrowType
        self.setArrowType(arrows.DownArrow if unfolded else arrows.RightArrow)
        for widget in self._content:
            widget.setVisible(unfolded)


class _Note(QtWidgets.QWidget):
    """One sentence, with a warning sign where it is an error; takes no room when empty."""

    def __init__(self) -> None:
        super().__init__()
        self._sign = QtWidgets.QLabel()
        style = self.style()
        size = style.pixelMetric(QtWidgets.QStyle.PixelMetric.PM_SmallIconSize) * 2
        icon = style.standardIcon(QtWidgets.QStyle.StandardPixmap.SP_MessageBoxWarning)
        self._sign.setPixmap(icon.pixmap(size, size))
        self._text = QtWidgets.QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._sign)
        layout.addWidget(self._text, 1)
        self.clear()

    def clear(self) -> None:
        self.hide()

    def say(self, sentence: str) -> None:
        self._show(sentence, warn=False)

    def complain(self, sentence: str) -> None:
        self._show(sentence, warn=True)

    def _show(self, sentence: str, warn: bool) -> None:
        self._text.setText(sentence)
        self._sign.setVisible(warn)
        self.show()
