"""Every text that a person reads in a host, in their own language where there is a translation.

A language is one JSON file in ``texts``, of English texts and their translations: what the hosts
write, and what the bridge and the worker say. The log and the command line are English. A key is
the template as it stands in the code: ``The style {name} is transparent everywhere: choose
another.``
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from .text import Text, Told

FOLDER = Path(__file__).with_name("texts")

_spoken = ""
"""The language's name; empty for English."""


def speak(*locales: str) -> None:
    """Take the first of a person's languages there is a translation for.

    Args:
        locales: such as ``de_AT``, for which ``de_AT.json`` or else ``de.json`` is taken. English,
            or an unknown language only, leaves the texts as they are.
    """
    global _spoken
    _spoken = ""
    for locale in locales:
        language = locale.partition(".")[0].replace("-", "_")
        for name in (language, language.partition("_")[0]):
            if name in ("en", "C"):
                return
            if (FOLDER / f"{name}.json").is_file():
                _spoken = name
                return


def tr(said: Text | Told | str, /, **fields: object) -> str:
    """The text in the language that is spoken.

    Args:
        said: a text, an error that has one, or a template.
        fields: of the template.
    """
    if isinstance(said, Told):
        return said.text.words(_translated)
    text = said if isinstance(said, Text) else Text(said, **fields)
    return text.words(_translated)


def _translated(template: str) -> str:
    return _texts(_spoken).get(template, template) if _spoken else template


@lru_cache
def _texts(language: str) -> dict[str, str]:
    found = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return {str(english): str(text) for english, text in found.items()}
