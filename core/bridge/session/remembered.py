"""Outcomes as a document carries them: with the record of a layer that was painted among them.

Any hand may have edited them; what can't be read is left out.
"""

from __future__ import annotations

import base64
import math
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from ..contract.errors import ImpastoError
from ..contract.geometry import Extent
from ..contract.outcome import Outcome
from ..contract.pixels import PixelFormat, Pixels
from ..contract.settings import Settings
from ..storage import outside

MOST = 8
"""Of how many outcomes a dialog shows, and a document remembers: the last ones."""

_RGB = PixelFormat("RGB", "u8")

_LONGEST = 512
"""Pixels of a thumbnail's side, and characters of a name: ours have less."""


def packed(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """As JSON can carry them."""
    return [
        {
            "settings": outcome.settings.of_painting(),
            "name": outcome.name,
            "at": outcome.at,
            "extent": outcome.thumbnail.extent,
            "thumbnail": base64.b64encode(zlib.compress(outcome.thumbnail.data)).decode(),
        }
        for outcome in outcomes
    ]


def unpacked(told: object) -> tuple[Outcome, ...]:
    """The inverse of :func:`packed`, as far as that can be read."""
    return tuple(_readable(told)) if isinstance(told, list) else ()


def gathered(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Those that several layers remember, each once: the last ones, oldest first."""
    each = {(outcome.at, outcome.name): outcome for outcome in outcomes}
    return tuple(sorted(each.values(), key=lambda outcome: outcome.at))[-MOST:]


def _readable(told: list[Any]) -> Iterator[Outcome]:
    for one in told[-MOST:]:
        try:
            yield _read(one)
        except (ImpastoError, ValueError, KeyError, TypeError, OverflowError):
            continue


def _read(told: dict[str, Any]) -> Outcome:
    width, height = told["extent"]
    at, name = told["at"], told["name"]
    if not (isinstance(name, str) and isinstance(at, (int, float)) and math.isfinite(at)):
        raise TypeError("no outcome")
    if not (type(width) is type(height) is int and min(width, height) > 0):
        raise TypeError("no extent")
    if max(width, height, len(name)) > _LONGEST:
        raise ValueError("more than ours have")
    data = outside.unpacked(told["thumbnail"], 3 * width * height)
    thumbnail = Pixels(Extent(width, height), _RGB, data)
    return Outcome(Settings.remembered(told["settings"]), name, float(at), thumbnail)
