"""What a painted layer remembers of its making, in its document, so that it can be painted anew.

Any version may have written it, and any hand may have edited it. Of the settings what is odd counts
as the default; where the rest can't be read, the layer counts as one that was not painted.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from ..contract.dropped import dropped
from ..contract.errors import BadInput, ImpastoError
from ..contract.geometry import Box
from ..contract.outcome import Outcome
from ..contract.pixels import MASK, Pixels
from ..contract.settings import Settings
from ..storage import outside
from . import remembered

Stood = TypeVar("Stood")
Layer = TypeVar("Layer")

_TATTOOS = 1 << 32
"""How many layers GIMP can tell from each other."""


class Selected(NamedTuple):
    """A selection as it was when it was read: its bounds, and its mask in a box."""

    bounds: Box
    box: Box
    mask: Pixels

    def move(self, dx: int, dy: int) -> Selected:
        """The same, counted from another corner."""
        return Selected(self.bounds.move(dx, dy), self.box.move(dx, dy), self.mask)

    def cut(self, box: Box) -> Pixels:
        """The mask in another box; nothing is selected beyond its own."""
        nothing = Pixels(box.extent, MASK, bytes(box.extent.area))
        return self.mask if box == self.box else nothing.with_part(self.mask, self.box.inside(box))


@dataclass(frozen=True)
class Record(Generic[Stood]):
    """How a layer was painted.

    Attributes:
        settings: with these settings.
        source: names the layer of the same document that it was painted from: a number in GIMP,
            which calls it a tattoo, a text elsewhere.
        selected: of this selection; None where nothing was selected.
        stood: how that layer stood, as its host tells it; None in older records.
        labels: names the layer whose colours told the regions; None where none did.
        output: what was made of the painting; empty where that is not known.
        name: what the layer was called by us; empty where that is not known.
        mask: the :func:`digest` of the mask it was made with; empty where it had none.
        strengths: names the layer that told how strong the style was where; None where none did.
        outcomes: the last paintings that came out in its dialog, oldest first, itself among them.
        lost: the names of settings that another version wrote and this one could not take over.
    """

    settings: Settings
    source: int | str
    selected: Selected | None
    stood: Stood | None = None
    labels: int | None = None
    output: str = ""
    name: str = ""
    mask: str = ""
    strengths: int | None = None
    outcomes: tuple[Outcome, ...] = ()
    lost: tuple[str, ...] = ()

    def told(self) -> BadInput | None:
        """What to say where not all of its settings could be taken over; None where all could."""
        if not self.lost:
            return None
        return BadInput(
            "This was painted by another version of Impasto: what it says of {settings} could not "
            "be taken over.",
            settings=", ".join(self.lost),
        )

    def written(self, stood: Callable[[Stood], Mapping[str, Any]]) -> bytes:
        """As a document carries it; ``stood`` gives the parts of that, each under a name of its
        own, as JSON can carry them."""
        told = {
            "settings": self.settings.of_painting(),
            "tattoo" if isinstance(self.source, int) else "source": self.source,
            "selected": self.selected and _packed(self.selected),
            "labels": self.labels,
            "strengths": self.strengths,
            "output": self.output,
            "name": self.name,
            "mask": self.mask,
            "outcomes": remembered.packed(self.outcomes),
        }
        parts = {} if self.stood is None else stood(self.stood)
        return json.dumps({**told, **parts}).encode()


def read(data: bytes, stood: Callable[[Mapping[str, Any]], Stood | None]) -> Record[Stood] | None:
    """The inverse of :meth:`Record.written`; None where a layer carries nothing, or nonsense.

    Args:
        data: what the layer carries.
        stood: reads how the source stood out of all that was written; None where that is not
            known. Raises ValueError, KeyError, TypeError or OverflowError for anything else.
    """
    try:
        told = outside.parse(data, outside.MOST_RECORD)
        # Krita's selection once stood where GIMP keeps what tells a mask.
        selected = told["selected"] if "selected" in told else told["mask"]
        labels, strengths, mask = (told.get(name) for name in ("labels", "strengths", "mask"))
        return Record(
            Settings.remembered(told["settings"]),
            _tattoo(told["tattoo"]) if "tattoo" in told else str(told["source"]),
            None if selected is None else _unpacked(selected),
            stood(told),
            None if labels is None else _tattoo(labels),
            str(told.get("output", "")),
            str(told.get("name", "")),
            mask if isinstance(mask, str) else "",
            None if strengths is None else _tattoo(strengths),
            remembered.unpacked(told.get("outcomes")),
            dropped(told["settings"]),
        )
    except (ImpastoError, ValueError, KeyError, TypeError, OverflowError):
        return None


def original(
    layer: Layer, source: Callable[[Layer], Layer | None], known_by: Callable[[Layer], Hashable]
) -> Layer:
    """What a painting was painted from; of a painting of a painting the first; else the layer.

    Args:
        layer: which may be a painting.
        source: the layer that one was painted from; None where it is no painting, or that is gone.
        known_by: tells layers from each other.
    """
    passed = {known_by(layer)}
    while (before := source(layer)) is not None and known_by(before) not in passed:
        passed.add(known_by(before))
        layer = before
    return layer


def digest(mask: Pixels) -> str:
    """Tells a mask from others."""
    import hashlib  # here, as a host that starts imports this file

    return hashlib.sha256(mask.data).hexdigest()


def _packed(selected: Selected) -> dict[str, Any]:
    mask = base64.b64encode(zlib.compress(selected.mask.data)).decode()
    return {"bounds": selected.bounds, "box": selected.box, "mask": mask}


def _unpacked(told: Mapping[str, Any]) -> Selected:
    box = outside.box(told["box"])
    bounds = outside.box(told["bounds"]) if "bounds" in told else box
    data = outside.unpacked(told["mask"] if "mask" in told else told["data"], box.extent.area)
    return Selected(bounds, box, Pixels(box.extent, MASK, data))


def _tattoo(told: object) -> int:
    if type(told) is not int or not 0 <= told < _TATTOOS:
        raise ValueError("no tattoo")
    return told
