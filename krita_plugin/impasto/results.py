"""Paintings that can be changed again: each carries what it was made with, in its document.

Krita keeps a document's annotations in the .kra file, and a layer's id as well: one is named after
the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from krita import Document, Node

from . import layers
from .bridge.contract.errors import BadInput
from .bridge.contract.settings import Settings
from .bridge.session.record import Record, Selected, original, read
from .bridge.session.samples import Samples
from .masks import Mask
from .place import place_of, resized, way_since
from .target import Target

_PREFIX = "impasto/"


@dataclass(frozen=True)
class Stood:
    """How a painting's source stood."""

    place: Samples
    origin: tuple[int, int] | None = None
    """Where the painting counted from."""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Stood | None:
        place, origin = told.get("place"), told.get("origin")
        if place is None:
            return None
        return cls(Samples.from_mapping(place), origin and (int(origin[0]), int(origin[1])))

    def as_mapping(self) -> dict[str, Any]:
        return {"place": self.place.as_mapping(), "origin": self.origin}


KritaRecord = Record[Stood]


def record_for(painted_from: Target, settings: Settings, name: str) -> KritaRecord:
    """Of a painting that we call so, its source where that is now."""
    mask, place = painted_from.mask, place_of(painted_from.document, painted_from.node)
    selected = None if mask is None else Selected(mask.box, mask.box, mask.pixels)
    return KritaRecord(settings, painted_from.source, selected, Stood(place), name=name)


def target_of(record: KritaRecord, document: Document) -> Target:
    """The same target again, its selection where the layer is by now.

    Raises:
        BadInput: the source is gone, or has changed so that its selection fits no more.
    """
    source, then = str(record.source), record.selected
    node = layers.find(document, source)
    if node is None:
        raise BadInput(
            "The layer it was painted from is gone: choose another layer and paint anew."
        )
    if then is None or record.stood is None:
        return Target(document, source, then and Mask(then.box, bytes(then.mask.data)))
    way = way_since(record.stood.place, document, node)
    if way is None:
        raise BadInput(
            "The layer it was painted from was distorted since, so that its selection does "
            "not fit any more: select anew and paint from that layer."
        )
    now = way.selected(then, resized)
    return Target(document, source, Mask(now.box, bytes(now.mask.data)))


def moved(record: KritaRecord, document: Document, painting: Node) -> tuple[int, int]:
    """How far the person has moved a painting away from its source."""
    source, stood = layers.find(document, str(record.source)), record.stood
    if source is None or stood is None or stood.origin is None:
        return 0, 0
    way = way_since(stood.place, document, source)
    if way is None or way.moved is None:
        return 0, 0
    now, (dx, dy) = painting.position(), way.moved
    return now.x() - stood.origin[0] - dx, now.y() - stood.origin[1] - dy


def at(record: KritaRecord, painting: Node, moved: tuple[int, int]) -> KritaRecord:
    """The record of a painting that lies that far away from its source."""
    if record.stood is None:
        return record
    now, (dx, dy) = painting.position(), moved
    origin = now.x() - dx, now.y() - dy
    return replace(record, stood=replace(record.stood, origin=origin))


def keep(document: Document, node: Node, record: KritaRecord) -> None:
    """Let a layer carry its record, which the document is saved with."""
    told = f"How Impasto painted the layer {node.name()}"
    document.setAnnotation(_key(node), told, record.written(Stood.as_mapping))


def record_of(document: Document, node: Node) -> KritaRecord | None:
    """What a layer carries; None where it was not painted here, or it can't be read."""
    return read(bytes(document.annotation(_key(node)) or b""), Stood.of)


def originals(targets: list[Target]) -> list[Target]:
    """The targets, with its original in the place of each painting whose original is still there.

    Who wants a painting painted duplicates it: the copy carries no record.
    """
    found: dict[str, Target] = {}
    for target in targets:
        document, painting = target.document, target.node

        def source(node: Node, document: Document = document) -> Node | None:
            record = record_of(document, node)
            return record and layers.find(document, str(record.source))

        node = original(painting, source, layers.reference)
        if node is not painting:
            target = replace(Target.of(document, node), instead_of=painting.name())
        found.setdefault(target.source, target)
    return list(found.values())


def older(document: Document, source: str) -> list[Node]:
    """The paintings of a layer that are in the document, from the bottom up."""
    found = []
    for node in layers.all_layers(document):
        record = record_of(document, node)
        if record is not None and record.source == source:
            found.append(node)
    return found[::-1]


def _key(node: Node) -> str:
    return f"{_PREFIX}{UUID(node.uniqueId().toString())}"
