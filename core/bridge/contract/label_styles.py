"""A style for each label: what the knob ``label_styles`` says, read, written, fitted to a map."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .brief import shortened
from .errors import BadInput
from .quoting import PATHS, cut, quoted, unquoted

SAME = 40
"""Colours nearer than this, of 255 a channel, are one label: JPEG at quality 50 moves a flat colour
by 4, and colours that people tell apart on a map are twice as far from each other and more."""


def read(text: str) -> dict[str, str]:
    """The picture's file of each colour (``#ff0000``) in ``#ff0000=a.jpg; #0000ff="b;c.jpg"``.

    Raises:
        BadInput: it is written in another way.
    """
    found: dict[str, str] = {}
    for entry in filter(None, map(str.strip, cut(text, PATHS))):
        color, *named = cut(entry, "=")
        path = unquoted("=".join(named))
        if not (re.fullmatch(r"#[0-9a-fA-F]{6}\s*", color) and path):
            raise BadInput(
                "'{entry}' is no label's style: write it as #ff0000=picture.jpg.",
                entry=shortened(entry),
            )
        found[color.strip().lower()] = path
    return found


def written(styles: Mapping[str, str]) -> str:
    """The inverse of :func:`read`."""
    return "; ".join(f"{color}={quoted(path)}" for color, path in styles.items())


def fitted(styles: Mapping[str, str], colors: Iterable[str]) -> dict[str, str]:
    """The same styles by the colours that a map has; without those that it has not.

    Args:
        styles: a file for each colour, as it was once named.
        colors: the map's own, which may be a little off.
    """
    known, found = list(colors), dict[str, str]()
    for color, path in styles.items():
        if (meant := nearest(color, known)) is not None:
            found[meant] = path
    return found


def nearest(color: str, colors: Iterable[str]) -> str | None:
    """The one of a map's colours that is meant by one a little off; None where none is."""
    found = min(colors, key=lambda one: _apart(one, color), default=None)
    return found if found is not None and _apart(found, color) <= SAME else None


def _apart(one: str, other: str) -> float:
    """The Euclidean distance of two colours, 0 to 442."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)
