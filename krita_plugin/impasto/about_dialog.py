"""About Impasto: where things are, Repair…, Uninstall…."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .bridge.i18n.texts import tr
from .bridge.session.installing.about import About, Act, Face
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
        does: dict[Act, Callable[[], object]] = {
            Act.LOG: lambda: _open(page.log_folder),
            Act.REPAIR: self._mend,
            Act.UNINSTALL: lambda: self._turn(page.ask),
            Act.REMOVE: self._go,
            Act.KEEP: lambda: self._turn(page.keep),
            Act.CLOSE: self.reject,
        }
        self._buttons = {act: _button(act, do) for act, do in does.items()}
        buttons = in_row(list(self._buttons.values()))
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
        self._facts.setVisible(face is Face.FACTS)
        self._bar.setVisible(face is Face.REMOVING)
        said = page.buttons
        for act, button in self._buttons.items():
            button.setVisible(act in said)
            button.setText(tr(said[act]) if act in said else "")
        self._buttons[list(said)[-1]].setDefault(True)


def _button(act: Act, do: Callable[[], object]) -> QtWidgets.QPushButton:
    button = QtWidgets.QPushButton()
    button.setObjectName(act.name.lower())
    button.clicked.connect(lambda _=False: do())
    return button


def _open(folder: Path) -> None:
    QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(folder)))
