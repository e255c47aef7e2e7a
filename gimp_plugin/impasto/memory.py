"""The record of a painted layer in GIMP: a parasite of the layer, and so in the XCF file too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from bridge.contract.errors import BadInput
from bridge.contract.geometry import Box, Extent
from bridge.contract.settings import Settings
from bridge.session import record
from bridge.session.landing import Way
from bridge.session.record import Record
from bridge.session.stand import CELLS, Cells, Landing
from bridge.session.turns import Turn
from bridge.storage import outside
from buffers import stretched
from gi.repository import Gimp

_NAME = "impasto-request"
_PERSISTENT = 1
"""GIMP's flag for a parasite that is saved."""


class Stood(NamedTuple):
    """How the layer stood that a painting was painted from."""

    source: Extent
    """Its size."""
    place: Box
    """Where the painting lay on it, counted from its corner."""
    cells: Cells = ()
    """What it looked like, coarsely."""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Stood | None:
        whole, place, cells = told.get("source"), told.get("place"), told.get("cells")
        if whole is None or place is None:
            return None
        return cls(outside.box([0, 0, *whole]).extent, outside.box(place), _cells(cells or ()))


Memory = Record[Stood]
"""Its selection counts from the painted layer's own corner, as the canvas may be cropped later."""


def attach(memory: Memory, layer: Gimp.Layer) -> None:
    """Let a layer remember this. Of one that stands in an image, that is an undo step."""
    data = memory.written(Stood._asdict)
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


def landed(memory: Memory, landing: Landing) -> Memory:
    """The same of a painting that came to lie there."""
    then = turned(memory, landing.turn)
    if then.stood is None or landing.source is None or landing.place is None:
        return replace(then, stood=None)
    return replace(then, stood=Stood(landing.source, landing.place, then.stood.cells))


def turned(memory: Memory, turn: Turn) -> Memory:
    """The same after the layer it was painted from was turned, and the painting with it."""
    if memory.stood is None:
        return memory
    source, place, cells = memory.stood
    way = Way.turned(Box.of(place.extent), turn)
    selected = memory.selected and way.selected(memory.selected, stretched)
    stood = Stood(turn.extent(source), turn.box(source, place), turn.rows(cells))
    return replace(memory, selected=selected, stood=stood)


def _read(layer: Gimp.Layer) -> Memory | None:
    parasite = layer.get_parasite(_NAME)
    found = parasite and record.read(bytes(parasite.get_data()), Stood.of)
    return found if found is not None and isinstance(found.source, int) else None


def _spoken(settings: Settings) -> Settings:
    """The same without texts that GIMP can't hold: half a character can't be encoded."""
    texts = {k: v for k, v in settings.as_mapping().items() if isinstance(v, str)}
    odd = {name for name, text in texts.items() if text.encode(errors="ignore").decode() != text}
    return replace(settings, **{name: getattr(Settings(), name) for name in odd})


def _cells(told: Any) -> Cells:
    """Raises TypeError, ValueError or KeyError for what is no coarse picture."""
    side = range(CELLS if told else 0)
    try:
        return [[[int(told[y][x][c]) for c in range(4)] for x in side] for y in side]
    except IndexError as error:
        raise ValueError("no coarse picture") from error
