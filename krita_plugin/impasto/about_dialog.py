"""About Impasto: where things are, Repair…, Uninstall…."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .bridge.i18n.texts import tr
from .bridge.session.installing.about import About, Face
from .own_page import OwnPage
from .qt import QtCore, QtGui, QtWidgets
from .widgets.layouts import in_row
from .widgets.words import words

_TICK = 100
"""Milliseconds between two looks at how far it is."""


class AboutDialog(OwnPage):
    """Draws the page.

    Attributes:
        page: what it draws.
    """

    repair_asked = QtCore.pyqtSignal()
    removes = QtCore.pyqtSignal()
    """It begins to uninstall: whatever shows previews or paints is to be closed first."""

    def __init__(self, page: About, parent: QtWidgets.QWidget) -> None:
        super().__init__(tr("About Impasto"), parent)
        self.page = page
        self._face: Face | None = None
        self._add_rows(page.rows())
        self._bar.setRange(0, 0)
        self._note = words()
        self._log = _button("log", tr("Open the log's folder"), lambda: _open(page.log_folder))
        self._repair = _button("repair", tr("Repair…"), self._mend)
        self._ask = _button("uninstall", tr("Uninstall…"), lambda: self._turn(page.ask))
        self._remove = _button("remove", tr("Uninstall"), self._go)
        self._keep = _button("keep", tr("Keep it"), lambda: self._turn(page.keep))
        self._close = _button("close", tr("Close"), self.reject)
        buttons = in_row(
            [self._log, self._repair, self._ask, self._remove, self._keep, self._close]
        )
        buttons.insertStretch(1, 1)
        self._lay([self._note], [buttons], _TICK)
        self._show()

    def _turn(self, act: Callable[[], object]) -> None:
        act()
        self._show()

    def _go(self) -> None:
        self.removes.emit()
        self._turn(self.page.remove)

    def _mend(self) -> None:
        self.accept()
        self.repair_asked.emit()

    def _look(self) -> None:
        self.page.look()
        self._show()

    def _show(self) -> None:
        page, face = self.page, self.page.face
        self._tell_rows(page.rows())
        self._note.setText(tr(page.note) if str(page.note) else "")
        self._note.setVisible(bool(str(page.note)))
        if face is self._face:
            return
        self._face = face
        self._title.setText(tr(page.title))
        self._introduction.setText(tr(page.introduction) if str(page.introduction) else "")
        self._introduction.setVisible(bool(str(page.introduction)))
        facts, asking = face is Face.FACTS, face is Face.ASKING
        for widget, shown in (
            (self._facts, facts),
            (self._log, facts),
            (self._repair, facts and page.script is not None),
            (self._ask, facts and page.script is not None),
            (self._bar, face is Face.REMOVING),
            (self._remove, asking or face is Face.FAILED),
            (self._keep, asking),
            (self._close, not asking),
        ):
            widget.setVisible(shown)
        self._remove.setText(tr("Uninstall") if asking else tr("Try again"))
        # Enter does no harm.
        (self._keep if asking else self._close).setDefault(True)


def _button(name: str, text: str, act: Callable[[], object]) -> QtWidgets.QPushButton:
    button = QtWidgets.QPushButton(text)
    button.setObjectName(name)
    button.clicked.connect(lambda _=False: act())
    return button


def _open(folder: Path) -> None:
    QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(folder)))
