"""Paintings that can be changed again: each carries what it was made with, in its document.

Krita keeps a document's annotations in the .kra file, and a layer's id as well: one is named after
the other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from krita import Document, Node

from . import layers
from .bridge import outside
from .bridge.errors import BadInput
from .bridge.settings import Settings
from .masks import Mask
from .target import Target

_PREFIX = "impasto/"


@dataclass(frozen=True)
class Record:
    """What a layer was painted from: the settings, the source layer, and its selection."""

    settings: Settings
    source: str
    mask: Mask | None

    def target(self, document: Document) -> Target:
        """The same target again.

        Raises:
            BadInput: the source is gone.
        """
        node = layers.find(document, self.source)
        if node is None:
            raise BadInput(
                "The layer it was painted from is gone: choose another layer and paint anew."
            )
        return Target(document, node, self.mask)


def keep(document: Document, node: Node, record: Record) -> None:
    """Let a layer carry its record, which the document is saved with."""
    values = {
        "settings": record.settings.as_mapping(),
        "source": record.source,
        "mask": None if record.mask is None else record.mask.as_mapping(),
    }
    told = f"How Impasto painted the layer {node.name()}"
    document.setAnnotation(_key(node), told, json.dumps(values).encode())


def record_of(document: Document, node: Node) -> Record | None:
    """What a layer carries; None where it was not painted here, or it can't be read."""
    try:
        data = bytes(document.annotation(_key(node)))
        values = outside.parse(data, outside.MOST_RECORD)
        mask = values["mask"]
        return Record(
            Settings.remembered(values["settings"]),
            str(values["source"]),
            None if mask is None else Mask.from_mapping(mask),
        )
    except (ValueError, KeyError, BadInput):
        return None


def _key(node: Node) -> str:
    return f"{_PREFIX}{UUID(node.uniqueId().toString())}"
