"""Before and after in one picture, with a split to drag, and a closer look."""

from __future__ import annotations

from typing import Any

from ..bridge.contract.errors import ImpastoError
from ..bridge.i18n.texts import tr
from ..qt import QtCore, QtGui, QtWidgets
from .marks import GRIP, checks, draw_pill, draw_split

_CLOSEST = 16.0
"""How many times the fitting size a closer look can be."""

_STEP = 1.25

_FADED = 0.35
"""Opacity of a picture that shows something else than what is chosen by now."""


class CompareView(QtWidgets.QWidget):
    """Left of the split lies the original, right of it what becomes of it.

    Dragging moves the split; with the middle button, or beside the handle of an enlarged picture,
    it moves the picture. The wheel zooms at the pointer, a double click shows everything again.
    Keys: left and right, + and -, 0.

    The pictures come with the part of the canvas they show, so that another part of the same
    canvas lies where it belongs, and what a person looks at stays where it is.
    """

    zoomed = QtCore.pyqtSignal(float)
    """How many times the fitting size it is now."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("compare")
        self.setMinimumSize(320, 260)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Preview"))
        self.split = 0.5
        """Where the split is, as a part of the frame's width."""
        self.zoom = 1.0
        self._frame = QtCore.QRectF()
        """The part of the canvas that fills the widget at a zoom of 1."""
        self._centre = QtCore.QPointF(0.5, 0.5)
        """What lies in the middle, in parts of the frame."""
        self._before = QtGui.QImage()
        self._part = QtCore.QRectF()
        """The part of the canvas that is shown."""
        self._after = QtGui.QImage()
        self._veil = QtGui.QImage()
        self._hint = ""
        self._busy = self._stale = False
        self._grabbed = ""
        self._last = QtCore.QPointF()

    def sizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(520, 460)

    @property
    def after(self) -> QtGui.QImage:
        """What becomes of it; a null image where there is nothing, or something else to say."""
        return QtGui.QImage() if self._hint else self._after

    def set_before(self, image: QtGui.QImage, part: QtCore.QRectF, other: bool) -> None:
        """The original, and the part of the canvas it shows.

        Args:
            image: of any size.
            part: in pixels of the canvas.
            other: whether something else is looked at now; else zoom and place stay.
        """
        before, self._before, self._part = self._part, image, part
        if self._frame.isEmpty() or (other and part != before):
            self.look_at_all()
        self.update()

    def set_after(self, image: QtGui.QImage) -> None:
        """What becomes of it, a null image for nothing."""
        self._after = image
        self.update()

    def set_veil(self, image: QtGui.QImage) -> None:
        """A picture to lay over everything, an empty one for none."""
        self._veil = image
        self.update()

    def set_hint(self, error: ImpastoError | None) -> None:
        """What to say instead of an after, None for nothing."""
        self._hint = "" if error is None else tr(error)
        self.update()

    def set_busy(self, busy: bool) -> None:
        """Whether a newer after is on its way."""
        if busy != self._busy:
            self._busy = busy
            self.update()

    @property
    def stale(self) -> bool:
        """Whether the after is one of another style than the one that is chosen."""
        return self._stale and not self.after.isNull()

    def set_stale(self, stale: bool) -> None:
        if stale != self._stale:
            self._stale = stale
            self.update()

    def look_at_all(self) -> None:
        self._frame = self._part
        self._centre = QtCore.QPointF(0.5, 0.5)
        self._set_zoom(1.0)

    def zoom_by(self, factor: float, at: QtCore.QPointF | None = None) -> None:
        """Enlarge or shrink; ``at`` stays where it is on the screen."""
        place = self._place()
        at = QtCore.QPointF(self.rect().center()) if at is None else at
        zoom = min(_CLOSEST, max(1.0, self.zoom * factor))
        if place.isEmpty() or zoom == self.zoom:
            return
        # The pixel of the frame under the pointer, before and after.
        part = (at - place.topLeft()) / (place.width() / self._frame.width())
        self.zoom = zoom
        moved = self._place()
        now = (at - moved.topLeft()) / (moved.width() / self._frame.width())
        self._pan((now - part) * (moved.width() / self._frame.width()))
        self._set_zoom(zoom)

    def _set_zoom(self, zoom: float) -> None:
        self.zoom = zoom
        self.zoomed.emit(zoom)
        self.update()

    def _pan(self, pixels: QtCore.QPointF) -> None:
        """Move the picture by pixels of the screen; its middle stays inside of it."""
        place = self._place()
        self._centre = QtCore.QPointF(
            min(1.0, max(0.0, self._centre.x() - pixels.x() / place.width())),
            min(1.0, max(0.0, self._centre.y() - pixels.y() / place.height())),
        )
        self.update()

    def _place(self) -> QtCore.QRectF:
        """Where on the widget the frame lies."""
        if self._before.isNull():
            return QtCore.QRectF()
        room = QtCore.QSizeF(self.size()) - QtCore.QSizeF(2, 2)
        size = self._frame.size()
        size.scale(room, QtCore.Qt.AspectRatioMode.KeepAspectRatio)
        size *= self.zoom
        middle = QtCore.QRectF(self.rect()).center()
        return QtCore.QRectF(
            middle.x() - self._centre.x() * size.width(),
            middle.y() - self._centre.y() * size.height(),
            size.width(),
            size.height(),
        )

    def _on_widget(self, part: QtCore.QRectF) -> QtCore.QRectF:
        """Where on the widget a part of the canvas lies."""
        place = self._place()
        factor = place.width() / self._frame.width()
        corner = place.topLeft() + (part.topLeft() - self._frame.topLeft()) * factor
        return QtCore.QRectF(corner, part.size() * factor)

    def split_at(self) -> float:
        """The split's column on the widget."""
        place = self._place()
        return place.left() + self.split * place.width()

    def _move_split(self, x: float) -> None:
        place = self._place()
        if not place.isEmpty():
            self.split = min(1.0, max(0.0, (x - place.left()) / place.width()))
            self.update()

    def mousePressEvent(self, event: Any) -> None:
        buttons = QtCore.Qt.MouseButton
        at = QtCore.QPointF(event.pos())
        near = abs(at.x() - self.split_at()) < 2 * GRIP
        if event.button() == buttons.MiddleButton or (self.zoom > 1 and not near):
            self._grabbed = "picture"
            self.setCursor(QtCore.Qt.CursorShape.ClosedHandCursor)
        elif event.button() == buttons.LeftButton and not self.after.isNull():
            self._grabbed = "split"
            self._move_split(at.x())
        self._last = at

    def mouseMoveEvent(self, event: Any) -> None:
        at = QtCore.QPointF(event.pos())
        if self._grabbed == "split":
            self._move_split(at.x())
        elif self._grabbed == "picture":
            self._pan(at - self._last)
        else:
            near = not self.after.isNull() and abs(at.x() - self.split_at()) < 2 * GRIP
            shapes = QtCore.Qt.CursorShape
            self.setCursor(shapes.SplitHCursor if near else shapes.ArrowCursor)
        self._last = at

    def mouseReleaseEvent(self, _event: Any) -> None:
        self._grabbed = ""
        self.unsetCursor()

    def mouseDoubleClickEvent(self, _event: Any) -> None:
        self.look_at_all()

    def wheelEvent(self, event: Any) -> None:
        turned = event.angleDelta().y()
        if turned:
            self.zoom_by(_STEP ** (turned / 120), QtCore.QPointF(event.position()))
        event.accept()

    def keyPressEvent(self, event: Any) -> None:
        keys = QtCore.Qt.Key
        steps = {keys.Key_Left: -0.02, keys.Key_Right: 0.02}
        zooms = {keys.Key_Plus: _STEP, keys.Key_Equal: _STEP, keys.Key_Minus: 1 / _STEP}
        key = event.key()
        if key in steps:
            self.split = min(1.0, max(0.0, self.split + steps[key]))
            self.update()
        elif key in zooms:
            self.zoom_by(zooms[key])
        elif key == keys.Key_0:
            self.look_at_all()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: Any) -> None:
        painter = QtGui.QPainter(self)
        hints = QtGui.QPainter.RenderHint
        painter.setRenderHints(hints.Antialiasing | hints.SmoothPixmapTransform)
        ground = self.palette().color(QtGui.QPalette.ColorRole.Window).darker(125)
        painter.fillRect(self.rect(), ground)
        if not self._place().isEmpty():
            self._draw_pictures(painter)
        if self._hint:
            self._say(painter, self._hint, QtCore.Qt.AlignmentFlag.AlignCenter)
        elif self._busy or self.stale:
            corner = QtCore.Qt.AlignmentFlag.AlignBottom | QtCore.Qt.AlignmentFlag.AlignHCenter
            self._say(painter, tr("Previewing…"), corner)
        if self.hasFocus():
            painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
            painter.setPen(QtGui.QPen(self.palette().highlight().color(), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _draw_pictures(self, painter: QtGui.QPainter) -> None:
        all_of_it = QtCore.QRectF(self.rect())
        place, after, x = self._on_widget(self._part), self.after, self.split_at()
        shown = place.intersected(all_of_it)
        painter.fillRect(shown, checks())
        painter.drawImage(place, self._before, QtCore.QRectF(self._before.rect()))
        if after.isNull():
            return
        painter.save()
        painter.setClipRect(QtCore.QRectF(x, place.top(), place.right() - x, place.height()))
        if self.stale:
            painter.setOpacity(_FADED)
        else:
            painter.fillRect(shown, checks())
        painter.drawImage(place, after, QtCore.QRectF(after.rect()))
        painter.restore()
        if not self._veil.isNull():
            painter.drawImage(place, self._veil, QtCore.QRectF(self._veil.rect()))
        draw_split(painter, x, shown)
        flags = QtCore.Qt.AlignmentFlag
        if x - shown.left() > 80:
            self._say(painter, tr("Before"), flags.AlignTop | flags.AlignLeft)
        if shown.right() - x > 80:
            self._say(painter, tr("After"), flags.AlignTop | flags.AlignRight)

    def _say(self, painter: QtGui.QPainter, text: str, where: QtCore.Qt.AlignmentFlag) -> None:
        draw_pill(painter, QtCore.QRectF(self.rect()).adjusted(20, 15, -20, -15), text, where)
