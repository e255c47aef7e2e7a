"""A docker for those who paint with styles all day: the gallery, a strength, and Paint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from krita import DockWidget, Krita

from .bridge.contract.errors import ImpastoError
from .bridge.contract.knobs import STYLIZE
from .bridge.contract.settings import Settings
from .bridge.i18n.texts import tr
from .bridge.session.panel import knob
from .bridge.session.remedies import Remedy, explained
from .bridge.session.shelf import PICTURES
from .bridge.session.styles import STYLE, chosen, picked
from .extension import edit_painting
from .gallery.box import GalleryBox
from .installing import with_engine
from .memory import last_used
from .message import announce, painted
from .note import Note
from .painter import Painter, run_on
from .progress import ProgressRow
from .qt import QtWidgets
from .remedies import edits
from .results import originals
from .target import Target
from .widgets.layouts import in_column, in_row
from .widgets.numbers import FloatWidget


class StyleDocker(DockWidget):
    """Paints with the last settings of the dialog, but for what is chosen here."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(tr("Style Transfer"))
        self.painter: Painter | None = None
        self._style = ""
        self._gallery = GalleryBox(Krita.instance().activeDocument, PICTURES)
        self._gallery.chosen.connect(lambda style: self._choose(str(style.path)))
        strength = knob("strength")
        self._strength = FloatWidget(strength)
        label = QtWidgets.QLabel(f"{tr(strength.label)}:")
        label.setBuddy(self._strength)
        for part in (label, self._strength):
            part.setToolTip(tr(strength.help))
        self._note = Note()
        self._gallery.failed.connect(lambda error: self._note.complain(error, {}))
        self._progress = ProgressRow()
        self._progress.hide()
        self._paint = QtWidgets.QPushButton(tr("Paint"))
        self._paint.clicked.connect(lambda _=False: self._ask())
        more = QtWidgets.QPushButton(tr("More…"))
        more.clicked.connect(lambda: Krita.instance().action("impasto_style_transfer").trigger())
        last = last_used().settings(STYLIZE) or Settings()
        self._choose(last.style)
        self._strength.set_value(last.strength)
        inside, buttons = QtWidgets.QWidget(), in_row([self._paint, more], self._paint)
        row = in_row([label, self._strength], self._strength)
        parts = self._gallery, row, self._note, self._progress, buttons
        inside.setLayout(in_column(parts, self._gallery))
        self.setWidget(inside)

    def canvasChanged(self, canvas: Any) -> None:
        """Krita tells whether there is a picture to paint on."""
        self._paint.setEnabled(canvas is not None and self.painter is None)

    def showEvent(self, event: Any) -> None:
        """The dialog, or the other host, may have added styles meanwhile."""
        self._gallery.reload()
        self._gallery.tiles.mark(self._style)
        super().showEvent(event)

    def _choose(self, style: str) -> None:
        self._style = style
        self._gallery.tiles.mark(style)

    def _ask(self) -> None:
        with_engine(Krita.instance().activeWindow().qwindow(), self._start)

    def _start(self) -> None:
        self._note.clear()
        document = Krita.instance().activeDocument()
        if document is None:
            return
        # While Krita reads its layers, somebody may click once more.
        self._paint.setEnabled(False)
        try:
            settings = _styled(self._style, self._strength.value())
            run = run_on(originals(Target.chosen(document)), settings)
        except Exception as error:
            self._paint.setEnabled(True)
            self._complain(explained(error))
            return
        last_used().remember(settings)
        self.painter = Painter(run, self)
        self._progress.follow(self.painter, self._note)
        self.painter.painted.connect(self._tell)
        self.painter.failed.connect(self._complain)
        self.painter.ended.connect(self._stop)

    def _tell(self, name: str) -> None:
        assert self.painter is not None
        painter = self.painter
        told, window = painted(name, painter.run.notes), Krita.instance().activeWindow().qwindow()
        made = [shown.reference for shown in painter.made]

        def edit(painting: str) -> None:
            edit_painting(painter.document, painting, window)

        self._note.say(told, edits(painter.document, made, edit))
        announce(told)

    def _stop(self) -> None:
        if self.painter is not None:
            self.painter.deleteLater()
        self.painter = None
        self._paint.setEnabled(True)

    def _complain(self, error: ImpastoError) -> None:
        self._note.complain(error, {Remedy.AGAIN: self._start})


def _styled(style: str, strength: float) -> Settings:
    """The last settings with these; pastiche, which has its own styles, gives way to a picture."""
    last = last_used().settings(STYLIZE) or Settings()
    return replace(last, strength=strength, **chosen(STYLE, picked(style), last))
