"""What Krita tells a session of its document, see ``bridge.session.session.Desk``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from krita import Document

from . import layers
from .aim import Aim
from .bridge.contract.errors import BadInput
from .bridge.contract.geometry import Box, Extents
from .host import KritaHost
from .preview.small import SmallTarget


class KritaDesk:
    """Paints what a dialog aims at."""

    def __init__(
        self, document: Document, aim: Aim, output: Callable[[], str], edited: Callable[[], str]
    ) -> None:
        """Make it.

        Args:
            document: the dialog's.
            aim: tells the layers to paint from.
            output: tells what is to become of a painting that begins.
            edited: tells the reference of the painting whose place it takes; empty for none.
        """
        self._document, self._aim = document, aim
        self._output, self._edited = output, edited

    def seen(self) -> SmallTarget:
        return SmallTarget(self._aim.first())

    def hosts(self) -> Sequence[KritaHost]:
        targets, output, old = self._aim.targets(), self._output(), self._edited()
        return [KritaHost(target, output, old) for target in targets]

    def render(self, host: KritaHost) -> SmallTarget:
        return SmallTarget(host.target)

    def extents(self) -> Sequence[Extents]:
        """Where nothing can be painted now, the canvas, which might be."""
        try:
            return [target.extents() for target in self._aim.targets()]
        except BadInput:
            canvas = layers.canvas_of(self._document)
            return [Extents(canvas, Box.of(canvas), None)]
