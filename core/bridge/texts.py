"""Every text that a person reads in a host, in their own language where there is a translation.

A language is a JSON file in ``texts``, of the English texts and their translations.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).with_name("texts")

_spoken: dict[str, str] = {}


def speak(*locales: str) -> None:
    """Take the first of a person's languages there is a translation for.

    Args:
        locales: such as ``de_AT``, for which ``de_AT.json`` or else ``de.json`` is taken. English,
            or an unknown language only, leaves the texts as they are.
    """
    _spoken.clear()
    for locale in locales:
        language = locale.partition(".")[0].replace("-", "_")
        for name in (language, language.partition("_")[0]):
            if name in ("en", "C"):
                return
            if (FOLDER / f"{name}.json").is_file():
                _spoken.update(_catalogue(name))
                return


def tr(english: str) -> str:
    """The text in the language that is spoken."""
    return _spoken.get(english, english)


@lru_cache
def _catalogue(name: str) -> dict[str, str]:
    found = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return {str(english): str(text) for english, text in found.items()}
