"""Paintings that can be changed again: each carries what it was made with, in its document.

Krita keeps a document's annotations in the .kra file, and a layer's id as well: one is named after
the other.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from krita import Document, Node

from . import layers
from .bridge.contract.errors import BadInput
from .bridge.contract.outcome import Outcome
from .bridge.contract.settings import Settings
from .bridge.session import anew
from .bridge.session.anew import Sampled, selected_now
from .bridge.session.record import Record, original, read
from .place import place_of, resized, way_since
from .target import Target

_PREFIX = "impasto/"


KritaRecord = Record[Sampled]


def record_for(painted_from: Target, settings: Settings, name: str) -> KritaRecord:
    """Of a painting that we call so, its source where that is now."""
    place = Sampled(place_of(painted_from.document, painted_from.node))
    return KritaRecord(settings, painted_from.source, painted_from.selected, place, name=name)


def target_of(record: KritaRecord, document: Document) -> Target:
    """The same target again, its selection where the layer is by now.

    Raises:
        BadInput: the source is gone, or has changed so that its selection fits no more.
    """
    source, then = str(record.source), record.selected
    node = layers.find(document, source)
    if node is None:
        raise BadInput(
            "The layer it was painted from is gone: choose another layer and paint again."
        )
    if then is not None and record.stood is not None:
        then = selected_now(then, way_since(record.stood.place, document, node), resized)
    return Target(document, source, then)


def moved(record: KritaRecord, document: Document, painting: Node) -> tuple[int, int]:
    """How far the person has moved a painting away from its source."""
    source, stood = layers.find(document, str(record.source)), record.stood
    if source is None or stood is None:
        return 0, 0
    way = way_since(stood.place, document, source)
    return anew.moved(stood, way, layers.position_of(painting))


def keep(document: Document, node: Node, record: KritaRecord) -> None:
    """Let a layer carry its record, which the document is saved with."""
    told = f"How Impasto painted the layer {node.name()}"
    document.setAnnotation(_key(node), told, record.written(Sampled.as_mapping))


def record_of(document: Document, node: Node) -> KritaRecord | None:
    """What a layer carries; None where it was not painted here, or it can't be read."""
    return read(bytes(document.annotation(_key(node)) or b""), Sampled.of)


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


def outcomes_of(document: Document, source: str) -> list[Outcome]:
    """What the paintings of a layer remember of themselves and of others in their dialogs."""
    records = (record_of(document, node) for node in older(document, source))
    return [outcome for record in records if record for outcome in record.outcomes]


def _key(node: Node) -> str:
    return f"{_PREFIX}{UUID(node.uniqueId().toString())}"
