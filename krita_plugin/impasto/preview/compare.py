"""Before and after in one picture, with a split to drag, and a closer look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..bridge.contract.errors import ImpastoError
from ..bridge.contract.geometry import Box
from ..bridge.i18n.texts import tr
from ..bridge.session.fade import Fade
from ..bridge.session.viewport import POINTING, Viewport
from ..qt import QtCore, QtGui, QtWidgets
from .marks import checks, draw_markers, draw_pill, draw_split

_FRAME = 30
"""Milliseconds between two pictures of a fade."""

_FADED = 0.35
"""Opacity of a picture that shows something else than what is chosen by now."""


class CompareView(QtWidgets.QWidget):
    """Left of the split lies the original, right of it what becomes of it.

    Dragging moves the split; with the middle button, or beside the handle of an enlarged picture,
    it moves the picture. The wheel zooms at the pointer, a double click shows everything again,
    unless a click points at something.
    """

    zoomed = QtCore.pyqtSignal(float)
    """How many times the fitting size it is now."""
    clicked = QtCore.pyqtSignal(float, float)
    """A pixel of the canvas is pointed at."""
    cleared = QtCore.pyqtSignal()
    """No pixel is to be pointed at any more."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("compare")
        self.setMinimumSize(320, 260)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Preview"))
        self.viewport = Viewport()
        self._before = QtGui.QImage()
        self._after, self._leaving = QtGui.QImage(), QtGui.QImage()
        self._veil = QtGui.QImage()
        self._hint = self._note = ""
        self._words = tr("Before"), tr("After")
        self._busy = self._stale = self._sketch = False
        self._fade = Fade()
        self._frames = QtCore.QTimer(self)
        self._frames.setInterval(_FRAME)
        self._frames.timeout.connect(self._go_on)

    def sizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(520, 460)

    @property
    def after(self) -> QtGui.QImage:
        """What becomes of it; a null image where there is nothing, or something else to say."""
        return QtGui.QImage() if self._hint else self._after

    def set_before(self, image: QtGui.QImage) -> None:
        """The original, in any size."""
        self._before = image
        self.update()

    def set_words(self, left: str, right: str) -> None:
        """What stands over the two sides of the split."""
        self._words = left, right
        self.update()

    def look(self, part: Box, canvas: int) -> None:
        """Show a part of a canvas."""
        self.viewport.show(part, canvas)
        self._looked()

    def set_after(self, image: QtGui.QImage, fades: bool = False) -> None:
        """What becomes of it, a null image for nothing.

        Where it ``fades``, it comes slowly, out of what was there.
        """
        if fades and not self._after.isNull():
            self._leaving = self._after
            self._fade.begin()
            self._frames.start()
        elif image.isNull():
            self._fade.end()
        self._after = image
        self._compare()

    def set_sketch(self, sketch: bool) -> None:
        """Whether the after is less than the painting."""
        if sketch != self._sketch:
            self._sketch = sketch
            self.update()

    def set_note(self, note: str) -> None:
        """What to say of the after, empty for nothing."""
        if note != self._note:
            self._note = note
            self.update()

    def set_veil(self, image: QtGui.QImage) -> None:
        """A picture to lay over everything, an empty one for none."""
        self._veil = image
        self.update()

    def set_hint(self, error: ImpastoError | None) -> None:
        """What to say instead of an after, None for nothing."""
        self._hint = "" if error is None else tr(error)
        self._compare()

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

    def show_markers(self, markers: Sequence[tuple[float, float]] | None) -> None:
        """The pixels of the canvas that are pointed at; None where a click points at nothing."""
        if markers != self.viewport.markers:
            self.viewport.markers = markers
            self.setToolTip("" if markers is None else tr(POINTING))
            self.update()

    def look_at_all(self) -> None:
        self.viewport.fit()
        self._looked()

    def zoom_by(self, steps: float, at: QtCore.QPointF | None = None) -> None:
        """Enlarge or shrink; ``at`` stays where it is on the screen."""
        self.viewport.zoom_by(steps, None if at is None else (at.x(), at.y()))
        self._looked()

    def _looked(self) -> None:
        """Something else is seen, or more closely."""
        self.zoomed.emit(self.viewport.zoom)
        self.update()

    def _go_on(self) -> None:
        if self._fade.share == 1:
            self._frames.stop()
        self.update()

    def _compare(self) -> None:
        self.viewport.comparing = not self.after.isNull()
        self.update()

    def resizeEvent(self, _event: Any) -> None:
        self.viewport.resize(self.width(), self.height())

    def mousePressEvent(self, event: Any) -> None:
        other = event.button() != QtCore.Qt.MouseButton.LeftButton
        self.viewport.grasp((event.pos().x(), event.pos().y()), picture=other)
        self.mouseMoveEvent(event)
        self.update()

    def mouseMoveEvent(self, event: Any) -> None:
        at, dragged = (event.pos().x(), event.pos().y()), bool(event.buttons())
        if self.viewport.drag(at):
            self.update()
        shapes = QtCore.Qt.CursorShape
        hand = shapes.ClosedHandCursor if dragged else shapes.OpenHandCursor
        cross = shapes.CrossCursor
        named = {"split": shapes.SplitHCursor, "picture": hand, "point": cross}
        self.setCursor(named.get(self.viewport.shape(at), shapes.ArrowCursor))

    def mouseReleaseEvent(self, _event: Any) -> None:
        if (at := self.viewport.release()) is not None:
            self.clicked.emit(*at)
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: Any) -> None:
        if self.viewport.markers is None:
            self.look_at_all()
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: Any) -> None:
        self.zoom_by(event.angleDelta().y() / 120, QtCore.QPointF(event.position()))
        event.accept()

    def keyPressEvent(self, event: Any) -> None:
        key = QtGui.QKeySequence(event.key()).toString()
        if self.viewport.clears(key):
            self.cleared.emit()
        elif self.viewport.press(key):
            self._looked()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: Any) -> None:
        painter = QtGui.QPainter(self)
        hints = QtGui.QPainter.RenderHint
        painter.setRenderHints(hints.Antialiasing | hints.SmoothPixmapTransform)
        ground = self.palette().color(QtGui.QPalette.ColorRole.Window).darker(125)
        painter.fillRect(self.rect(), ground)
        if not self._before.isNull():
            self._draw_pictures(painter)
        if self._hint:
            self._say(painter, self._hint, QtCore.Qt.AlignmentFlag.AlignCenter)
        elif note := tr("Previewing…") if self._busy or self.stale else self._note:
            corner = QtCore.Qt.AlignmentFlag.AlignBottom | QtCore.Qt.AlignmentFlag.AlignHCenter
            self._say(painter, note, corner)
        if self.hasFocus():
            painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
            painter.setPen(QtGui.QPen(self.palette().highlight().color(), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _draw_pictures(self, painter: QtGui.QPainter) -> None:
        all_of_it = QtCore.QRectF(self.rect())
        place, after = QtCore.QRectF(*self.viewport.place), self.after
        shown = place.intersected(all_of_it)
        painter.fillRect(shown, checks())
        painter.drawImage(place, self._before, QtCore.QRectF(self._before.rect()))
        if not after.isNull():
            self._draw_after(painter, place, shown)
        draw_markers(painter, self.viewport.marks)

    def _draw_after(
        self, painter: QtGui.QPainter, place: QtCore.QRectF, shown: QtCore.QRectF
    ) -> None:
        x, after = self.viewport.split_at, self.after
        painter.save()
        painter.setClipRect(QtCore.QRectF(x, place.top(), place.right() - x, place.height()))
        if self.stale:
            painter.setOpacity(_FADED)
        else:
            painter.fillRect(shown, checks())
            if (share := self._fade.share) < 1:
                painter.drawImage(place, self._leaving, QtCore.QRectF(self._leaving.rect()))
                painter.setOpacity(share)
        painter.drawImage(place, after, QtCore.QRectF(after.rect()))
        painter.restore()
        if not self._veil.isNull():
            painter.drawImage(place, self._veil, QtCore.QRectF(self._veil.rect()))
        draw_split(painter, x, shown)
        flags = QtCore.Qt.AlignmentFlag
        if x - shown.left() > 80:
            self._say(painter, self._words[0], flags.AlignTop | flags.AlignLeft)
        if shown.right() - x > 80:
            word = tr("After (sketch)") if self._sketch else self._words[1]
            self._say(painter, word, flags.AlignTop | flags.AlignRight)

    def _say(self, painter: QtGui.QPainter, text: str, where: QtCore.Qt.AlignmentFlag) -> None:
        draw_pill(painter, QtCore.QRectF(self.rect()).adjusted(20, 15, -20, -15), text, where)
