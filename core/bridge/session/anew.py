"""Painting a painted layer anew: where its selection is by now, and how far it was moved.

A record tells how the source stood (see landing.py for the two ways that hosts know a layer by):
:class:`Framed` where a layer is a rectangle that cropping cuts, :class:`Sampled` where its position
moves with the image's edges. Functions that scale a selection take the host's own ``resize``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..contract.errors import BadInput
from ..contract.geometry import Box, Extent
from ..storage import outside
from .landing import Resize, Way
from .record import Record, Selected
from .samples import Samples
from .stand import CELLS, Cells, Landing
from .turns import Turn

_ROUNDED = 2
"""Pixels that a painting's size may be off after its image was scaled."""


class Framed(NamedTuple):
    """How a source stood. The record's selection counts from the painting's own corner, as the
    canvas may be cropped later."""

    source: Extent
    """Its size."""
    place: Box
    """Where the painting lay on it, counted from its corner."""
    cells: Cells = ()
    """What it looked like, coarsely; nothing in older records."""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Framed | None:
        """Of what was written down; None in older records. Raises as :func:`.record.read` says."""
        whole, place, cells = told.get("source"), told.get("place"), told.get("cells")
        if whole is None or place is None:
            return None
        return cls(outside.box([0, 0, *whole]).extent, outside.box(place), _cells(cells or ()))

    def as_mapping(self) -> dict[str, Any]:
        """As JSON can carry it."""
        return self._asdict()


@dataclass(frozen=True)
class Sampled:
    """How a source stood, and where the painting counted from, where that is known."""

    place: Samples
    origin: tuple[int, int] | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Sampled | None:
        """Of what was written down; None in older records. Raises as :func:`.record.read` says."""
        place, origin = told.get("place"), told.get("origin")
        if place is None:
            return None
        if origin is not None:
            x, y = origin
            origin = int(x), int(y)
        return cls(Samples.from_mapping(place), origin)

    def as_mapping(self) -> dict[str, Any]:
        """As JSON can carry it."""
        return {"place": self.place.as_mapping(), "origin": self.origin}


class Course(NamedTuple):
    """What became of a painting since: where its selection is now, and how far it was moved."""

    selected: Selected | None
    shift: tuple[int, int]
    known: bool
    """Whether that is known; where the image was cropped, it is not."""


def landed(record: Record[Framed], landing: Landing, resize: Resize) -> Record[Framed]:
    """The record of a painting that came to lie there."""
    then = turned(record, landing.turn, resize)
    if then.stood is None or landing.source is None or landing.place is None:
        return replace(then, stood=None)
    return replace(then, stood=Framed(landing.source, landing.place, then.stood.cells))


def turned(record: Record[Framed], turn: Turn, resize: Resize) -> Record[Framed]:
    """The record after the source was turned, and the painting with it."""
    if record.stood is None:
        return record
    source, place, cells = record.stood
    way = Way.turned(Box.of(place.extent), turn)
    selected = record.selected and way.selected(record.selected, resize)
    stood = Framed(turn.extent(source), turn.box(source, place), turn.rows(cells))
    return replace(record, selected=selected, stood=stood)


def course(record: Record[Framed], source: Box, painting: Box, resize: Resize) -> Course:
    """What became of a painting that lies there now, and its source there."""
    then, stood = record.selected, record.stood
    near = Course(then and then.move(painting.x, painting.y), (0, 0), False)
    if stood is None:
        return near
    way = Way(Box.of(stood.source), source)
    part = way.box(stood.place)
    off = part.width - painting.width, part.height - painting.height
    if way.scales and max(map(abs, off)) > _ROUNDED:
        return near
    # From the painting's corner to the original's.
    then = then and way.selected(then.move(stood.place.x, stood.place.y), resize)
    return Course(then, (painting.x - part.x, painting.y - part.y), True)


def selected_now(selected: Selected, way: Way | None, resize: Resize) -> Selected:
    """A selection after its source went a way. Raises BadInput where that can't be followed."""
    if way is None:
        raise BadInput(
            "The layer it was painted from has been distorted since, and its selection no longer "
            "fits: make a new selection on that layer and paint it."
        )
    return way.selected(selected, resize)


def moved(stood: Sampled | None, way: Way | None, position: tuple[int, int]) -> tuple[int, int]:
    """How far a painting with that position was moved away from its source, which went a way."""
    if stood is None or stood.origin is None or way is None or way.moved is None:
        return 0, 0
    (x, y), (was_x, was_y), (dx, dy) = position, stood.origin, way.moved
    return x - was_x - dx, y - was_y - dy


def at(
    record: Record[Sampled], position: tuple[int, int], moved: tuple[int, int]
) -> Record[Sampled]:
    """The record of a painting with that position, which lies so far away from its source."""
    if record.stood is None:
        return record
    origin = position[0] - moved[0], position[1] - moved[1]
    return replace(record, stood=replace(record.stood, origin=origin))


def _cells(told: Any) -> Cells:
    """Raises TypeError, ValueError or KeyError for what is no coarse picture."""
    side = range(CELLS if told else 0)
    try:
        return [[[int(told[y][x][c]) for c in range(4)] for x in side] for y in side]
    except IndexError as error:
        raise ValueError("no coarse picture") from error
