"""Names in one text of several, where a name may hold what parts them: ``"a;b.jpg"=0.5; c.jpg``.

A name stands in quotes as a whole, as in CSV: ``"`` at both ends, and twice where it is a part of
the name. Without quotes, a name is what it looks like.
"""

from __future__ import annotations

import re

from .brief import shortened
from .errors import BadInput

NAMES, PATHS = ",;\n", ";\n"
"""What parts two entries. A path may hold a comma."""

_SPECIAL = re.compile(r'[,;\n="]')
"""What a name is quoted for, beside blanks at its ends."""


def cut(text: str, at: str) -> list[str]:
    """The parts between the characters of ``at`` that stand outside of quotes, as written.

    Raises:
        BadInput: quotes are not closed.
    """
    if text.count('"') % 2:
        raise BadInput(
            '\'{text}\' lacks a closing quote: write "NAME", and "" for a " in it.',
            text=shortened(text),
        )
    parts = [""]
    for piece in re.findall(r'"[^"]*"|[^"]', text):
        if piece in at:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def quoted(name: str) -> str:
    """A name as it is written in an entry; the inverse of :func:`unquoted`."""
    if name and name == name.strip() and not _SPECIAL.search(name):
        return name
    return '"' + name.replace('"', '""') + '"'


def unquoted(text: str) -> str:
    """The name that a part of an entry means: without blanks around it, and its quotes."""
    bare = text.strip()
    found = re.fullmatch(r'"((?:[^"]|"")*)"', bare)
    return bare if found is None else found[1].replace('""', '"')
