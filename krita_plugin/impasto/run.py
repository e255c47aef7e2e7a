"""One painting under way in Krita, or one after another where several layers were chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from krita import Node

from . import layers, outputs, results
from .bridge import label_styles
from .bridge.errors import NothingPainted
from .bridge.gallery import Gallery
from .bridge.geometry import Box
from .bridge.history import History
from .bridge.painting import Painting
from .bridge.paths import Installation
from .bridge.pixels import Pixels
from .bridge.request import Progress
from .bridge.settings import Settings
from .bridge.texts import tr
from .bridge.times import span
from .bridge.weighted import PATHS, weighted
from .bridge.workload import region_extents
from .document import KritaHost
from .journal import explain
from .pictures import resolve
from .preview.images import to_image
from .qt import QtCore, QtGui
from .target import Target

_TICK = 50
"""Milliseconds between two looks at the worker: often enough for a lively progress bar."""

_PICTURES = 40
"""How often a growing picture is shown, over all steps."""


@dataclass(frozen=True)
class Order:
    """What to paint, how, and what is to become of it."""

    targets: Sequence[Target]
    settings: Settings
    output: str = outputs.LAYER
    old: Node | None = None
    """A painting that the new one takes the place of."""


class Run(QtCore.QObject):
    """Moves a painting on from a timer, so that Krita stays usable; tells what comes of it."""

    progressed = QtCore.pyqtSignal(float, str)
    grew = QtCore.pyqtSignal(QtGui.QImage, QtCore.QRectF)
    """How a part of it looks now, and which part of the picture that is, in parts of its sides."""
    painted = QtCore.pyqtSignal(str)
    """The new layer's name."""
    failed = QtCore.pyqtSignal(str)
    """One sentence for the person."""
    silent = QtCore.pyqtSignal(bool)
    """Whether the worker says nothing any more, or does again."""
    unpainted = QtCore.pyqtSignal(str)
    """It was to be kept, and nothing was painted yet: one sentence."""
    ended = QtCore.pyqtSignal()
    """After any end: painted, unpainted, failed or cancelled."""

    def __init__(self, order: Order, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self.order = order
        self._left = list(order.targets)
        self._painting: Painting | None = None
        self._picture: Pixels | None = None
        self.made: list[Node] = []
        """The new layers."""
        self.keeping = self._over = self._silent = False
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._advance)

    def start(self) -> None:
        """Read the pixels and begin. Whatever goes wrong is told by ``failed``."""
        try:
            self._painting = self._prepare(self._left[0])
        except Exception as error:
            self._fail(explain(error))
            return
        self._timer.start()

    def told(self) -> list[str]:
        """What the worker said of the last painting: how long, where, and in tiles or not."""
        report = (self._painting and self._painting.report) or {}
        seconds, device = report.get("seconds"), report.get("device")
        found = []
        if isinstance(seconds, (int, float)):
            took = tr("It took {time} on {device}.")
            found.append(took.format(time=span(seconds), device=tr(str(device))))
        if report.get("tiles"):
            found.append(tr("The memory was short, so it was painted in tiles."))
        notes = report.get("notes")
        return [*found, *map(tr, notes if isinstance(notes, list) else [])]

    @property
    def begun(self) -> bool:
        """Whether something is painted by now that can be kept."""
        step = 0 if self._painting is None else self._painting.progress.step
        return bool(self.made) or step > 0

    def keep(self) -> None:
        """Stop here and keep what is painted so far."""
        if self._painting is not None and not self._over:
            self.keeping = True
            self._painting.keep()

    def restart(self) -> None:
        """End the worker, which is silent, start another and paint the same anew."""
        if self._painting is not None and not self._over:
            self.keeping = False
            self._painting.restart()

    def cancel(self) -> None:
        """End now; the document stays as it is. Nothing happens where the run is over."""
        if self._over:
            return
        self._over = True
        self._timer.stop()
        if self._painting is not None:
            self._painting.cancel()
        self.ended.emit()

    def _prepare(self, target: Target) -> Painting:
        def read(_: str, node: Node, box: Box) -> Pixels:
            return layers.read(target.document, node, box)

        resolved = resolve(target, self.order.settings, read)
        settings = resolved.settings
        if settings.snapshots == 0:
            settings = replace(settings, snapshots=max(1, settings.steps // _PICTURES))
        host = KritaHost(target, self._put, self._tell, self._fail)
        return Painting(host, settings, resolved.pictures, name=resolved.name)

    def _put(self, target: Target, name: str, box: Box, pixels: Pixels) -> None:
        """What the painting comes to; it carries what it was made with."""
        order, document = self.order, target.document
        if order.old is not None:
            node = outputs.replace(order.old, target, name, box, pixels)
        else:
            node = outputs.put(order.output, target, name, box, pixels)
        if order.output != outputs.DOCUMENT:
            record = results.Record(order.settings, layers.reference(target.node), target.mask)
            results.keep(document, node, record)
        self.made.append(node)

    def _tell(self, fraction: float, text: str) -> None:
        count = len(self.order.targets)
        done = count - len(self._left)
        prefix = f"{done + 1}/{count}: " if count > 1 else ""
        self.progressed.emit((done + fraction) / count, prefix + tr(text))

    def _advance(self) -> None:
        assert self._painting is not None
        # Adding a layer, Krita waits for its own work, and lets timers run meanwhile.
        self._timer.stop()
        try:
            done = self._painting.advance()
        except Exception as error:
            self._fail(explain(error))
            return
        if not self._over:
            self._timer.start()
        # A failure is done as well, but was told already, and ended the run.
        if self._over:
            return
        if self._painting.silent != self._silent:
            self._silent = self._painting.silent
            self.silent.emit(self._silent)
        self._show_growth(self._painting.progress)
        if done:
            self._go_on()

    def _show_growth(self, progress: Progress) -> None:
        if progress.picture is None or progress.picture is self._picture or progress.box is None:
            return
        assert self._painting is not None
        self._picture, (x, y, width, height) = progress.picture, progress.box
        all_of_it = self._painting.work.box.extent
        part = QtCore.QRectF(
            x / all_of_it.width,
            y / all_of_it.height,
            width / all_of_it.width,
            height / all_of_it.height,
        )
        self.grew.emit(to_image(progress.picture), part)

    def _go_on(self) -> None:
        """To the next layer, or to the end."""
        self._remember(self._left.pop(0))
        if self._left and not self.keeping:
            self.start()
            return
        self._tell_made()
        self.cancel()

    def _remember(self, target: Target) -> None:
        """How long it took, for the next one's estimate, and which pictures were used."""
        assert self._painting is not None
        settings, report = self.order.settings, self._painting.report or {}
        installation = Installation.here()
        seconds = report.get("seconds")
        if isinstance(seconds, (int, float)) and not self.keeping:
            regions = region_extents(target.extents(), settings)
            History(installation).record(settings, regions, seconds)
        for style in _files(settings):
            Gallery(installation).touch(Path(style))

    def _fail(self, sentence: str) -> None:
        error = None if self._painting is None else self._painting.error
        if not isinstance(error, NothingPainted):
            self.failed.emit(sentence)
        elif self.made:
            self._tell_made()
        else:
            self.unpainted.emit(sentence)
        self.cancel()

    def _tell_made(self) -> None:
        self.painted.emit(", ".join(node.name() for node in self.made))


def _files(settings: Settings) -> list[str]:
    """All the files that settings paint like."""
    named = [settings.style, settings.background_style]
    named += weighted(settings.mix, PATHS)
    named += label_styles.read(settings.label_styles).values()
    return [style for style in named if style and not layers.is_reference(style)]
