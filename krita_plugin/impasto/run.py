"""One painting under way in Krita."""

from __future__ import annotations

from pathlib import PurePath

from krita import Document

from . import layers
from .bridge.painting import Painting
from .bridge.pixels import Pixels
from .bridge.settings import KNOBS, Settings
from .document import KritaHost
from .journal import explain
from .qt import QtCore

_TICK = 50
"""Milliseconds between two looks at the worker: often enough for a lively progress bar."""


class Run(QtCore.QObject):
    """Moves a painting on from a timer, so that Krita stays usable; tells what comes of it."""

    progressed = QtCore.pyqtSignal(float, str)
    painted = QtCore.pyqtSignal(str)
    """The new layer's name."""
    failed = QtCore.pyqtSignal(str)
    """One sentence for the person."""
    ended = QtCore.pyqtSignal()
    """After any end: painted, failed or cancelled."""

    def __init__(self, document: Document, settings: Settings, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._settings = settings
        self._painting: Painting | None = None
        self._name = ""
        self._over = False
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._advance)

    def start(self) -> None:
        """Read the pixels and begin. Whatever goes wrong is told by ``failed``."""
        try:
            self._painting = self._prepare()
        except Exception as error:
            self._fail(explain(error))
            return
        self._timer.start()

    def cancel(self) -> None:
        """End now; the document stays as it is. Nothing happens where the run is over."""
        if self._over:
            return
        self._over = True
        self._timer.stop()
        if self._painting is not None:
            self._painting.cancel()
        self.ended.emit()

    def _prepare(self) -> Painting:
        """Layers that serve as styles travel as pixels; the worker opens files by itself."""
        host = KritaHost(self._document, self.progressed.emit, self._fail)
        values = self._settings.as_mapping()
        files = {knob.name: values[knob.name] for knob in KNOBS if knob.kind == "file"}
        names: list[str] = []
        pictures: dict[str, Pixels] = {}
        for knob_name, file in files.items():
            if layers.is_reference(file):
                name, pictures[knob_name] = layers.picture(self._document, file)
                names.append(name)
            elif file:
                names.append(PurePath(file).stem)
        self._name = " + ".join(names)
        settings = Settings.from_mapping({**values, **dict.fromkeys(pictures, "")})
        return Painting(host, settings, pictures, name=self._name)

    def _advance(self) -> None:
        assert self._painting is not None
        try:
            done = self._painting.advance()
        except Exception as error:
            self._fail(explain(error))
            return
        # A failure is done as well, but was told already, and ended the run.
        if done and not self._over:
            self.painted.emit(self._name)
            self.cancel()

    def _fail(self, sentence: str) -> None:
        self.failed.emit(sentence)
        self.cancel()
