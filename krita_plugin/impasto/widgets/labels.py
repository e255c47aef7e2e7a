"""A style for each colour of the labels: the knob's text as a list of pictures."""

from __future__ import annotations

from collections.abc import Sequence

from krita import Document

from ..bridge.i18n.texts import tr
from ..bridge.session.styles import own_styles
from ..qt import QtCore, QtGui, QtWidgets
from .files import PictureWidget
from .layouts import in_column, in_row

LABELS = "label_styles"
"""The knob."""

_SWATCH, _THUMBNAIL = 20, 28
"""Sides in pixels of a colour and of its picture."""


class LabelsWidget(QtWidgets.QWidget):
    """The text can be set before its colours are known; what it says of others is not shown."""

    changed = QtCore.pyqtSignal()
    listed = QtCore.pyqtSignal()
    """Other colours are listed now."""
    failed = QtCore.pyqtSignal(object)
    """Why a picture can't be taken, in one sentence."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._text = ""
        self._rows: dict[str, _Row] = {}
        in_column([], None, self).setSpacing(0)

    @property
    def pictures(self) -> dict[str, PictureWidget]:
        """The place for a picture of each colour that is listed."""
        return {color: row.picture for color, row in self._rows.items()}

    def value(self) -> str:
        return self._text

    def set_value(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._show_text()
            self.changed.emit()

    def show_colors(self, found: Sequence[tuple[str, float]]) -> None:
        """List these colours, each with its share of the picture; nothing is told of the text."""
        colors = [color for color, _ in found]
        if colors != list(self._rows):
            self._make_rows(colors)
            self.listed.emit()
        for color, share in found:
            self._rows[color].show_share(share)
        self._show_text()

    def _make_rows(self, colors: Sequence[str]) -> None:
        for row in self._rows.values():
            row.setParent(None)
            row.deleteLater()
        self._rows = {color: _Row(color, self._document) for color in colors}
        for row in self._rows.values():
            row.picture.failed.connect(self.failed)
            self.layout().addWidget(row)

    def _show_text(self) -> None:
        styles = own_styles(self._text, self.pictures)
        for color, picture in self.pictures.items():
            picture.set_value(styles.get(color, ""))


class _Row(QtWidgets.QWidget):
    """A colour, how much of the picture it has, and what it is painted like."""

    def __init__(self, color: str, document: Document) -> None:
        super().__init__()
        swatch = QtWidgets.QLabel()
        swatch.setPixmap(_swatch(color))
        swatch.setToolTip(color)
        self._share = QtWidgets.QLabel()
        self._share.setObjectName("share")
        self._share.setMinimumWidth(self._share.fontMetrics().boundingRect("100 %").width())
        self.picture = PictureWidget(
            tr("Style of {color}", color=color),
            tr("The style for this colour; without one, it takes the main style."),
            document,
            side=_THUMBNAIL,
            with_layers=False,
        )
        self.picture.setObjectName(f"label-{color}")
        in_row([swatch, self._share, self.picture], self.picture, self)

    def show_share(self, share: float) -> None:
        percent = round(100 * share)
        self._share.setText(f"{percent} %" if percent else "< 1 %")


def _swatch(color: str) -> QtGui.QPixmap:
    """The colour with a rim, which white and the theme's own need."""
    picture = QtGui.QPixmap(_SWATCH, _SWATCH)
    picture.fill(QtGui.QColor(color))
    painter = QtGui.QPainter(picture)
    painter.setPen(QtGui.QColor(128, 128, 128))
    painter.drawRect(0, 0, _SWATCH - 1, _SWATCH - 1)
    painter.end()
    return picture
