"""A host without a toolkit: all that an adapter has to do for a session, and nothing it decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PIL import Image

from core.bridge.contract.geometry import Box, Extent, Extents
from core.bridge.contract.host import Resolved
from core.bridge.contract.outcome import Outcome
from core.bridge.contract.pixels import MASK, Pixels
from core.bridge.contract.settings import Settings
from core.bridge.i18n.texts import tr
from core.bridge.session.outputs import LAYER, Found, Where, becomes, stands_above, successor_name
from core.bridge.session.painting import layer_name
from core.bridge.session.record import Record, Selected, read
from core.bridge.session.stand import Stand
from tests.documents import Document, Layer, resized


class HeadlessHost:
    """One layer of a run, and of a preview: the contract's ``Host`` and a ``Renderer``."""

    def __init__(
        self,
        document: Document,
        layer: Layer,
        pictures: Mapping[str, Pixels] | None = None,
        output: str = LAYER,
        old: Layer | None = None,
    ) -> None:
        """``pictures``: layers that stand in for files; ``old``: a painting to be replaced."""
        self.document, self.layer, self.output, self.old = document, layer, output, old
        self.made: Layer | None = None
        self.in_parts = True
        self.notes: list[str] = []
        self._pictures = pictures or {}
        self._stand = Stand(layer)

    @property
    def wanted(self) -> bool:
        return self.document.open

    @property
    def idle(self) -> bool:
        return not self.document.drawing

    def extent(self) -> Extents:
        return Extents(self.document.canvas, self.layer.box, self.document.selection)

    def read(self, box: Box) -> Pixels:
        self._stand = Stand(self.layer)
        return self.layer.read(box.inside(self.layer.box))

    def selection(self, box: Box) -> Pixels | None:
        if (chosen := self.document.selection) is None:
            return None
        mask = Image.new("L", box.extent)
        part = chosen.intersect(box).inside(box)
        mask.paste(255, (part.x, part.y, part.right, part.bottom))
        return Pixels(box.extent, MASK, mask.tobytes())

    def render(self, box: Box, extent: Extent) -> Pixels:
        return resized(self.layer.read(box.inside(self.layer.box)), extent)

    def render_selection(self, box: Box, extent: Extent) -> Pixels | None:
        mask = self.selection(box)
        return mask and resized(mask, extent)

    def resolve(self, settings: Settings) -> Resolved:
        return Resolved(settings, self._pictures, layer_name(settings))

    def add_layer(
        self,
        settings: Settings,
        name: str,
        box: Box,
        pixels: Pixels,
        outcomes: Sequence[Outcome] = (),
    ) -> None:
        layers, number = self.document.layers, self.layer.number
        landing = self._stand.land(self.layer, box) if self.layer in layers else None
        place, told = becomes(
            self.output,
            Found(
                open=self.document.open,
                source=self.layer in layers,
                followed=landing is not None,
                replacing=self.old is not None,
                old=self.old in layers,
            ),
        )
        self.notes += [] if told is None else [tr(told)]
        chosen, mask = self.document.selection, self.selection(box)
        then = Selected(chosen, box, mask) if chosen and mask else None
        record = Record[None](settings, number, then, name=name, outcomes=tuple(outcomes))
        self.made = made = Layer(name, landing.box if landing else box, pixels)
        made.record = read(record.written(lambda _: {}), lambda _: None)
        if place is Where.INSTEAD and self.old is not None and self.old.record is not None:
            made.name = successor_name(self.old.name, self.old.record, name, [])
            layers[layers.index(self.old)] = made
        elif place is Where.ABOVE:
            below = stands_above(
                layers, self.layer, lambda each: bool(each.record and each.record.source == number)
            )
            layers.insert(layers.index(below) + 1, made)
        elif place is Where.ON_TOP:
            layers.append(made)


class HeadlessDesk:
    """``core.bridge.session.session.Desk``: all layers of a document, or a painting's source."""

    def __init__(self, document: Document, edited: Layer | None = None) -> None:
        self.document, self.edited = document, edited

    def hosts(self) -> Sequence[HeadlessHost]:
        document, record = self.document, None if self.edited is None else self.edited.record
        if record is None:
            return [HeadlessHost(document, layer) for layer in document.layers]
        document.selection = record.selected and record.selected.bounds
        source = next(each for each in document.layers if each.number == record.source)
        return [HeadlessHost(document, source, old=self.edited)]

    def ahead(self) -> HeadlessHost | None:
        return None if self.document.drawing else self.hosts()[0]

    def seen(self) -> HeadlessHost:
        return self.hosts()[0]

    def render(self, host: HeadlessHost) -> HeadlessHost:
        return host

    def extents(self) -> Sequence[Extents]:
        return [host.extent() for host in self.hosts()]

    def outcomes(self) -> Sequence[Outcome]:
        source = self.hosts()[0].layer.number
        records = [layer.record for layer in self.document.layers if layer.record]
        return [each for record in records if record.source == source for each in record.outcomes]
