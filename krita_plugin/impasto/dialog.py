"""The dialog: what it will look like, the knobs, and Paint. The canvas stays usable beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from krita import Document, Krita

from . import layers, results
from .aim import Aim
from .bridge.contract.errors import BadInput, ImpastoError
from .bridge.contract.geometry import Extent
from .bridge.contract.knobs import COLORIZE
from .bridge.contract.settings import Settings
from .bridge.i18n.texts import tr
from .bridge.session.opening import size_on
from .bridge.session.outcomes import Kept
from .bridge.session.outputs import LAYER
from .bridge.session.remedies import Remedy, explained, on_painting, remedies
from .bridge.session.session import Session
from .column import KnobColumn
from .enter import taken
from .foot import Foot
from .framesrow import FramesRow
from .leaving import ask
from .memory import last_used
from .message import announce, painted
from .note import HINT, PREVIEW, Note
from .painter import Painter
from .panel import KnobPanel
from .progress import ProgressRow
from .qt import QtCore, QtGui, QtWidgets
from .remedies import edits
from .sight import Sight
from .target import wraps
from .widgets.layouts import in_column, in_row

_SETTLED = 250
"""Milliseconds without a change before the times are worked out anew."""

_SIZE = Extent(1060, 680)
"""Pixels of the dialog's width and height at first, on a small screen."""


