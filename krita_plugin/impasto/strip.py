"""The last paintings of the dialog, below its picture: a click brings one back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .bridge.i18n.texts import tr
from .bridge.session.outcomes import COMPARE, COMPARING, TITLE, Kept, Outcomes
from .gallery.thumbnails import square
from .preview.images import to_image
from .qt import QtCore, QtGui, QtWidgets
from .widgets.layouts import in_row

_SIDE = 48
"""Pixels of a thumbnail's side on the screen."""

_BESIDE = 40
"""Pixels that a name may be wider than its thumbnail: two words."""

_KEPT = QtCore.Qt.ItemDataRole.UserRole
"""Where an item keeps its painting."""


class Strip(QtWidgets.QWidget):
    """Is there as soon as there is something to show: the newest one first."""

    chosen = QtCore.pyqtSignal(object)
    """A ``Kept``, by a click or by Enter."""
    compared = QtCore.pyqtSignal()
    """Two are compared, or no more."""

    def __init__(self, outcomes: Outcomes) -> None:
        super().__init__()
        self._outcomes = outcomes
        self._shown: Sequence[Kept] = ()
        self._pressed = False
        """Whether the button has the colours of one that is."""
        self._list = _List()
        self._list.itemClicked.connect(self._choose)
        self._list.itemActivated.connect(self._choose)
        self._compare = QtWidgets.QToolButton()
        self._compare.setObjectName("compare-results")
        self._compare.setText(tr(COMPARE))
        self._compare.setToolTip(tr(COMPARING))
        self._compare.setCheckable(True)
        self._compare.setFocusPolicy(QtCore.Qt.FocusPolicy.TabFocus)
        self._compare.clicked.connect(self._turn)
        in_row([self._list, self._compare], self._list, self)
        self.hide()

    def show_all(self) -> None:
        """Draw what has changed."""
        outcomes = self._outcomes
        if outcomes.items is not self._shown:
            self._shown = outcomes.items
            self._list.fill(self._shown)
            self.setVisible(bool(self._shown))
        self._list.mark(outcomes.chosen)
        compared = outcomes.compared is not None
        self._compare.setEnabled(compared or outcomes.comparable)
        self._compare.setChecked(compared)
        if compared != self._pressed:
            self._pressed = compared
            self._compare.setPalette(self._colors())

    def _colors(self) -> QtGui.QPalette:
        """Of the button: of Krita's themes it hardly looks pressed."""
        if not self._pressed:
            return QtGui.QPalette()  # the theme's again
        colors, roles = self.palette(), QtGui.QPalette.ColorRole
        colors.setColor(roles.Button, colors.color(roles.Highlight))
        colors.setColor(roles.ButtonText, colors.color(roles.HighlightedText))
        return colors

    def _choose(self, item: QtWidgets.QListWidgetItem) -> None:
        self.chosen.emit(item.data(_KEPT))

    def _turn(self, on: bool) -> None:
        self._outcomes.compare(on)
        self.show_all()
        self.compared.emit()


class _List(QtWidgets.QListWidget):
    """One row, which the wheel and the arrow keys move along."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("results")
        self._marked: Kept | None = None
        self.setAccessibleName(tr(TITLE))
        self.setViewMode(QtWidgets.QListView.ViewMode.IconMode)
        self.setMovement(QtWidgets.QListView.Movement.Static)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        small = self.font()
        small.setPointSizeF(0.85 * small.pointSizeF())
        self.setFont(small)
        self.setIconSize(QtCore.QSize(_SIDE, _SIDE))
        self._room = QtCore.QSize(_SIDE + _BESIDE, _SIDE + 2 * self.fontMetrics().height() + 8)
        self.setGridSize(self._room)
        self.setTextElideMode(QtCore.Qt.TextElideMode.ElideMiddle)
        off = QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(off)
        self.setVerticalScrollBarPolicy(off)
        self.setFixedHeight(self._room.height() + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(2 * self._room.width(), self._room.height())

    def fill(self, outcomes: Sequence[Kept]) -> None:
        """Show these, the last one first."""
        self.clear()
        self._marked = None
        for kept in reversed(outcomes):
            picture = square(QtGui.QPixmap.fromImage(to_image(kept.told.thumbnail)))
            item = QtWidgets.QListWidgetItem(QtGui.QIcon(picture), f"{kept.name}\n{kept.time}")
            item.setData(_KEPT, kept)
            item.setSizeHint(self._room)
            item.setToolTip(kept.description)
            item.setData(QtCore.Qt.ItemDataRole.AccessibleDescriptionRole, kept.description)
            self.addItem(item)

    def mark(self, chosen: Kept | None) -> None:
        """Show one as the chosen one; the arrow keys may have gone elsewhere since it is."""
        if chosen is self._marked:
            return
        self._marked = chosen
        items = (self.item(row) for row in range(self.count()))
        item = next((item for item in items if item.data(_KEPT) is chosen), None)
        if item is None:
            self.clearSelection()
        else:
            self.setCurrentItem(item)

    def wheelEvent(self, event: Any) -> None:
        bar, turned = self.horizontalScrollBar(), event.angleDelta()
        bar.setValue(bar.value() - (turned.x() or turned.y()))
        event.accept()
