"""The gallery's pictures in rows, to choose one from and to drop others on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..bridge.i18n.texts import tr
from ..bridge.session.gallery import RESTING, Style
from ..bridge.session.shelf import can_go, described, title
from ..bridge.session.view import View
from ..preview.drawn import after
from ..qt import QtCore, QtGui, QtWidgets
from .stars import Starred
from .thumbnails import Thumbnails, square

SIDE = 64
"""Pixels of a picture's side on the screen."""

STYLE = QtCore.Qt.ItemDataRole.UserRole
"""Where an item keeps its style."""


class Tiles(QtWidgets.QListWidget):
    """A click or Enter chooses, one on its star or * marks a picture as a favourite.

    The menu of a picture does that as well, and takes it away, as the key Delete does.
    """

    chosen = QtCore.pyqtSignal(object)
    """A ``Style``."""
    dropped = QtCore.pyqtSignal(list)
    """Paths of files and folders."""
    favoured = QtCore.pyqtSignal(object, bool)
    removed = QtCore.pyqtSignal(object)
    pointed = QtCore.pyqtSignal(object)
    """A ``Style`` that the pointer rests at or the arrow keys came to; None once that is over."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("tiles")
        self.setAccessibleName(tr("Styles"))
        self.setViewMode(QtWidgets.QListView.ViewMode.IconMode)
        self.setResizeMode(QtWidgets.QListView.ResizeMode.Adjust)
        self.setMovement(QtWidgets.QListView.Movement.Static)
        self.setUniformItemSizes(True)
        small = self.font()
        small.setPointSizeF(0.85 * small.pointSizeF())
        self.setFont(small)
        self.setIconSize(QtCore.QSize(SIDE, SIDE))
        self._room = QtCore.QSize(SIDE + 12, SIDE + 2 * self.fontMetrics().height() + 12)
        """Of an item: its name may take two lines."""
        self.setGridSize(self._room)
        self.setWordWrap(True)
        self.setTextElideMode(QtCore.Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A list whose items stay where they are takes no drops of its own accord.
        self.viewport().setAcceptDrops(True)
        self.setContextMenuPolicy(QtCore.Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._offer)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)
        self._starred = Starred(SIDE, self)
        self.setItemDelegate(self._starred)
        self.setMouseTracking(True)
        self._resting = QtCore.QTimer(self)
        self._resting.setInterval(RESTING)
        self._resting.setSingleShot(True)
        self._resting.timeout.connect(lambda: self.pointed.emit(self._at))
        self._at: Style | None = None
        self.itemEntered.connect(lambda item: self._point(item.data(STYLE)))
        self.viewportEntered.connect(lambda: self._point(None))
        self._on_star = False
        """Whether the button went down on a star."""
        self._thumbnails = Thumbnails(SIDE, self)
        self._thumbnails.ready.connect(self._show_thumbnail)
        self._items: dict[str, QtWidgets.QListWidgetItem] = {}
        self._own: dict[str, QtGui.QIcon] = {}
        """The styles' own pictures, by their paths."""
        self._tried: dict[str, View] = {}
        """What is shown instead of them."""
        self._marked = ""
        """The path of the chosen one, which may be here later."""

    def fill(self, styles: Iterable[Style]) -> None:
        """Show these and no others; what was chosen and where it was scrolled to stays."""
        self._thumbnails.forget_wanted()
        chosen = self.currentItem()
        current = self._marked if chosen is None else str(chosen.data(STYLE).path)
        scrolled = self.verticalScrollBar().value()
        self.clear()
        self._items = {}
        self._tried = {}
        empty = QtGui.QPixmap(SIDE, SIDE)
        empty.fill(self.palette().color(QtGui.QPalette.ColorRole.AlternateBase))
        for style in styles:
            item = QtWidgets.QListWidgetItem(QtGui.QIcon(empty), title(style))
            item.setData(STYLE, style)
            item.setSizeHint(self._room)
            item.setToolTip(described(style))
            item.setData(QtCore.Qt.ItemDataRole.AccessibleDescriptionRole, described(style))
            self.addItem(item)
            self._items[str(style.path)] = item
            self._thumbnails.want(style.path)
        self.mark(current)
        self.verticalScrollBar().setValue(scrolled)

    def mark(self, path: str) -> None:
        """Show a style as the chosen one, if it is here."""
        self._marked = path
        self.setCurrentItem(self._items.get(path))

    def filter(self, wanted: Callable[[Style], bool]) -> None:
        """Show only some."""
        for item in self._items.values():
            item.setHidden(not wanted(item.data(STYLE)))

    def styles(self) -> list[Style]:
        """All that are here, in their order."""
        return [item.data(STYLE) for item in self._items.values()]

    def sighted(self) -> list[Style]:
        """Those that are found, the ones in sight first."""
        found = [item for item in self._items.values() if not item.isHidden()]
        window = self.viewport().rect()
        found.sort(key=lambda item: not window.intersects(self.visualItemRect(item)))
        return [item.data(STYLE) for item in found]

    def show_tried(self, tried: Callable[[Style], View | None]) -> None:
        """Show each style as it looks on a picture, where that is known, or else its own."""
        for path, item in self._items.items():
            view = tried(item.data(STYLE))
            if view is self._tried.get(path):
                continue
            if view is None:
                del self._tried[path]
                item.setIcon(self._own.get(path, QtGui.QIcon()))
            else:
                self._tried[path] = view
                item.setIcon(QtGui.QIcon(square(QtGui.QPixmap.fromImage(after(view)))))

    def dragEnterEvent(self, event: Any) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: Any) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        urls = event.mimeData().urls()
        self.dropped.emit([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])
        event.acceptProposedAction()

    def keyPressEvent(self, event: Any) -> None:
        item = self.currentItem()
        if event.key() == QtCore.Qt.Key.Key_Delete and item is not None:
            self._remove(item.data(STYLE))
        elif event.key() == QtCore.Qt.Key.Key_Asterisk and item is not None:
            self._favour(item)
        elif event.key() in (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter) and item:
            # Not left to the dialog, whose button Enter would press.
            self._choose(item)
            event.accept()
        else:
            super().keyPressEvent(event)
            moved = self.currentItem()
            if moved is not None and moved is not item:
                self._point(moved.data(STYLE))

    def leaveEvent(self, event: Any) -> None:
        self._point(None)
        super().leaveEvent(event)

    def focusOutEvent(self, event: Any) -> None:
        self._point(None)
        super().focusOutEvent(event)

    def mousePressEvent(self, event: Any) -> None:
        item = self._starred_at(event)
        self._on_star = item is not None
        if item is not None:
            self._favour(item)
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: Any) -> None:
        if not self._on_star:
            super().mouseReleaseEvent(event)
        self._on_star = False

    def mouseDoubleClickEvent(self, event: Any) -> None:
        """Two quick clicks on a star mark and unmark."""
        if self._starred_at(event) is not None:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def _starred_at(self, event: Any) -> QtWidgets.QListWidgetItem | None:
        """The picture on whose star the left button goes down."""
        item = self.itemAt(event.pos())
        if item is None or event.button() != QtCore.Qt.MouseButton.LeftButton:
            return None
        star = self._starred.star_of(self.visualItemRect(item))
        return item if star.contains(QtCore.QPointF(event.pos())) else None

    def _favour(self, item: QtWidgets.QListWidgetItem) -> None:
        style: Style = item.data(STYLE)
        self.favoured.emit(style, not style.favourite)

    def _point(self, style: Style | None) -> None:
        """Where the pointer only passes by, nothing is told."""
        self._at = style
        if style is None:
            self._resting.stop()
            self.pointed.emit(None)
        else:
            self._resting.start()

    def _choose(self, item: QtWidgets.QListWidgetItem) -> None:
        self.chosen.emit(item.data(STYLE))

    def _remove(self, style: Style) -> None:
        if can_go(style):
            self.removed.emit(style)

    def _show_thumbnail(self, path: str, icon: QtGui.QIcon) -> None:
        self._own[path] = icon
        if path in self._items and path not in self._tried:
            self._items[path].setIcon(icon)

    def _offer(self, at: QtCore.QPoint) -> None:
        item = self.itemAt(at)
        if item is None:
            return
        style: Style = item.data(STYLE)
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        label = tr("Remove from the favourites") if style.favourite else tr("Favourite")
        favour = menu.addAction(label)
        favour.triggered.connect(lambda _=False: self.favoured.emit(style, not style.favourite))
        remove = menu.addAction(tr("Remove from the gallery"))
        remove.setEnabled(can_go(style))
        remove.triggered.connect(lambda _=False: self._remove(style))
        menu.popup(self.viewport().mapToGlobal(at))
