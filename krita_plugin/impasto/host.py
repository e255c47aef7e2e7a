"""The host contract in Krita: the layer and the selection that a run began with."""

from __future__ import annotations

from collections.abc import Sequence

from krita import Node

from . import layers, outputs
from .activation import StayActive
from .aimed import Aimed
from .bridge.contract.geometry import Box, Extents
from .bridge.contract.host import Resolved
from .bridge.contract.outcome import Outcome
from .bridge.contract.pixels import Pixels
from .bridge.contract.settings import Settings
from .bridge.i18n.texts import tr
from .bridge.session.outputs import LAYER
from .bridge.session.samples import Samples
from .pictures import resolve
from .place import place_of
from .seen import reshaped
from .target import Target


class KritaHost(Aimed):
    """See ``bridge.contract.host.Host``."""

    def __init__(
        self,
        target: Target,
        output: str = LAYER,
        old: str = "",
    ) -> None:
        """Make it.

        Args:
            target: what is painted from.
            output: what is to become of the painting, one of ``OUTPUT``'s choices.
            old: the reference of a painting that the new one takes the place of.
        """
        super().__init__(target)
        self._output, self._old = output, old
        self._place: Samples | None = None
        """Where the layer was when it was read."""
        self._resolution = 0.0

    @property
    def notes(self) -> list[str]:
        told = []
        if taken := self.target.instead_of:
            told.append(tr("'{name}' is a painting, so its original was painted.", name=taken))
        if self.made is not None and self.made.told:
            told.append(self.made.told)
        return told

    @property
    def in_parts(self) -> bool:
        """A layer that is reshaped is copied as a whole for each part."""
        node = self.target.node
        return not (node.layerStyleToAsl() or reshaped(node))

    def extent(self) -> Extents:
        return self.target.extents()

    def read(self, box: Box) -> Pixels:
        document, node = self.target.document, self.target.node
        self._place, self._resolution = place_of(document, node), float(document.resolution())
        return layers.read(document, node, box)

    def selection(self, box: Box) -> Pixels | None:
        selected = self.target.selected
        return selected and selected.cut(box)

    def resolve(self, settings: Settings) -> Resolved:
        def read(_: str, node: Node, box: Box) -> Pixels:
            return layers.read(self.target.document, node, box)

        return resolve(self.target, settings, read)

    def add_layer(
        self,
        settings: Settings,
        name: str,
        box: Box,
        pixels: Pixels,
        outcomes: Sequence[Outcome] = (),
    ) -> None:
        """Add the painting; it becomes the active layer only where its source is."""
        assert self._place is not None, "it was read"
        target, document = self.target, self.target.document
        place, told = self._place, tuple(outcomes)
        painted = outputs.Painted(
            target, settings, place, self._resolution, name, box, pixels, told
        )
        active = layers.active_reference(document) if target.open else ""
        self.made = outputs.show(self._output, self._old, painted)
        if self.kept() or active not in (target.source, self._old, ""):
            StayActive(document, active, self.made.reference)
