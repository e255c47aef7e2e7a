"""The host contract in Krita: the layer and the selection that a run began with."""

from __future__ import annotations

from collections.abc import Callable

from . import layers
from .bridge.contract.geometry import Box, Extents
from .bridge.contract.pixels import MASK, Pixels
from .bridge.i18n.text import Text
from .target import Target


class KritaHost:
    """See ``bridge.host.Host``. What it has to show goes to the two callbacks."""

    def __init__(
        self,
        target: Target,
        output: Callable[[str, Box, Pixels], None],
        on_progress: Callable[[float, Text], None],
        on_message: Callable[[str], None],
    ) -> None:
        self.target = target
        self._output = output
        self._on_progress = on_progress
        self._on_message = on_message

    def extent(self) -> Extents:
        return self.target.extents()

    def read(self, box: Box) -> Pixels:
        return layers.read(self.target.document, self.target.node, box)

    def selection(self, box: Box) -> Pixels | None:
        mask = self.target.mask
        return None if mask is None else Pixels(box.extent, MASK, mask.cut(box))

    def add_layer(self, name: str, box: Box, pixels: Pixels) -> None:
        self._output(name, box, pixels)

    def progress(self, fraction: float, text: Text) -> None:
        self._on_progress(fraction, text)

    def message(self, text: str) -> None:
        self._on_message(text)
