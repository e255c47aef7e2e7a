"""Every text that a person reads in a host, in their own language where there is a translation.

A language is two JSON files in ``texts``, of English texts and their translations: ``de.json`` is
what the hosts write themselves, ``de.sentences.json`` what the bridge and the worker say, in
English to the log and the command line. A key is the template as it stands in the code: ``The style
{name} is transparent everywhere: choose another.``
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

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


def tr(said: Text | Told | str) -> str:
    """The text in the language that is spoken.

    Args:
        said: a text, an error that has one, or a template without fields.
    """
    if isinstance(said, Told):
        return said.text.words(_translated)
    if isinstance(said, Text):
        return said.words(_translated)
    known = _translated(said)
    return known if known != said or not _spoken else _said(said)


def _translated(template: str) -> str:
    if not _spoken:
        return template
    return _texts(_spoken).get(template, template)


class Form(NamedTuple):
    """Sentences that differ in what stands in the gaps of one text.

    Attributes:
        between: the words around the gaps, one more than these.
        names: what the gaps are called, in their order.
        translation: the same in another language, with the same gaps in any order.
    """

    between: tuple[str, ...]
    names: tuple[str, ...]
    translation: str

    @classmethod
    def of(cls, text: str, translation: str) -> Form:
        parts = re.split(r"{(\w*)}", text)
        return cls(tuple(parts[::2]), tuple(parts[1::2]), translation)

    def gaps(self, sentence: str) -> dict[str, str] | None:
        """What stands in the gaps of a sentence; None where it is of another form."""
        if not all(words in sentence for words in self.between):
            return None
        # A gap at the beginning holds a path or a sentence, which may have the same words in it.
        first, *rest = map(re.escape, self.between)
        pattern = first + "".join(
            f"(?P<{name}>.*{'?' if first or number else ''}){words}"
            for number, (name, words) in enumerate(zip(self.names, rest, strict=True))
        )
        found = re.fullmatch(pattern, sentence, re.DOTALL)
        return None if found is None else found.groupdict()


def _said(english: str) -> str:
    """A sentence of the bridge's or the worker's; what fills a gap may be one of these, too."""
    for form in _forms(_spoken):
        if (gaps := form.gaps(english)) is not None:
            return form.translation.format(**{name: _said(text) for name, text in gaps.items()})
    return english


@lru_cache
def _texts(language: str) -> dict[str, str]:
    return _read(f"{language}.json") | _read(f"{language}.sentences.json")


@lru_cache
def _forms(language: str) -> list[Form]:
    """Those with most words first: of two that fit they are the likelier."""
    found = _read(f"{language}.sentences.json")
    forms = [Form.of(english, text) for english, text in found.items()]
    return sorted(forms, key=lambda form: -sum(map(len, form.between)))


def _read(name: str) -> dict[str, str]:
    found = json.loads((FOLDER / name).read_text("utf-8"))
    return {str(english): str(text) for english, text in found.items()}
