"""What only animations ask a person in a host: which frames to paint, and whether paint moves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..contract.errors import BadInput
from ..contract.knobs import Knob

FRAMES = Knob(
    name="frames",
    kind="text",
    default="",
    label="Frames",
    help="The frames to paint: 3-8, or 5 for one. Empty paints all of them.",
)
STEADY = Knob(
    name="steady",
    kind="flag",
    default=True,
    label="Paint moves along",
    help="Paint moves with what it lies on. Without, each frame is painted by itself and flickers.",
)
"""Knobs of the hosts: the engine's settings know nothing of them."""

_SPAN = re.compile(r"\s*(\d{1,9})\s*(?:[-–]\s*(\d{1,9})\s*)?")


def span(first: int, last: int) -> str:
    """The frames from one to another, as :func:`chosen` reads it."""
    return f"{first}-{last}" if first != last else f"{first}"


def chosen(text: str, numbers: Sequence[int]) -> range:
    """The places of the frames that a text names.

    Args:
        text: such as ``3-8``, ``5``, or nothing for all of them.
        numbers: what each frame is called, in order; at least one.

    Raises:
        BadInput: it is written otherwise, or names none of them.
    """
    if not text.strip():
        return range(len(numbers))
    found = _SPAN.fullmatch(text)
    if found is None:
        raise BadInput(
            "'{text}' names no frames: write 3-8, or 5 for one, or nothing for all of them.",
            text=text,
        )
    low = int(found[1])
    high = low if found[2] is None else int(found[2])
    places = [place for place, number in enumerate(numbers) if low <= number <= high]
    if not places:
        raise BadInput(
            "There are no frames {frames}: choose some from {first} to {last}.",
            frames=text.strip(),
            first=numbers[0],
            last=numbers[-1],
        )
    return range(places[0], places[-1] + 1)
