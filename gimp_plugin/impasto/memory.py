"""What a painted layer remembers of its making, so that it can be changed again.

It lies in a parasite of the layer, and so in the XCF file too.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from typing import NamedTuple

from bridge import outside
from bridge.errors import BadInput
from bridge.geometry import Box
from bridge.pixels import MASK, Pixels
from bridge.settings import Settings
from bridge.texts import tr
from gi.repository import Gimp

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


@dataclass(frozen=True)
class Memory:
    """How a layer was painted.

    Attributes:
        settings: with these settings.
        tattoo: from the layer of the same image with this tattoo.
        selected: of this selection; None where nothing was selected. Its boxes count from the
            painted layer's own corner, as the canvas may be cropped or grown later.
        labels: the tattoo of the layer whose colours told its regions; None where there was none.
    """

    settings: Settings
    tattoo: int
    selected: Selected | None
    labels: int | None = None

    def attach(self, layer: Gimp.Layer) -> None:
        """Let a layer remember this. Once it stands in an image, that would be an undo step."""
        told = {
            "settings": self.settings.as_mapping(),
            "tattoo": self.tattoo,
            "selected": self.selected and _packed(self.selected),
            "labels": self.labels,
        }
        data = json.dumps(told).encode()
        layer.attach_parasite(Gimp.Parasite.new(_NAME, _PERSISTENT, data))

    @classmethod
    def of(cls, layer: Gimp.Layer) -> Memory:
        """What a layer remembers. Raises BadInput where it remembers nothing."""
        parasite = layer.get_parasite(_NAME)
        try:
            if parasite is None:
                raise ValueError("nothing")
            told = outside.parse(bytes(parasite.get_data()), outside.MOST_RECORD)
            selected, labels = told["selected"], told.get("labels")
            return cls(
                Settings.remembered(told["settings"]),
                _tattoo(told["tattoo"]),
                None if selected is None else _unpacked(selected),
                None if labels is None else _tattoo(labels),
            )
        except (ValueError, KeyError, BadInput) as error:
            raise BadInput(
                tr(
                    "The chosen layer does not remember how it was painted: choose one that a "
                    "style transfer has made."
                )
            ) from error


def _packed(selected: Selected) -> dict[str, object]:
    mask = base64.b64encode(zlib.compress(selected.mask.data)).decode()
    return {"bounds": selected.bounds, "box": selected.box, "mask": mask}


def _unpacked(told: object) -> Selected:
    if not isinstance(told, dict):
        raise ValueError("no selection")
    bounds, box = outside.box(told["bounds"]), outside.box(told["box"])
    data = outside.unpacked(told["mask"], box.extent.area)
    return Selected(bounds, box, Pixels(box.extent, MASK, data))


def _tattoo(told: object) -> int:
    """What GIMP can look for as a tattoo: 32 bits. Raises ValueError."""
    if type(told) is not int or not 0 <= told < 1 << 32:
        raise ValueError("no tattoo")
    return told