class StyleTransferDialog(QtWidgets.QDialog):
    """Belongs to the document it was opened on, and paints from that one's active layer.

    Opened on a painting (``edited``), it paints from what that one was painted from, and the new
    one takes its place.
    """

    edit_asked = QtCore.pyqtSignal(str)
    """Somebody wants to edit the painting of this reference; the dialog closes."""

    def __init__(
        self,
        document: Document,
        task: str,
        parent: QtWidgets.QWidget,
        edited: str = "",
        moves: bool = False,
    ) -> None:
        """``edited``: the painting's reference; ``moves``: an animation is painted."""
        super().__init__(parent)
        self.document, self.task, self.edited, self.moves = document, task, edited, moves
        painting = layers.find(document, edited) if edited else None
        self._record = None if painting is None else results.record_of(document, painting)
        self.painter: Painter | None = None
        self._closed = False
        self._done = 0.0
        """How much was painted ahead when the times were told."""
        self._left = False
        """Whether the person is at another window."""
        self._frames = FramesRow(document)
        self._frames.setHidden(not moves)
        chosen = self._frames.chosen if moves else None
        self._aim = Aim(document, self._record, self._output, self, chosen)
        self._aim.changed.connect(self._follow_document)
        self._aim.gone.connect(self._follow_to_the_end)
        self.setWindowTitle(f"{self._title()} — {_name(document)}")
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.session = Session(self._aim, last_used(), clip=self._aim.clip if moves else None)
        self._sight = Sight(self.session)
        self._panel = KnobPanel(document, task, self.session)
        self._note = Note()
        self._progress = ProgressRow()
        self._progress.hide()
        self._foot = Foot(self._panel, bool(edited), self, moves)
        self._settled = QtCore.QTimer(self)
        self._settled.setInterval(_SETTLED)
        self._settled.setSingleShot(True)
        self._settled.timeout.connect(self._show_times)
        self._lay_out()
        self._panel.changed.connect(self._change)
        self._panel.changed.connect(lambda: self._note.forgive())
        self._frames.changed.connect(self._settled.start)
        self._panel.failed.connect(self._complain)
        self._sight.ticked.connect(self._panel.show_labels)
        self._sight.ticked.connect(self._show_applies)
        self._sight.strip.chosen.connect(self._bring_back)
        self._sight.ticked.connect(self._show_times_left)
        self._foot.paint_asked.connect(self.start)
        self._foot.close_asked.connect(self.close)
        self._foot.about_asked.connect(self._tell_about)
        self._foot.failed.connect(self._complain)
        self._sight.failed.connect(self._complain_of_preview)
        self._sight.well.connect(lambda: self._note.forgive(PREVIEW))
        self._sight.pointed.connect(lambda at: self._panel.update_settings({"subject": at}))
        self._sight.silent.connect(self._tell_of_silence)
        self._panel.regions.toggled.connect(self._sight.region.setChecked)
        self._hint()
        self.begin_with(self._record)
        self._show_times()

    def begin_with(self, record: results.KritaRecord | None) -> None:
        """Say what a painting was painted with; None is what was used last."""
        self.set_settings(self.session.first_settings(self.task, record, wraps(self.document)))
        if (lost := self.session.lost(self.task, record)) is not None:
            self._note.complain(lost, {})

    def settings(self) -> Settings:
        return self._panel.settings()

    def set_settings(self, settings: Settings) -> None:
        self._panel.set_settings(settings)

    def start(self) -> None:
        """Paint. Whatever is wrong is told below the picture."""
        if self.session.run is not None:
            return
        self._note.clear()
        try:
            run = self.session.begin()
        except Exception as error:
            self._complain(explained(error))
            return
        # While Krita reads its layers, the dialog may be closed.
        if self._closed:
            return
        self.painter = Painter(run, self)
        self._progress.follow(self.painter, self._note)
        self.painter.progressed.connect(lambda *_: self._grow())
        self.painter.painted.connect(self._tell)
        self.painter.failed.connect(self._complain)
        self.painter.ended.connect(self._stop)
        self._show_running(True)

    def _grow(self) -> None:
        self.session.follow()
        self._sight.show_all()

    def reject(self) -> None:
        """Escape closes an idle dialog, but does not throw away a painting under way."""
        if self.painter is None:
            super().reject()

    def keyPressEvent(self, event: Any) -> None:
        """Enter is the dialog's only where no field or button has a use for it."""
        if not taken(event.key(), self.focusWidget()):
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        self._let_go()
        super().done(result)

    def closeEvent(self, event: Any) -> None:
        if self.painter is not None:
            event.ignore()
            ask(self.painter, self, self.close)
            return
        self._let_go()
        event.accept()

    def changeEvent(self, event: Any) -> None:
        """Whoever comes back to the dialog may have painted meanwhile."""
        if event.type() == QtCore.QEvent.Type.ActivationChange:
            if self._left and self.isActiveWindow():
                self._look_again()
            self._left = not self.isActiveWindow()
        super().changeEvent(event)

    def _title(self) -> str:
        if self.edited:
            return tr("Edit Style Transfer")
        if self.moves:
            return tr("Style Transfer Animation")
        return tr("Colour Sketch") if self.task == COLORIZE else tr("Style Transfer")

    def _lay_out(self) -> None:
        upper = in_row([self._sight, KnobColumn(self._panel)])
        upper.setStretch(0, 3)
        upper.setStretch(1, 2)
        rows = [upper, self._frames, self._note, self._progress, self._foot]
        self.setLayout(in_column(rows, upper))
        screen = QtGui.QGuiApplication.screenAt(self.parentWidget().geometry().center())
        room = (screen or QtGui.QGuiApplication.primaryScreen()).availableSize()
        self.resize(*size_on(Extent(room.width(), room.height()), _SIZE))

    def _output(self) -> tuple[str, str]:
        return (LAYER if self.edited else self._foot.take_output()), self.edited

    def _change(self) -> None:
        if self._closed:
            return
        self._settled.start()
        try:
            self.session.change(self._panel.settings())
        except BadInput as error:
            self.session.refuse(error)
        self._sight.look()

    def _bring_back(self, kept: Kept) -> None:
        """Somebody chose one of the last results."""
        self.session.choose(kept, self.set_settings)
        self._sight.look()
        self._show_applies()

    def _show_applies(self) -> None:
        self._foot.show_applies(self.session.outcomes.picked)

    def _look_again(self) -> None:
        """The document may look otherwise now."""
        self.session.look_again()
        self._change()

    def _show_times(self) -> None:
        """About what each quality takes; where nothing can be painted now, what it might."""
        if self.document not in Krita.instance().documents():
            return
        times = self.session.times()
        if self.moves and not self._closed:
            self._frames.show_count(self._aim.frames())
        if not self._closed:
            self._panel.quality.show_times(times)

    def _show_times_left(self) -> None:
        """What was painted ahead need not be painted any more."""
        if self.session.ahead.done != self._done:
            self._done = self.session.ahead.done
            self._panel.quality.show_times(self.session.times_left())

    def _follow_to_the_end(self) -> None:
        """The document is gone, and what is painted for it."""
        if self.painter is not None:
            self.painter.cancel()
        self.close()

    def _follow_document(self) -> None:
        """Other layers, or another selection."""
        count = 1 if self.moves else self._aim.count()
        # While Krita tells of its layers, the dialog may be closed: so it is wherever it does.
        if not self._closed:
            self._foot.show_count(count)
            self._hint()
            self._look_again()

    def _hint(self) -> None:
        """Who is on a painting may want to change that, and not its original once more."""
        chosen = self._aim.painting()
        original = "" if chosen is None else chosen[1].node.name()
        if self._closed:
            return
        self._note.forgive(HINT)
        if chosen is not None:
            painting, target = chosen
            told = on_painting(target.instead_of, original)
            self._note.hint(told, {Remedy.EDIT: lambda: self._edit(painting)})

    def _edit(self, painting: str) -> None:
        self.close()
        self.edit_asked.emit(painting)

    def _tell(self, name: str) -> None:
        assert self.painter is not None
        made = [shown.reference for shown in self.painter.made]
        self._aim.painted(self.painter.targets, made)
        if self.edited:
            self.edited = made[-1]
        run = self.painter.run
        told = painted(name, [run.took, *run.reports, *run.notes])
        said = self.edited or self.moves
        acts = [] if said else edits(self.document, made, self._edit)
        if not self._closed:
            self._note.say(told, acts)
        if self._closed or not self.isActiveWindow():
            announce(painted(name))

    def _complain(self, error: ImpastoError) -> None:
        acts = {Remedy.AGAIN: self.start, Remedy.DEVICE: lambda: self._use_any_device(self.start)}
        self._note.complain(error, acts)

    def _complain_of_preview(self, error: ImpastoError) -> None:
        """The picture says what is wrong; below it is what helps, if something does."""
        acts = {
            Remedy.AGAIN: self._preview_again,
            Remedy.DEVICE: lambda: self._use_any_device(self._preview_again),
        }
        if remedies(error):
            self._note.complain(error, acts, PREVIEW)

    def _tell_of_silence(self, silent: bool) -> None:
        """The worker says nothing any more, or does again."""
        self._note.tell_of_silence(silent, self.session.restart)

    def _preview_again(self) -> None:
        self._note.clear()
        self._look_again()

    def _use_any_device(self, act: Callable[[], None]) -> None:
        self._panel.update_settings({"device": "auto"})
        act()

    def _tell_about(self) -> None:
        # Here, as few ask for it.
        from .about import show_about

        show_about(self.parentWidget())

    def _stop(self) -> None:
        if self.painter is not None:
            self.painter.deleteLater()
        self.painter = None
        self.session.end()
        if self._closed:
            return
        self._show_running(False)
        self._change()

    def _let_go(self) -> None:
        if self.painter is not None:
            self.painter.cancel()
        self._closed = True
        self._settled.stop()
        self._aim.stop()
        self._sight.stop()
        self.session.close()

    def _show_running(self, running: bool) -> None:
        for widget in (self._panel, self._frames, self._foot, self._sight.strip):
            widget.setEnabled(not running)


def _name(document: Document) -> str:
    return PurePath(document.fileName()).name or document.name() or tr("unnamed")
