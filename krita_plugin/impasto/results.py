"""Paintings that can be changed again: each carries what it was made with, in its document.

Krita keeps a document's annotations in the .kra file, and a layer's id as well: one is named after
the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from krita import Document, Node

from . import layers
from .bridge.contract.errors import BadInput
from .bridge.contract.settings import Settings
from .bridge.storage import outside
from .masks import Mask
from .place import Place, Shift, moved_mask
from .target import Target

_PREFIX = "impasto/"


@dataclass(frozen=True)
class Record:
    """What a layer was painted from, where that lay, and what we called it.

    The last three are missing in records of older versions.
    """

    settings: Settings
    source: str
    mask: Mask | None
    place: Place | None = None
    """Where the source was."""
    origin: tuple[int, int] | None = None
    """Where the painting counted from."""
    name: str = ""

    def target(self, document: Document) -> Target:
        """The same target again, its selection where the layer is by now.

        Raises:
            BadInput: the source is gone, or has changed so that its selection fits no more.
        """
        node = layers.find(document, self.source)
        if node is None:
            raise BadInput(
                "The layer it was painted from is gone: choose another layer and paint anew."
            )
        if self.mask is None or self.place is None:
            return Target(document, self.source, self.mask)
        way = self.place.way_to(document, node)
        if way is None:
            raise BadInput(
                "The layer it was painted from was distorted since, so that its selection does "
                "not fit any more: select anew and paint from that layer."
            )
        return Target(document, self.source, moved_mask(self.mask, way))

    def moved(self, document: Document, painting: Node) -> Shift:
        """How far the person has moved the painting away from its source."""
        source = layers.find(document, self.source)
        if source is None or self.place is None or self.origin is None:
            return Shift()
        way = self.place.way_to(document, source)
        if not isinstance(way, Shift):
            return Shift()
        now = painting.position()
        return Shift(now.x() - self.origin[0] - way.dx, now.y() - self.origin[1] - way.dy)

    def at(self, painting: Node, moved: Shift) -> Record:
        """The record of a painting that lies that far away from its source."""
        now = painting.position()
        return replace(self, origin=(now.x() - moved.dx, now.y() - moved.dy))

    def renamed(self, painting: Node) -> bool:
        """Whether the painting's name is not ours, as far as we know."""
        return self.name != painting.name()


def keep(document: Document, node: Node, record: Record) -> None:
    """Let a layer carry its record, which the document is saved with."""
    values = {
        "settings": record.settings.as_mapping(),
        "source": record.source,
        "mask": None if record.mask is None else record.mask.as_mapping(),
        "place": None if record.place is None else record.place.as_mapping(),
        "origin": record.origin,
        "name": record.name,
    }
    told = f"How Impasto painted the layer {node.name()}"
    document.setAnnotation(_key(node), told, json.dumps(values).encode())


def record_of(document: Document, node: Node) -> Record | None:
    """What a layer carries; None where it was not painted here, or it can't be read."""
    try:
        data = bytes(document.annotation(_key(node)))
        return _read(outside.parse(data, outside.MOST_RECORD))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, BadInput):
        return None


def originals(targets: list[Target]) -> list[Target]:
    """The targets, with its original in the place of each painting whose original is still there.

    Who wants a painting painted duplicates it: the copy carries no record.
    """
    found: dict[str, Target] = {}
    for target in targets:
        record = record_of(target.document, target.node)
        while record is not None:
            node = layers.find(target.document, record.source)
            if node is None:
                break
            name = target.instead_of or target.node.name()
            target = replace(Target.of(target.document, node), instead_of=name)
            record = record_of(target.document, node)
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


def _read(values: Mapping[str, Any]) -> Record:
    place, origin = values.get("place"), values.get("origin")
    mask = values["mask"]
    return Record(
        Settings.remembered(values["settings"]),
        str(values["source"]),
        None if mask is None else Mask.from_mapping(mask),
        None if place is None else Place.from_mapping(place),
        None if origin is None else (int(origin[0]), int(origin[1])),
        str(values.get("name", "")),
    )


def _key(node: Node) -> str:
    return f"{_PREFIX}{UUID(node.uniqueId().toString())}"
