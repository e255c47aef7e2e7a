"""A question before a window closes that a painting under way belongs to, as for unsaved work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from krita import Document, Krita, View

from .bridge.i18n.texts import tr
from .painter import Painter
from .qt import QtCore, QtWidgets
from .view_windows import view_windows

_LOOK = 1000
"""Milliseconds between two looks for windows that were opened meanwhile."""


class Watch(QtCore.QObject):
    """While a run lasts, holds back what would close its document: a view's window, or Krita's.

    Krita tells nobody that something is to be closed; but Qt asks each window by an event first.
    The windows are not held, see :class:`.hands.Hands`.
    """

    def __init__(self, painter: Painter) -> None:
        """Belongs to a run's painter, and goes with it."""
        super().__init__(painter)
        self._painter = painter
        self._document: Document = painter.document
        self._question: QtWidgets.QMessageBox | None = None
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._look_around)
        self._timer.start(_LOOK)
        self._look_around()
        painter.ended.connect(self._let_go)

    def eventFilter(self, watched: Any, event: Any) -> bool:
        closing = event.type() == QtCore.QEvent.Type.Close and self._timer.isActive()
        if not closing or not self._would_close(watched):
            return False
        event.ignore()
        if self._question is None:
            self._question = ask(self._painter, watched.window(), watched.close)
            self._question.finished.connect(self._forget_question)
        self._question.raise_()
        return True

    def _look_around(self) -> None:
        for window in Krita.instance().windows():
            # One that has the filter already keeps it.
            for widget in (window.qwindow(), *view_windows(window)):
                widget.installEventFilter(self)

    def _would_close(self, closing: QtWidgets.QWidget) -> bool:
        """Whether no view of the document is left without a window."""
        everywhere = [view for window in Krita.instance().windows() for view in window.views()]
        left = [view for view in everywhere if view.document() == self._document]
        closed = [view for view in _views_in(closing) if view.document() == self._document]
        return bool(closed) and len(closed) == len(left)

    def _forget_question(self) -> None:
        self._question = None

    def _let_go(self) -> None:
        self._timer.stop()
        self.deleteLater()


def ask(
    painter: Painter, parent: QtWidgets.QWidget, close: Callable[[], object]
) -> QtWidgets.QMessageBox:
    """Ask whether to stop a run and close; not waited for, and gone when the run is over."""
    buttons = QtWidgets.QMessageBox.ButtonRole
    box = QtWidgets.QMessageBox(parent)
    box.setObjectName("leaving")
    box.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QtWidgets.QMessageBox.Icon.Question)
    box.setWindowTitle(tr("A painting is in progress"))
    box.setText(tr("A painting is in progress. If you close now, it is lost."))
    stop = box.addButton(tr("Stop and close"), buttons.DestructiveRole)
    go_on = box.addButton(tr("Keep painting"), buttons.RejectRole)
    box.setDefaultButton(go_on)
    box.setEscapeButton(go_on)

    def stop_and_close() -> None:
        painter.cancel()
        # Not from within the question, which goes with what is closed.
        QtCore.QTimer.singleShot(0, close)

    stop.clicked.connect(lambda _=False: stop_and_close())
    painter.ended.connect(box.close)
    box.open()
    return box


def _views_in(widget: QtWidgets.QWidget) -> Iterator[View]:
    """The views that close with a window, one of Krita's or one inside of it."""
    for window in Krita.instance().windows():
        if widget == window.qwindow():
            yield from window.views()
        views, inside = window.views(), view_windows(window)
        if widget in inside:
            # Where it can't be told which view it holds, it may be any.
            yield from [views[inside.index(widget)]] if len(views) == len(inside) else views
