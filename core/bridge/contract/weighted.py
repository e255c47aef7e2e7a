"""Names with weights, written as one text: ``relu2_1=2, relu3_1``."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..i18n.text import Text
from .brief import shortened
from .errors import BadInput
from .quoting import NAMES, PATHS, cut, quoted, unquoted

__all__ = ["NAMES", "PATHS", "weighted", "written"]


def weighted(text: str, between: str = NAMES) -> dict[str, float]:
    """The weight of each name, in the order written; 1 where none is given.

    Args:
        text: entries ``NAME`` or ``NAME=WEIGHT``; a name may stand in quotes.
        between: the characters that part them.

    Raises:
        BadInput: a weight is no number or below 0, a name is missing or stands twice, quotes are
            not closed, or all weights are 0.
    """
    found: dict[str, float] = {}
    for entry in filter(None, map(str.strip, cut(text, between))):
        *named, last = cut(entry, "=")
        value = _number(last, entry) if named else 1.0
        name = unquoted("=".join(named or [last]))
        if not name or name in found:
            wrong = Text("has a weight without a name")
            if name:
                wrong = Text("names {name} twice", name=shortened(name))
            raise BadInput(
                "'{text}' {wrong}: write NAME=WEIGHT once for each.",
                text=shortened(text),
                wrong=wrong,
            )
        found[name] = value
    if found and not any(found.values()):
        raise BadInput(
            "The weights in '{text}' are all 0: give at least one above 0.", text=shortened(text)
        )
    return found


def written(weights: Mapping[str, float]) -> str:
    """The inverse of :func:`weighted`, whatever parts its entries there."""
    return "; ".join(f"{quoted(name)}={weight!r}" for name, weight in weights.items())


def _number(text: str, entry: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise BadInput(
            "'{entry}' needs a weight of 0 or more after its '=', such as 0.5.",
            entry=shortened(entry),
        )
    return value
