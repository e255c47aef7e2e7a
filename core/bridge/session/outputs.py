"""What becomes of a painting: where it stands, what it is called, and what is said of that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple, TypeVar

from ..contract.knobs import Knob
from ..i18n.text import Text
from .painting import layer_name
from .record import Record

LAYER, MASKED, DOCUMENT = "layer", "masked", "document"
OUTPUT = Knob(
    name="output",
    kind="choice",
    default=LAYER,
    label="Result",
    help="What the painting becomes: a layer with the selection's opacity, a full layer with the "
    "selection as its mask, or a document of its own.",
    choices=(
        (LAYER, "New layer"),
        (MASKED, "New layer with a mask"),
        (DOCUMENT, "New document"),
    ),
)
"""A knob of the hosts: the engine knows nothing of it."""

FRAMES = "frames"
"""What a record says of an animated layer: nobody chooses that, it is what an animation becomes."""

L = TypeVar("L")


class Where(Enum):
    """Where a painting can stand."""

    ABOVE = auto()
    """Above its source, and what was painted from that before."""
    INSTEAD = auto()
    """Where an older painting stands, which goes."""
    ON_TOP = auto()
    """On top of the image, as its source is gone."""
    ASIDE = auto()
    """In an image of its own."""


class Becomes(NamedTuple):
    """Where a painting is to stand, and what is otherwise than the person may expect."""

    place: Where
    told: Text | None = None


@dataclass(frozen=True)
class Found:
    """What a host finds when a painting is done.

    Attributes:
        open: whether the image is open.
        source: whether the layer is there that it was painted from.
        same_canvas: whether the image is as large as when that was read.
        followed: whether it can be told what became of that layer.
        doubtful: the layer's name, where it looks so different that it is not sure.
        replacing: whether an older painting was to be replaced.
        old: whether that is there, and can be.
    """

    open: bool = True
    source: bool = True
    same_canvas: bool = True
    followed: bool = True
    doubtful: str = ""
    replacing: bool = False
    old: bool = False


def becomes(output: str, found: Found) -> Becomes:
    """What is to become of a painting that was asked for as ``output``."""
    if output == DOCUMENT:
        return Becomes(Where.ASIDE)
    if not found.open:
        return Becomes(Where.ASIDE, _CLOSED)
    if not found.source:
        # On another canvas nobody knows where it belongs.
        on_top = found.same_canvas
        return Becomes(Where.ON_TOP, _GONE) if on_top else Becomes(Where.ASIDE, _GONE_ASIDE)
    if not found.followed:
        return Becomes(Where.ASIDE, _CHANGED)
    doubt = _doubt(found.doubtful) if found.doubtful else None
    if found.replacing and found.old:
        return Becomes(Where.INSTEAD, doubt)
    return Becomes(Where.ABOVE, doubt or (_OLD_GONE if found.replacing else None))


def _doubt(name: str) -> Text:
    return Text(
        "'{name}' has changed since: check that the painting is where it should be.", name=name
    )


def stands_above(near: Sequence[L], source: L, painted_from_it: Callable[[L], bool]) -> L:
    """The layer that a new painting stands above: its source, or the topmost painting over that.

    Args:
        near: the layers of the source's group from the bottom up.
        source: one of them.
        painted_from_it: whether a layer is a painting of the source.
    """
    own = next(place for place, layer in enumerate(near) if layer == source)
    return next(filter(painted_from_it, reversed(near[own + 1 :])), source)


def numbered(name: str, taken: Collection[str]) -> str:
    """The name, with a number where another layer has it."""
    number, wanted = 1, name
    while wanted in taken:
        number += 1
        wanted = f"{name} {number}"
    return wanted


def renamed(name: str, record: Record[Any]) -> bool:
    """Whether somebody has given an older painting, which is called so, another name."""
    return name != (record.name or layer_name(record.settings))


def successor_name(name: str, record: Record[Any], painted: str, taken: Collection[str]) -> str:
    """What is called what takes an older painting's place.

    A name that a person gave stays; one of ours follows the style.

    Args:
        name: the older one's.
        record: its own.
        painted: what a new one would be called.
        taken: the names of the other layers.
    """
    base, _, number = name.rpartition(" ")
    like_before = painted in (name, base if number.isdigit() else name)
    return name if renamed(name, record) or like_before else numbered(painted, taken)


def succession(
    name: str, record: Record[Any] | None, painted: str, others: Collection[str]
) -> tuple[str, str]:
    """What takes an older painting's place is called so, and is remembered as called so by us.

    The arguments are those of :func:`successor_name`, but that there may be no record, and that
    the names of others may hold the older one's own. Where a person gave that, ours is kept in
    mind beside it, so that it is known for theirs the next time as well.
    """
    if record is None:
        return name, name
    shown = successor_name(name, record, painted, [other for other in others if other != name])
    return shown, (record.name or painted) if renamed(name, record) else shown


_CLOSED = Text("The image was closed while it was painted: the painting is an image of its own.")
_GONE = Text(
    "The layer was removed or merged while it was painted: the painting is on top of the image."
)
_GONE_ASIDE = Text(
    "The layer was removed or merged while it was painted, and the image has another size now: the "
    "painting is an image of its own."
)
_CHANGED = Text(
    "The layer changed while it was painted, so its place is unknown: the painting is an image of "
    "its own. Copy it to where it belongs."
)
_OLD_GONE = Text(
    "The painting was removed while it was painted again: the new one is above its original."
)
