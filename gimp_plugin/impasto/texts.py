"""Every text in the language GIMP speaks, where there is a translation."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from gi.repository import GLib

_FOLDER = Path(__file__).with_name("texts")


def tr(english: str) -> str:
    """The text in the person's language; the English one where there is no other."""
    return _catalogue().get(english, english)


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, str]:
    """English texts and their translations, in the first of the person's languages we know."""
    for name in GLib.get_language_names():
        if name in ("C", "en"):
            break
        path = _FOLDER / f"{name}.json"
        if path.is_file():
            found = json.loads(path.read_text("utf-8"))
            return {str(english): str(text) for english, text in found.items()}
    return {}
