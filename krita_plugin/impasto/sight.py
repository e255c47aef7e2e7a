"""The dialog's picture: before, after, and the painting as it grows, with the buttons to look."""

from __future__ import annotations

from .bridge.contract.errors import ImpastoError
from .bridge.i18n.texts import tr
from .bridge.session.outcomes import Kept
from .bridge.session.preview import Stage
from .bridge.session.session import Session
from .bridge.session.switch import HALTED, HELP, LABEL
from .bridge.session.view import View
from .host import KritaHost
from .preview import drawn
from .preview.compare import CompareView
from .qt import QtCore, QtGui, QtWidgets
from .strip import Strip
from .widgets.buttons import small_button
from .widgets.layouts import in_column

_TICK, _AHEAD, _IDLE = 10, 50, 500
"""Milliseconds between two looks at the worker, while a preview is to come, while it is painted
ahead, and while nothing is to come: whatever it sends is read then, too. A dialog's first picture
waits for a look as well."""


class Sight(QtWidgets.QWidget):
    """Draws what the preview has to show; what else it has to say goes to its signals."""

    failed = QtCore.pyqtSignal(object)
    """Why there is no preview."""
    well = QtCore.pyqtSignal()
    """What was wrong with it is over."""
    silent = QtCore.pyqtSignal(bool)
    """Whether the worker owes an answer and says nothing any more, or does again."""
    pointed = QtCore.pyqtSignal(str)
    """What the knob ``subject`` is to say, as somebody clicked."""
    ticked = QtCore.pyqtSignal()
    """More may be known of the labels."""

    def __init__(self, session: Session[KritaHost]) -> None:
        super().__init__()
        self.view = CompareView()
        self.preview, self._session = session.preview, session
        self.strip = Strip(session.outcomes)
        self.strip.compared.connect(self.look)
        self._drawn: View | None = None
        self._beside: tuple[Kept, Kept] | None = None
        self._stage = Stage.SKETCH
        self._error: ImpastoError | None = None
        self._silent = self._stopped = False
        self.region = QtWidgets.QCheckBox()
        """Whether it is shown what will be painted."""
        self.view.clicked.connect(self._point)
        self.view.cleared.connect(lambda: self.pointed.emit(""))
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self.tick)
        self._timer.start(_TICK)
        in_column([self.view, self.strip, self._make_tools()], self.view, self)

    def look(self) -> None:
        """Something else is wanted of the preview."""
        self._timer.start(_TICK)
        self.show_all()

    def stop(self) -> None:
        """The dialog is gone."""
        self._stopped = True
        self._timer.stop()

    def tick(self) -> None:
        """Let the preview go on, and draw what has changed."""
        self._session.watch()
        # While Krita reads a layer, the dialog may be closed, and its widgets deleted.
        if self._stopped:
            return
        self.show_all()
        self.ticked.emit()
        if not self.preview.waiting:
            self._timer.setInterval(_AHEAD if self._session.ahead.soon else _IDLE)

    def show_all(self) -> None:
        """Draw what has changed."""
        if self._stopped:
            return
        preview = self.preview
        self.view.set_busy(preview.waiting)
        self.view.set_stale(preview.stale)
        self.view.show_markers(preview.markers)
        self.view.set_sketch(preview.sketch)
        self.view.set_note(tr(HALTED) if self._session.ahead.halted else "")
        self.strip.show_all()
        stage, beside = preview.stage, self._session.beside
        if preview.view is not None and (preview.view is not self._drawn or beside != self._beside):
            self._draw(preview.view, beside, fades=stage > self._stage)
        self._stage = stage
        if preview.silent != self._silent:
            self._silent = preview.silent
            self.silent.emit(self._silent)
        if preview.error is not self._error:
            self._error = preview.error
            self.view.set_hint(self._error)
            if self._error is None:
                self.well.emit()
            else:
                self.failed.emit(self._error)

    def _point(self, x: float, y: float) -> None:
        self.pointed.emit(self.preview.clicked((x, y), self.view.viewport.reach))

    def _draw(self, view: View, beside: tuple[Kept, Kept] | None, fades: bool) -> None:
        shown, self._drawn = self._drawn, view
        if shown is None or shown.before != view.before or beside != self._beside:
            self._beside = beside
            self._draw_before(view)
        self.view.look(view.frame, view.canvas)
        self.view.set_after(drawn.after(view), fades)
        self._show_veil()

    def _draw_before(self, view: View) -> None:
        """The original, or the painting that another one is compared with."""
        if self._beside is None:
            self.view.set_before(drawn.before(view))
            self.view.set_words(tr("Before"), tr("After"))
            return
        left, right = self._beside
        assert left.ground is not None, "it can be compared"
        self.view.set_before(drawn.after(left.ground.view))
        self.view.set_words(left.label, right.label)

    def _show_veil(self) -> None:
        view = self._drawn if self.region.isChecked() else None
        self.view.set_veil(QtGui.QImage() if view is None else drawn.veil(view))

    def _make_tools(self) -> QtWidgets.QHBoxLayout:
        row = QtWidgets.QHBoxLayout()
        percent = QtWidgets.QLabel()
        self.view.zoomed.connect(lambda zoom: percent.setText(f"{zoom:.1f}×" if zoom > 1 else ""))
        for name, text, act in (
            ("zoom-out", tr("Smaller (−)"), lambda: self.view.zoom_by(-1)),
            ("zoom-fit", tr("Show everything (0)"), self.view.look_at_all),
            ("zoom-in", tr("Larger (+)"), lambda: self.view.zoom_by(1)),
        ):
            button = small_button(name, text, act)
            button.setObjectName(name)
            row.addWidget(button)
        row.addWidget(percent)
        row.addStretch(1)
        row.addWidget(self._make_switch())
        self.region.setText(tr("Show what stays"))
        self.region.setToolTip(tr("Cover everything that is not painted with red"))
        self.region.toggled.connect(lambda _: self._show_veil())
        row.addWidget(self.region)
        return row

    def _make_switch(self) -> QtWidgets.QCheckBox:
        ahead = self._session.ahead
        switch = QtWidgets.QCheckBox(tr(LABEL))
        switch.setObjectName("ahead")
        switch.setToolTip(tr(HELP))
        switch.setChecked(ahead.switch.on)
        switch.setHidden(self._session.moves)
        switch.toggled.connect(self._put)
        return switch

    def _put(self, on: bool) -> None:
        self._session.ahead.put(on)
        self.look()
