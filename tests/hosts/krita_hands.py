"""A person's hands: real presses, moves and keys, as Qt's own test library makes them."""

from __future__ import annotations

from typing import Any

from impasto.qt import QtCore, QtGui, QtWidgets

try:
    from PyQt5.QtTest import QTest
except ImportError:
    from PyQt6.QtTest import QTest

from .krita_session import Steps, pause

LEFT = QtCore.Qt.MouseButton.LeftButton
NONE = QtCore.Qt.KeyboardModifier.NoModifier


def click(widget: QtWidgets.QWidget) -> None:
    """Press and let go in the middle of a widget."""
    QTest.mouseClick(widget, LEFT, NONE, widget.rect().center())


def click_item(tiles: QtWidgets.QListWidget, text: str) -> None:
    """Click the item of a list that can be seen and reads so."""
    QTest.mouseClick(tiles.viewport(), LEFT, NONE, _found(tiles, text).center())


def click_star(tiles: QtWidgets.QListWidget, text: str) -> None:
    """Click the star on a picture of the gallery."""
    star = tiles.itemDelegate().star_of(_found(tiles, text))
    QTest.mouseClick(tiles.viewport(), LEFT, NONE, star.center().toPoint())


def _found(tiles: QtWidgets.QListWidget, text: str) -> QtCore.QRect:
    """Where the item that can be seen and reads so lies, after it was scrolled to."""
    items = [tiles.item(row) for row in range(tiles.count())]
    item = next(i for i in items if i.text() == text and not i.isHidden())
    tiles.scrollToItem(item)
    return tiles.visualItemRect(item)


def press_key(widget: QtWidgets.QWidget, key: Any, modifier: Any = NONE) -> None:
    QTest.keyClick(widget, key, modifier)


def write(widget: QtWidgets.QWidget, text: str) -> None:
    QTest.keyClicks(widget, text)


def drag(widget: QtWidgets.QWidget, way: list[tuple[float, float]]) -> Steps[None]:
    """Press at the first point, move over the others, let go at the last, Krita living on."""
    points = [QtCore.QPoint(round(x), round(y)) for x, y in way]
    QTest.mousePress(widget, LEFT, NONE, points[0])
    for point in points[1:]:
        # QTest.mouseMove presses no button; a person who drags does.
        event = QtGui.QMouseEvent(
            QtCore.QEvent.Type.MouseMove,
            QtCore.QPointF(point),
            QtCore.QPointF(widget.mapToGlobal(point)),
            QtCore.Qt.MouseButton.NoButton,
            LEFT,
            NONE,
        )
        QtWidgets.QApplication.sendEvent(widget, event)
        yield from pause(0.05)
    QTest.mouseRelease(widget, LEFT, NONE, points[-1])


def wheel(widget: QtWidgets.QWidget, at: tuple[float, float], notches: int) -> None:
    """Turn the wheel at a point; up is positive."""
    point = QtCore.QPointF(*at)
    event = QtGui.QWheelEvent(
        point,
        QtCore.QPointF(widget.mapToGlobal(point.toPoint())),
        QtCore.QPoint(),
        QtCore.QPoint(0, 120 * notches),
        QtCore.Qt.MouseButton.NoButton,
        NONE,
        QtCore.Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QtWidgets.QApplication.sendEvent(widget, event)


def dragged(file: str) -> QtCore.QMimeData:
    """What a file manager gives along with a file."""
    mime = QtCore.QMimeData()
    mime.setUrls([QtCore.QUrl.fromLocalFile(file)])
    return mime


def drop(widget: QtWidgets.QWidget, mime: QtCore.QMimeData) -> None:
    """Let go of something that was dragged from elsewhere, if the widget takes it."""
    actions = QtCore.Qt.DropAction.CopyAction
    entered = QtGui.QDragEnterEvent(QtCore.QPoint(10, 10), actions, mime, LEFT, NONE)
    entered.ignore()
    QtWidgets.QApplication.sendEvent(widget, entered)
    if entered.isAccepted():
        dropped = QtGui.QDropEvent(QtCore.QPointF(10, 10), actions, mime, LEFT, NONE)
        QtWidgets.QApplication.sendEvent(widget, dropped)
