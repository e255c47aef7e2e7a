"""The page in the dialog's place as long as there is no engine; Krita stays usable meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from .bridge.i18n.text import Text
from .bridge.i18n.texts import tr
from .bridge.session.installing.page import SetupPage, Stage
from .own_page import OwnPage
from .qt import QtCore, QtWidgets
from .widgets.layouts import in_row
from .widgets.words import words

_TICK = 200
"""Milliseconds between two looks at how far it is."""

_PARTS = 1000
"""Of the bar, fine enough to move smoothly."""


class SetupDialog(OwnPage):
    """Draws a page. When it is done, it makes way for what a person asked for.

    Attributes:
        page: what it draws.
        then: what a person asked for last.
    """

    def __init__(self, page: SetupPage, parent: QtWidgets.QWidget) -> None:
        super().__init__(tr("Set up Impasto"), parent)
        self.page = page
        self.then: Callable[[], object] = lambda: None
        self._stage: Stage | None = None
        self._choice = QtWidgets.QComboBox()
        self._choice.setObjectName("computes-on")
        for choice in page.choices:
            self._choice.addItem(tr(choice.label))
        self._choice.currentIndexChanged.connect(self._choose)
        self._places = QtWidgets.QComboBox()
        self._places.setObjectName("place")
        for place in page.places:
            self._places.addItem(tr(place.label))
        # A path may be longer than the page is wide.
        self._places.setMinimumContentsLength(30)
        shrinks = QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self._places.setSizeAdjustPolicy(shrinks)
        self._places.currentIndexChanged.connect(self._place)
        if len(page.places) > 1:
            self._add_row(Text("Installation"), self._places)
        self._add_rows(page.rows())
        self._add_row(Text("Computes on"), self._choice)
        self._bar.setRange(0, _PARTS)
        self._far = words()
        self._sign, self._note = QtWidgets.QLabel(), words()
        size = self.style().pixelMetric(QtWidgets.QStyle.PixelMetric.PM_SmallIconSize)
        warning = self.style().standardIcon(QtWidgets.QStyle.StandardPixmap.SP_MessageBoxWarning)
        self._sign.setPixmap(warning.pixmap(size, size))
        self._act = QtWidgets.QPushButton()
        self._act.setObjectName("install")
        self._act.clicked.connect(lambda _=False: self._install())
        self._stop = QtWidgets.QPushButton(tr("Cancel"))
        self._stop.setObjectName("cancel")
        self._stop.clicked.connect(lambda _=False: self._cancel())
        close = QtWidgets.QPushButton(tr("Close"))
        close.setObjectName("close")
        close.clicked.connect(lambda _=False: self.reject())
        note = in_row([self._sign, self._note], self._note)
        buttons = in_row([self._act, self._stop, close])
        buttons.insertStretch(0, 1)
        self._lay([self._far], [note, buttons], _TICK)
        self._show()

    def _choose(self, chosen: int) -> None:
        self.page.chosen = chosen
        self._show_facts()

    def _place(self, chosen: int) -> None:
        self.page.placed = chosen
        self._stage = None
        self._show()

    def _install(self) -> None:
        self.page.install()
        self._stage = None  # what is wrong may be something else now
        self._show()

    def _cancel(self) -> None:
        self.page.cancel()
        self._stop.setEnabled(False)

    def _look(self) -> None:
        self.page.look()
        self._show()

    def _show(self) -> None:
        page, stage = self.page, self.page.stage
        if stage is Stage.READY:
            self.accept()
            QtCore.QTimer.singleShot(0, self.then)
            return
        running = stage is Stage.RUNNING
        if running:
            # A bar without a range moves by itself, which is right until there is a share to show.
            self._bar.setRange(0, _PARTS if page.share else 0)
            self._bar.setValue(round(page.share * _PARTS))
            self._far.setText(page.describe())
        if stage is self._stage:
            return
        self._stage = stage
        self._title.setText(tr(page.title))
        self._introduction.setText(tr(page.introduction))
        self._facts.setVisible(stage in (Stage.OFFER, Stage.FAILED))
        self._choice.setEnabled(page.chooses)
        for widget in (self._bar, self._far, self._stop):
            widget.setVisible(running)
        self._stop.setEnabled(True)
        self._act.setVisible(stage in (Stage.OFFER, Stage.FAILED))
        self._act.setText(tr(page.button))
        self._act.setDefault(True)
        self._sign.setVisible(stage is Stage.FAILED)
        self._note.setText(tr(page.note) if str(page.note) else "")
        self._note.setVisible(bool(str(page.note)))
        self._show_facts()

    def _show_facts(self) -> None:
        self._tell_rows(self.page.rows())
