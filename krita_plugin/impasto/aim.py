"""What a dialog paints from: the layers of the moment, or those an older painting came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from krita import Document, Krita

from . import layers
from .bridge.contract.errors import BadInput
from .bridge.contract.geometry import Box, Extents
from .bridge.contract.outcome import Outcome
from .clip import Chosen, KritaClip
from .hands import button_down, idle
from .host import KritaHost
from .masks import outlines
from .preview.small import SmallTarget
from .qt import QtCore
from .results import KritaRecord, originals, outcomes_of, target_of
from .target import Target

_WATCH = 700
"""Milliseconds between two looks at the document."""


class Aim(QtCore.QObject):
    """Watches which layers and what selection there are, as nothing in Krita tells of them.

    What a session is told of them, see ``bridge.session.session.Desk``.
    """

    changed = QtCore.pyqtSignal()
    gone = QtCore.pyqtSignal()
    """The document was closed."""

    def __init__(
        self,
        document: Document,
        record: KritaRecord | None,
        output: Callable[[], tuple[str, str]],
        parent: QtCore.QObject,
        chosen: Callable[[], Chosen] | None = None,
    ) -> None:
        """Aim.

        Args:
            document: at this one,
            record: or at what a painting in it came from.
            output: tells what is to become of a painting that begins, and the reference of the
                one whose place it takes; that is empty for none.
            parent: what it belongs to.
            chosen: tells which frames are painted; None where it is what is shown.
        """
        super().__init__(parent)
        self._document, self._record, self._output = document, record, output
        self._chosen = chosen
        self._painted_from: Sequence[Target] = ()
        self._made: set[str] = set()
        self._stopped = False
        self._seen = self._state()
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(_WATCH)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def targets(self) -> list[Target]:
        """What would be painted from now. Raises BadInput."""
        if self._record is not None:
            return [target_of(self._record, self._document)]
        chosen = Target.chosen(self._document)
        # A new layer is the active one, but to paint again is to paint from the same original.
        if any(target.source in self._made for target in chosen):
            selected = chosen[0].selected
            return [replace(target, selected=selected) for target in self._painted_from]
        return originals(chosen)

    def first(self) -> Target:
        return self.targets()[0]

    def painting(self) -> tuple[str, Target] | None:
        """The painting that is chosen, by its reference, and its original, which is painted again;
        None where nothing, or something else, is chosen, or it was painted from here."""
        try:
            chosen = [] if self._record is not None else Target.chosen(self._document)
        except BadInput:
            return None
        if len(chosen) != 1 or chosen[0].source in self._made:
            return None
        (target,) = originals(chosen)
        return (chosen[0].source, target) if target.instead_of else None

    def seen(self) -> SmallTarget:
        return SmallTarget(self.first())

    def hosts(self) -> Sequence[KritaHost]:
        targets, (output, old) = self.targets(), self._output()
        return [KritaHost(target, output, old) for target in targets]

    def ahead(self) -> KritaHost | None:
        """To be read once; None while somebody draws, as who waits for that ends the stroke."""
        if button_down() or not idle(self._document):
            return None
        return KritaHost(self.first())

    def clip(self) -> KritaClip:
        """The frames that would be painted from now. Raises BadInput."""
        assert self._chosen is not None, "it is an animation's"
        return KritaClip(self.first(), self._chosen())

    def frames(self) -> int:
        """How many there are; 0 where something is in the way."""
        try:
            return len(self.clip().numbers)
        except BadInput:
            return 0

    def render(self, host: KritaHost) -> SmallTarget:
        return SmallTarget(host.target)

    def extents(self) -> Sequence[Extents]:
        """Where nothing can be painted now, the canvas, which might be."""
        try:
            if self._chosen is not None:
                return _worth(self.clip())
            return [target.extents() for target in self.targets()]
        except BadInput:
            canvas = layers.canvas_of(self._document)
            return [Extents(canvas, Box.of(canvas), None)]

    def outcomes(self) -> Sequence[Outcome]:
        try:
            return outcomes_of(self._document, self.first().source)
        except BadInput:
            return ()

    def count(self) -> int:
        """How many layers would be painted; 0 where something is in the way."""
        try:
            return len(self.targets())
        except BadInput:
            return 0

    def painted(self, targets: Sequence[Target], made: Iterable[str]) -> None:
        """These layers came of those targets."""
        self._painted_from = [replace(target, instead_of="") for target in targets]
        self._made.update(made)

    def stop(self) -> None:
        self._stopped = True
        self._timer.stop()

    def _look(self) -> None:
        if self._document not in Krita.instance().documents():
            self._timer.stop()
            self.gone.emit()
            return
        seen = self._state()
        # While Krita tells of its layers, who watches may be closed.
        if self._stopped:
            return
        known, self._seen = self._seen, seen
        if seen != known:
            self.changed.emit()

    def _state(self) -> object:
        """Another one where something else would be painted from."""
        active = layers.active_reference(self._document)
        return outlines(self._document), active, _picked(), self._document.currentTime()


def _worth(clip: KritaClip) -> Sequence[Extents]:
    """As many pictures as it takes the time of: one that is tied to the last takes a quarter."""
    count = len(clip.numbers)
    return [clip.extent()] * (1 + (count - 1) // 4 if clip.steady else count)


def _picked() -> int:
    """How many layers are selected in the layer docker."""
    window = Krita.instance().activeWindow()
    view = window.activeView() if window else None
    return len(view.selectedNodes()) if view else 0
