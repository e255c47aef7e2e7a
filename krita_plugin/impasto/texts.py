"""Every text in the person's own language, where there is a translation."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from .qt import QtCore

_FOLDER = Path(__file__).with_name("texts")


def tr(english: str) -> str:
    """The text in the language Krita speaks; English where that is unknown."""
    return _catalogue(QtCore.QLocale().name()).get(english, english)


@lru_cache(maxsize=1)
def _catalogue(locale: str) -> dict[str, str]:
    """English texts and their translations: ``de_DE`` takes de_DE.json, else de.json."""
    for name in (locale, locale.partition("_")[0]):
        path = _FOLDER / f"{name}.json"
        if path.is_file():
            found = json.loads(path.read_text("utf-8"))
            return {str(english): str(text) for english, text in found.items()}
    return {}
