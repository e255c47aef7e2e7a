"""What a painted layer remembers of its making, so that it can be changed again.

It lies in a parasite of the layer, and so in the XCF file too.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from bridge.contract.errors import BadInput, ImpastoError
from bridge.contract.geometry import Box, Extent
from bridge.contract.pixels import MASK, Pixels
from bridge.contract.settings import Settings
from bridge.i18n.texts import tr
from bridge.storage import outside
from buffers import stretched
from gi.repository import Gimp
from landing import CELLS, Cells, Landing, Turn

_NAME = "impasto-request"
_PERSISTENT = 1
"""GIMP's flag for a parasite that is saved."""


class Selected(NamedTuple):
    """A selection as it was when it was read: its bounds, and its mask in a box."""

    bounds: Box
    box: Box
    mask: Pixels

    def move(self, dx: int, dy: int) -> Selected:
        """The same, counted from another corner."""
        return Selected(self.bounds.move(dx, dy), self.box.move(dx, dy), self.mask)

    def turn(self, turn: Turn, whole: Extent) -> Selected:
        """The same on a picture of that size after a turn."""
        bounds, _ = turn.box(self.bounds, whole)
        box, _ = turn.box(self.box, whole)
        return Selected(bounds, box, turn.mask(self.mask))

    def scale(self, whole: Extent, now: Extent) -> Selected:
        """The same on a picture that has another size now."""
        box = self.box.scaled(whole, now)
        return Selected(self.bounds.scaled(whole, now), box, stretched(self.mask, box.extent))


@dataclass(frozen=True)
class Memory:
    """How a layer was painted.

    Attributes:
        settings: with these settings.
        tattoo: from the layer of the same image with this tattoo.
        selected: of this selection; None where nothing was selected. Its boxes count from the
            painted layer's own corner, as the canvas may be cropped or grown later.
        labels: the tattoo of the layer whose colours told its regions; None where there was none.
        source: the size of the layer it was painted from; None in older ones, as the rest.
        place: where the painting lay on that layer, counted from its corner.
        cells: what that layer looked like, coarsely; nothing in older ones.
        output: what was made of the painting, see outputs.py.
        mask: tells the mask it was made with from any other; empty where it had none.
    """

    settings: Settings
    tattoo: int
    selected: Selected | None
    labels: int | None = None
    source: Extent | None = None
    place: Box | None = None
    cells: Cells = ()
    output: str = ""
    mask: str = ""

    def attach(self, layer: Gimp.Layer) -> None:
        """Let a layer remember this. Of one that stands in an image, that is an undo step."""
        told = {
            "settings": self.settings.as_mapping(),
            "tattoo": self.tattoo,
            "selected": self.selected and _packed(self.selected),
            "labels": self.labels,
            "source": self.source,
            "place": self.place,
            "cells": self.cells,
            "output": self.output,
            "mask": self.mask,
        }
        data = json.dumps(told).encode()
        layer.attach_parasite(Gimp.Parasite.new(_NAME, _PERSISTENT, data))

    def landed(self, landing: Landing) -> Memory:
        """The same of a painting that came to lie there."""
        turned = self.turned(landing.turn)
        return replace(turned, source=landing.source, place=landing.place)

    def turned(self, turn: Turn) -> Memory:
        """The same after the layer it was painted from was turned, and the painting with it."""
        if self.source is None or self.place is None:
            return self
        selected = self.selected and self.selected.turn(turn, self.place.extent)
        place, source = turn.box(self.place, self.source)
        cells = turn.cells(self.cells)
        return replace(self, selected=selected, source=source, place=place, cells=cells)

    @classmethod
    def of(cls, layer: Gimp.Layer) -> Memory:
        """What a layer remembers. Raises BadInput where it remembers nothing, or nonsense."""
        try:
            told = _told(layer)
            selected, labels, place = told["selected"], told.get("labels"), told.get("place")
            whole, cells = told.get("source"), told.get("cells")
            return cls(
                _settings(told["settings"]),
                _tattoo(told["tattoo"]),
                None if selected is None else _unpacked(selected),
                None if labels is None else _tattoo(labels),
                None if whole is None else outside.box([0, 0, *_list(whole)]).extent,
                None if place is None else outside.box(place),
                _cells(cells) if cells else (),
                str(told.get("output", "")),
                str(told.get("mask", "")),
            )
        except _NONSENSE as error:
            raise BadInput(
                tr(
                    "The chosen layer does not remember how it was painted: choose one that a "
                    "style transfer has made."
                )
            ) from error


def origin_of(layer: Gimp.Layer, image: Gimp.Image) -> Gimp.Layer | None:
    """The layer that a painting was painted from; None where it is gone, or this is no painting.

    Of a painting of a painting, as older versions made them, it is the first one.
    """
    found, passed = None, {layer.get_id()}
    try:
        while True:
            layer = image.get_layer_by_tattoo(_tattoo(_told(layer)["tattoo"]))
            if layer is None or layer.get_id() in passed:
                return found
            passed.add(layer.get_id())
            found = layer
    except _NONSENSE:
        return found


def digest(mask: Pixels) -> str:
    """Tells a mask from others."""
    return hashlib.sha256(mask.data).hexdigest()


_NONSENSE = (ImpastoError, ValueError, KeyError)
"""What comes of reading a parasite that somebody else wrote, or that was cut short."""


def _told(layer: Gimp.Layer) -> Mapping[str, Any]:
    parasite = layer.get_parasite(_NAME)
    if parasite is None:
        raise ValueError("it remembers nothing")
    return outside.parse(bytes(parasite.get_data()), outside.MOST_RECORD)


def _settings(told: object) -> Settings:
    settings = Settings.remembered(told)
    texts = [value for value in settings.as_mapping().values() if isinstance(value, str)]
    if "\0" in "".join(texts).encode().decode():  # half a character can't be encoded
        raise ValueError("a text that GIMP can't hold")
    return settings


def _tattoo(told: object) -> int:
    """What GIMP can look for as a tattoo: 32 bits."""
    if type(told) is not int or not 0 <= told < 1 << 32:
        raise ValueError("no tattoo")
    return told


def _list(told: object) -> list[object]:
    if not isinstance(told, list):
        raise ValueError("no list")
    return told


def _cells(told: object) -> Cells:
    side = range(CELLS)
    try:
        return [[[int(told[y][x][c]) for c in range(4)] for x in side] for y in side]  # type: ignore[index]
    except (TypeError, IndexError, KeyError) as error:
        raise ValueError("no coarse picture") from error


def _packed(selected: Selected) -> dict[str, object]:
    mask = base64.b64encode(zlib.compress(selected.mask.data)).decode()
    return {"bounds": selected.bounds, "box": selected.box, "mask": mask}


def _unpacked(told: object) -> Selected:
    if not isinstance(told, dict):
        raise ValueError("no selection")
    bounds, box = outside.box(told["bounds"]), outside.box(told["box"])
    data = outside.unpacked(told["mask"], box.extent.area)
    return Selected(bounds, box, Pixels(box.extent, MASK, data))
