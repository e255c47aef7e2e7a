"""A run in Krita, moved on from a timer, so that Krita stays usable."""

from __future__ import annotations

from collections.abc import Sequence

from krita import Document

from . import outputs
from .bridge.contract.settings import Settings
from .bridge.session.clip_run import ClipRun
from .bridge.session.outputs import LAYER
from .bridge.session.remedies import explained
from .bridge.session.run import Run
from .clip import KritaClip
from .hands import Hands
from .host import KritaHost
from .qt import QtCore
from .target import Target

_TICK = 50
"""Milliseconds between two looks at the worker: often enough for a lively progress bar."""


def run_on(
    targets: Sequence[Target], settings: Settings, output: str = LAYER, old: str = ""
) -> Run[KritaHost]:
    """A run without a dialog, which has begun; the arguments as of a host. Raises ImpastoError."""
    run = Run([KritaHost(target, output, old) for target in targets], settings)
    run.start()
    return run


class Painter(QtCore.QObject):
    """Tells what comes of a run."""

    progressed = QtCore.pyqtSignal(float, str)
    painted = QtCore.pyqtSignal(str)
    """The new layers' names."""
    failed = QtCore.pyqtSignal(object)
    """The error."""
    silent = QtCore.pyqtSignal(bool)
    """Whether the worker says nothing any more, or does again."""
    unpainted = QtCore.pyqtSignal(object)
    """It was to be kept, and nothing was painted yet: the error that says so."""
    ended = QtCore.pyqtSignal()
    """After any end: painted, unpainted, failed or cancelled."""

    def __init__(self, run: Run[KritaHost] | ClipRun[KritaClip], parent: QtCore.QObject) -> None:
        """``run``: has begun, and is waited for."""
        super().__init__(parent)
        self.run = run
        self.targets = [host.target for host in run.hosts]
        self.hands = Hands(self)
        for host in run.hosts:
            host.hands, host.kept = self.hands, lambda: run.kept
        self._ended = self._silent = False
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._advance)
        self._timer.start()

    @property
    def document(self) -> Document:
        return self.targets[0].document

    @property
    def made(self) -> list[outputs.Shown]:
        """The new layers."""
        return [host.made for host in self.run.painted if host.made is not None]

    def keep(self) -> None:
        """Stop here and keep what is painted so far."""
        self.run.keep()

    def restart(self) -> None:
        """End the worker, which is silent, start another and paint the same anew."""
        self.run.restart()

    def cancel(self) -> None:
        """End now; the document stays as it is. Nothing happens where the run is over."""
        if not self._ended:
            self.run.cancel()
            self._end()

    def _advance(self) -> None:
        # Adding a layer, Krita waits for its own work, and lets timers run meanwhile.
        self._timer.stop()
        try:
            over = self.run.advance()
        except Exception as error:
            self._fail(error)
            return
        if self._ended:
            return
        # Who draws what grows reads the original as well.
        self.progressed.emit(self.run.fraction, self.run.text)
        if self._ended:
            return
        if self.run.silent != self._silent:
            self._silent = self.run.silent
            self.silent.emit(self._silent)
        if over:
            self._tell()
        else:
            self._timer.start()

    def _tell(self) -> None:
        """What the run has come to."""
        if self.run.error is None:
            self.painted.emit(", ".join(shown.name for shown in self.made))
        else:
            told = self.unpainted if self.run.unpainted else self.failed
            told.emit(self.run.error)
        self._end()

    def _fail(self, error: Exception) -> None:
        """For a mistake of our own."""
        if self._ended:
            return
        self.run.cancel()
        self.failed.emit(explained(error))
        self._end()

    def _end(self) -> None:
        self._ended = True
        self._timer.stop()
        self.hands.stop()
        self.ended.emit()
