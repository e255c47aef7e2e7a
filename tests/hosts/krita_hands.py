"""A person's hands: real presses, moves and keys, as Qt's own test library makes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from impasto.qt import QtCore, QtGui, QtWidgets

try:
    from PyQt5.QtTest import QTest
except ImportError:
    from PyQt6.QtTest import QTest

from .krita_session import Steps, pause

LEFT = QtCore.Qt.MouseButton.LeftButton
NONE = QtCore.Qt.KeyboardModifier.NoModifier


def click(widget: QtWidgets.QWidget, at: tuple[float, float] | None = None) -> None:
    """Press and let go at a point of a widget, by default in its middle."""
    point = widget.rect().center() if at is None else QtCore.QPoint(*map(round, at))
    QTest.mouseClick(widget, LEFT, NONE, point)


def click_item(tiles: QtWidgets.QListWidget, text: str) -> None:
    """Click the item of a list that can be seen and reads so."""
    QTest.mouseClick(tiles.viewport(), LEFT, NONE, _found(tiles, text).center())


def point_at(tiles: QtWidgets.QListWidget, text: str) -> None:
    """Move the pointer over the item of a list that can be seen and reads so."""
    _move_to(tiles.viewport(), _found(tiles, text).center(), QtCore.Qt.MouseButton.NoButton)


def point_away(widget: QtWidgets.QWidget) -> None:
    """The pointer leaves a widget."""
    QtWidgets.QApplication.sendEvent(widget, QtCore.QEvent(QtCore.QEvent.Type.Leave))


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


def _move_to(widget: QtWidgets.QWidget, point: QtCore.QPoint, pressed: Any = LEFT) -> None:
    """QTest.mouseMove presses no button; a person who drags does."""
    event = QtGui.QMouseEvent(
        QtCore.QEvent.Type.MouseMove,
        QtCore.QPointF(point),
        QtCore.QPointF(widget.mapToGlobal(point)),
        QtCore.Qt.MouseButton.NoButton,
        pressed,
        NONE,
    )
    QtWidgets.QApplication.sendEvent(widget, event)


def drag(widget: QtWidgets.QWidget, way: list[tuple[float, float]]) -> Steps[None]:
    """Press at the first point, move over the others, let go at the last, Krita living on."""
    points = [QtCore.QPoint(round(x), round(y)) for x, y in way]
    QTest.mousePress(widget, LEFT, NONE, points[0])
    for point in points[1:]:
        _move_to(widget, point)
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


def canvas_of(window: QtWidgets.QMainWindow) -> QtWidgets.QWidget:
    """The widget that a person draws on."""
    names = "KisOpenGLCanvas2", "KisQPainterCanvas"
    found = window.findChildren(QtWidgets.QWidget)
    return next(w for w in found if w.isVisible() and w.metaObject().className() in names)


_WAY = [QtCore.QPoint(12 * step, 4 * step) for step in range(-5, 6)]
"""Of a stroke, around the canvas's middle."""


def stroke(canvas: QtWidgets.QWidget, halfway: Callable[[], Steps[None]]) -> Steps[None]:
    """Draw with the mouse, and stay halfway for as long as something takes."""
    points = [canvas.rect().center() + step for step in _WAY]
    QTest.mousePress(canvas, LEFT, NONE, points[0])
    yield from pause(0.05)
    for number, point in enumerate(points):
        _move_to(canvas, point)
        yield from pause(0.03)
        if number == len(points) // 2:
            yield from halfway()
    QTest.mouseRelease(canvas, LEFT, NONE, points[-1])
    yield from pause(0.2)


def pen_stroke(canvas: QtWidgets.QWidget, halfway: Callable[[], Steps[None]]) -> Steps[None]:
    """The same with a pen."""
    points = [canvas.rect().center() + step for step in _WAY]
    types = QtCore.QEvent.Type
    _pen(canvas, types.TabletPress, points[0], True)
    yield from pause(0.05)
    for number, point in enumerate(points):
        _pen(canvas, types.TabletMove, point, True)
        yield from pause(0.03)
        if number == len(points) // 2:
            yield from halfway()
    _pen(canvas, types.TabletRelease, points[-1], False)
    yield from pause(0.2)


def _pen(canvas: QtWidgets.QWidget, kind: Any, point: QtCore.QPoint, down: bool) -> None:
    event = QtGui.QTabletEvent(
        kind,
        QtCore.QPointF(point),
        QtCore.QPointF(canvas.mapToGlobal(point)),
        QtGui.QTabletEvent.TabletDevice.Stylus,
        QtGui.QTabletEvent.PointerType.Pen,
        0.5 if down else 0.0,
        0,
        0,
        0.0,
        0.0,
        0,
        NONE,
        1,
        LEFT,
        LEFT if down else QtCore.Qt.MouseButton.NoButton,
    )
    QtWidgets.QApplication.sendEvent(canvas, event)
