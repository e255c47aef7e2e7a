"""One painting under way in Krita, or one after another where several layers were chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from krita import Node

from . import layers, outputs
from .activation import StayActive
from .bridge.contract.errors import ImpastoError, NothingPainted
from .bridge.contract.geometry import Box, Extent
from .bridge.contract.pixels import Pixels
from .bridge.contract.request import Progress
from .bridge.contract.settings import Settings
from .bridge.i18n.text import Text
from .bridge.i18n.texts import tr
from .bridge.i18n.times import span
from .bridge.session.gallery import Gallery
from .bridge.session.history import History
from .bridge.session.last_used import note_pictures
from .bridge.session.painting import Painting
from .bridge.session.workload import region_extents
from .bridge.storage.paths import Installation
from .document import KritaHost
from .hands import Hands, idle
from .journal import explain
from .pictures import resolve
from .place import Place
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
    old: str = ""
    """The reference of a painting that the new one takes the place of."""


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
        self._regions: list[Extent] = []
        self._arrived: outputs.Painted | None = None
        """What is painted, and waits for the document to be idle."""
        self._picture: Pixels | None = None
        self.made: list[outputs.Shown] = []
        """The new layers."""
        self._hands = Hands(self)
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
        if isinstance(seconds, (int, float)) and isinstance(device, Text):
            took = Text("It took {time} on {device}.", time=span(seconds), device=device)
            found.append(tr(took))
        if report.get("tiles"):
            found.append(tr("The memory was short, so it was painted in tiles."))
        notes = report.get("notes")
        found += map(tr, notes if isinstance(notes, list) else [])
        return [*found, *self.remarks()]

    def remarks(self) -> list[str]:
        """What is otherwise than the person may expect, each in a sentence."""
        instead = tr("'{name}' is a painting, so its original was painted.")
        taken = [instead.format(name=t.instead_of) for t in self.order.targets if t.instead_of]
        return [*taken, *(shown.told for shown in self.made if shown.told)]

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
        self._hands.stop()
        # The dialog goes with its document and cancels; what is painted by then is not lost.
        if self._arrived is not None and not self._arrived.target.open:
            self._show(self._arrived)
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
        place, resolution = Place.of(target.document, target.node), target.document.resolution()

        def arrive(name: str, box: Box, pixels: Pixels) -> None:
            self._arrived = outputs.Painted(
                target, self.order.settings, place, float(resolution), name, box, pixels
            )

        host = KritaHost(target, arrive, self._tell, self._fail)
        self._regions = region_extents(target.extents(), self.order.settings)
        return Painting(host, settings, resolved.pictures, name=resolved.name)

    def _tell(self, fraction: float, text: Text) -> None:
        count = len(self.order.targets)
        done = count - len(self._left)
        prefix = f"{done + 1}/{count}: " if count > 1 else ""
        self.progressed.emit((done + fraction) / count, prefix + tr(text))

    def _advance(self) -> None:
        # Adding a layer, Krita waits for its own work, and lets timers run meanwhile.
        self._timer.stop()
        try:
            done = self._step()
        except Exception as error:
            self._fail(explain(error))
            return
        # A failure is done as well, but was told already, and ended the run.
        if self._over:
            return
        self._timer.start()
        assert self._painting is not None
        if self._painting.silent != self._silent:
            self._silent = self._painting.silent
            self.silent.emit(self._silent)
        self._show_growth(self._painting.progress)
        if done:
            self._go_on()

    def _step(self) -> bool:
        """Paint on, then wait for the document; True once the painting is shown or has failed.

        Raises:
            ImpastoError: the document was closed: there is nothing left to paint on.
        """
        assert self._painting is not None
        target = self._left[0]
        if self._arrived is None and self._painting.advance() and self._arrived is None:
            return True
        if self._arrived is None:
            if not target.open:
                raise ImpastoError("The picture was closed before the painting was done.")
            return False
        if self._hands.busy or (target.open and not idle(target.document)):
            self._tell(1.0, Text("Waiting for your brush"))
            return False
        painted, self._arrived = self._arrived, None
        self._show(painted)
        return True

    def _show(self, painted: outputs.Painted) -> None:
        """Add the painting; it becomes the active layer only where its source is."""
        order, document = self.order, painted.target.document
        active = layers.active_reference(document) if painted.target.open else ""
        if order.old:
            shown = outputs.replace_old(order.old, painted)
        else:
            shown = outputs.put(order.output, painted)
        self.made.append(shown)
        if self.keeping or active not in (painted.target.source, order.old, ""):
            StayActive(document, active, shown.reference)

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
        self._left.pop(0)
        self._remember()
        if self._left and not self.keeping:
            self.start()
            return
        self._tell_made()
        self.cancel()

    def _remember(self) -> None:
        """How long it took, for the next one's estimate, and which pictures were used."""
        assert self._painting is not None
        settings, report = self.order.settings, self._painting.report or {}
        installation = Installation.here()
        seconds = report.get("seconds")
        if isinstance(seconds, (int, float)) and not self.keeping:
            History(installation).record(settings, self._regions, seconds)
        note_pictures(Gallery(installation), settings, lambda path: not layers.is_reference(path))

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
        self.painted.emit(", ".join(shown.name for shown in self.made))
