"""The record of a painted layer in GIMP: a parasite of the layer, and so in the XCF file too."""

from __future__ import annotations

from dataclasses import replace

from bridge.contract.errors import BadInput
from bridge.contract.outcome import Outcome
from bridge.contract.settings import Settings
from bridge.session import record
from bridge.session.anew import Framed
from bridge.session.record import Record
from gi.repository import Gimp
from layers import beside, place_of

_NAME = "impasto-request"
_PERSISTENT = 1
"""GIMP's flag for a parasite that is saved."""


Memory = Record[Framed]


def attach(memory: Memory, layer: Gimp.Layer) -> None:
    """Let a layer remember this. Of one that stands in an image, that is an undo step."""
    data = memory.written(Framed.as_mapping)
    layer.attach_parasite(Gimp.Parasite.new(_NAME, _PERSISTENT, data))


def memory_of(layer: Gimp.Layer) -> Memory:
    """What a layer remembers. Raises BadInput where it remembers nothing, or nonsense."""
    found = _read(layer)
    if found is None:
        raise BadInput(
            "The chosen layer does not remember how it was painted: choose one that a style "
            "transfer has made."
        )
    return replace(found, settings=_spoken(found.settings))


def origin_of(layer: Gimp.Layer, image: Gimp.Image) -> Gimp.Layer | None:
    """The layer that a painting was painted from; None where it is gone, or this is no painting."""

    def source(painting: Gimp.Layer) -> Gimp.Layer | None:
        found = _read(painting)
        return found and image.get_layer_by_tattoo(found.source)

    origin = record.original(layer, source, Gimp.Layer.get_id)
    return None if origin is layer else origin


def outcomes_of(layer: Gimp.Layer, image: Gimp.Image) -> list[Outcome]:
    """What the paintings of a layer that stand beside it remember of themselves and of others."""
    if place_of(layer, image) is None:
        return []
    source, memories = layer.get_tattoo(), filter(None, map(_read, beside(layer, image)))
    return [
        replace(outcome, settings=_spoken(outcome.settings))
        for memory in memories
        if memory.source == source
        for outcome in memory.outcomes
    ]


def _read(layer: Gimp.Layer) -> Memory | None:
    parasite = layer.get_parasite(_NAME)
    found = parasite and record.read(bytes(parasite.get_data()), Framed.of)
    return found if found is not None and isinstance(found.source, int) else None


def _spoken(settings: Settings) -> Settings:
    """The same without texts that GIMP can't hold: half a character can't be encoded."""
    texts = {k: v for k, v in settings.as_mapping().items() if isinstance(v, str)}
    odd = {name for name, text in texts.items() if text.encode(errors="ignore").decode() != text}
    return replace(settings, **{name: getattr(Settings(), name) for name in odd})
