"""A run in Krita, moved on from a timer, so that Krita stays usable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from krita import Document

from . import outputs
from .bridge.contract.settings import Settings
from .bridge.session.outputs import LAYER
from .bridge.session.remedies import explained
from .bridge.session.run import Run
from .hands import Hands
from .host import KritaHost
from .qt import QtCore
from .target import Target

_TICK = 50
"""Milliseconds between two looks at the worker: often enough for a lively progress bar."""


@dataclass(frozen=True)
class Order:
    """What to paint, how, and what is to become of it."""

    targets: Sequence[Target]
    settings: Settings
    output: str = LAYER
    old: str = ""
    """The reference of a painting that the new one takes the place of."""


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

    def __init__(self, order: Order, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self.targets = order.targets
        self.hands = Hands(self)
        hosts = [KritaHost(each, order.output, order.old, self.hands) for each in order.targets]
        self.run = Run(hosts, order.settings, watched=True)
        self._ended = self._silent = False
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._advance)

    @property
    def document(self) -> Document:
        return self.targets[0].document

    @property
    def made(self) -> list[outputs.Shown]:
        """The new layers."""
        return [host.made for host in self.run.painted if host.made is not None]

    def start(self) -> None:
        """Read the pixels and begin. Whatever goes wrong is told by ``failed``."""
        try:
            self.run.start()
        except Exception as error:
            self._fail(error)
            return
        self._timer.start()

    def keep(self) -> None:
        """Stop here and keep what is painted so far; whoever draws elsewhere stays there."""
        self.run.keep()
        self.run.host.stays_active = self.run.kept

    def restart(self) -> None:
        """End the worker, which is silent, start another and paint the same anew."""
        self.run.restart()
        self.run.host.stays_active = False

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
        self.progressed.emit(self.run.fraction, self.run.text)
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
        if self._ended:
            return
        if self.run.error is not None:
            self._tell()
            return
        # It is a mistake of our own.
        self.run.cancel()
        self.failed.emit(explained(error))
        self._end()

    def _end(self) -> None:
        self._ended = True
        self._timer.stop()
        self.hands.stop()
        self.ended.emit()
