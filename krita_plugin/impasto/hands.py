"""Whether somebody draws just now: a layer that is added ends the stroke under way."""

from __future__ import annotations

from typing import Any

from krita import Document, Krita, Window

from .qt import QtCore, QtWidgets
from .view_windows import view_windows

_CANVASES = ("KisOpenGLCanvas2", "KisQPainterCanvas")
"""What Krita calls the widget of a canvas, with and without OpenGL."""


def idle(document: Document) -> bool:
    """Whether nothing works on the document: no stroke, no tool, no saving."""
    if not document.tryBarrierLock():
        return False
    document.unlock()
    return True


def button_down() -> bool:
    """Whether a button of the mouse is held."""
    return QtWidgets.QApplication.mouseButtons() != QtCore.Qt.MouseButton.NoButton


def settle(document: Document) -> None:
    """Let Krita finish what it works on, unless that is a stroke, which waiting would end."""
    if not idle(document) and not button_down():
        document.waitForDone()


class Hands(QtCore.QObject):
    """Watches the pen until told to stop: Qt tells whether a button is down, but not of a pen.

    Krita begins a pen's stroke late, so that the document alone may seem to be idle meanwhile.

    A canvas is not held: it goes with its view at any time, and Python must not have hold of what
    is being destroyed. Qt itself forgets a filter that is gone.
    """

    def __init__(self, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self.pen_down = False
        # Not all of the application, whose events of every kind would come through Python.
        for window in Krita.instance().windows():
            for canvas in _in(window):
                canvas.installEventFilter(self)

    @property
    def busy(self) -> bool:
        """Whether a button or a pen is down."""
        return self.pen_down or button_down()

    def stop(self) -> None:
        """Watch no more."""
        self.deleteLater()

    def eventFilter(self, _watched: Any, event: Any) -> bool:
        kind = event.type()
        if kind == QtCore.QEvent.Type.TabletPress:
            self.pen_down = True
        elif kind == QtCore.QEvent.Type.TabletRelease:
            self.pen_down = False
        return False


def _in(window: Window) -> list[QtWidgets.QWidget]:
    """The widgets of a window that a person draws on."""
    # Not asked of the whole window, where PyQt makes an object of each widget, in 65 ms.
    inside = view_windows(window)
    found = [widget for each in inside for widget in each.findChildren(QtWidgets.QWidget)]
    return [widget for widget in found if widget.metaObject().className() in _CANVASES]
