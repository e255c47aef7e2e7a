"""The contract of a clip in Krita: an animated layer, painted into a new one."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import NamedTuple

from krita import Node

from . import layers, outputs, results
from .activation import StayActive
from .aimed import Aimed
from .bridge.contract.errors import BadInput
from .bridge.contract.geometry import Box, Extents
from .bridge.contract.host import Content, Resolved
from .bridge.contract.pixels import MASK, Pixels
from .bridge.contract.settings import Settings
from .bridge.i18n.texts import tr
from .bridge.session.outputs import FRAMES, numbered
from .formats import Space
from .masks import selected
from .pictures import resolve
from .target import Target
from .timeline import apart, empty, key_times, turn


class Chosen(NamedTuple):
    """Which frames of a layer are painted.

    Attributes:
        every: one frame of so many; 0 is the key frames.
        first, last: between these, both included.
        steady: whether paint moves with what it lies on, from frame to frame.
    """

    every: int
    first: int
    last: int
    steady: bool = True

    def times(self, keys: Sequence[int]) -> list[int]:
        """When they are shown, of a layer with these key frames."""
        if self.every:
            return list(range(self.first, self.last + 1, self.every))
        return [time for time in keys if self.first <= time <= self.last]

    def end(self, keys: Sequence[int], painted: int) -> int | None:
        """When so many of them are over; None where the last is shown to the end."""
        times = self.times(keys)
        if not self.every:
            return next((time for time in keys if time > times[painted - 1]), None)
        return times[painted] if painted < len(times) else self.last + 1


class KritaClip(Aimed):
    """See ``bridge.contract.host.ClipHost``."""

    def __init__(self, target: Target, chosen: Chosen) -> None:
        super().__init__(target)
        self._chosen = chosen
        self._keys = key_times(target.document, target.node)

    @property
    def notes(self) -> list[str]:
        return [self.made.told] if self.made is not None and self.made.told else []

    @property
    def numbers(self) -> Sequence[int]:
        node = self.target.node
        if not node.animated():
            raise not_animated(node)
        times = self._chosen.times(self._keys)
        if not times:
            raise BadInput("There is no key frame between these: choose others.")
        return times

    @property
    def steady(self) -> bool:
        return self._chosen.steady

    @property
    def whole_frames(self) -> bool:
        return False

    def extent(self) -> Extents:
        """What a layer shows may lie elsewhere in each frame: all of the canvas is its."""
        canvas, chosen = layers.canvas_of(self.target.document), self.target.selected
        bounds = None if chosen is None or self._moving else chosen.bounds
        return Extents(canvas, Box.of(canvas), bounds)

    def resolve(self, settings: Settings) -> Resolved:
        document = self.target.document

        def read(name: str, node: Node, box: Box) -> Pixels:
            over = name in ("content_labels", "strength_mask")  # they lie over all of a frame
            whole = Box.of(layers.canvas_of(document))
            return layers.read(document, node, whole if over else box)

        return resolve(self.target, settings, read)

    def frames(self, box: Box) -> Generator[Content | None, None, None]:
        chosen, moving = self.target.selected, self._moving
        mask = chosen and chosen.cut(box)
        with apart(self.target.document, self.target.node) as (own, copy):
            for time in self.numbers:
                turn(own, time)
                if moving:
                    here = selected(own, copy)
                    mask = here.cut(box) if here else _everything(box)
                yield Content(layers.read(own, copy, box), mask)

    def lay(
        self, settings: Settings, name: str, box: Box, frames: Sequence[Pixels]
    ) -> Generator[None, None, None]:
        times = list(self.numbers[: len(frames)])
        end = self._chosen.end(self._keys, len(times))
        # Before the first of them and after the last, the layer below is seen.
        around = [time for time in (0, end) if time is not None and time not in times]
        with empty(sorted([*times, *around])) as (own, node):
            for number, time in enumerate(times):
                pixels = frames[number]
                if number == 0:
                    node.setColorSpace(*Space.of_format(pixels.format))
                turn(own, time)
                node.setPixelData(bytes(pixels.data), *box)
                yield
            yield from self._join(node, settings, name)

    def _join(self, painted: Node, settings: Settings, name: str) -> Generator[None, None, None]:
        """Put the painted layer above its source, by one step of undo."""
        target, document = self.target, self.target.document
        source = layers.find(document, target.source)
        group = document.rootNode() if source is None else source.parentNode()
        below = None if source is None else outputs.highest(document, source)
        like = document if source is None else source
        painted.setColorSpace(like.colorModel(), like.colorDepth(), like.colorProfile())
        yield
        node = painted.duplicate()
        node.setName(numbered(name, [each.name() for each in layers.all_layers(document)]))
        active = layers.active_reference(document)
        group.addChildNode(node, below)
        # What is selected is another thing in each frame, and where it stood one in each as well.
        name = node.name()
        record = results.KritaRecord(settings, target.source, None, output=FRAMES, name=name)
        results.keep(document, node, record)
        told = "" if source else tr("The layer it was painted from is gone, so this one is on top.")
        self.made = outputs.Shown(layers.reference(node), node.name(), told)
        if self.kept() or active not in (target.source, ""):
            StayActive(document, active, self.made.reference)

    @property
    def _moving(self) -> bool:
        """Whether something else may be selected in each frame."""
        children = self.target.node.childNodes()
        return any(c.type() == "selectionmask" and c.visible() and c.animated() for c in children)


def not_animated(node: Node) -> BadInput:
    """What to say of a layer that has no frames."""
    return BadInput(
        "The layer '{name}' is not animated: give it key frames in Krita's timeline, or paint it "
        "by Style Transfer.",
        name=node.name(),
    )


def _everything(box: Box) -> Pixels:
    return Pixels(box.extent, MASK, b"\xff" * box.extent.area)
