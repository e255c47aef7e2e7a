"""A text for a person before it is in their language: an English template and its fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

LONGEST_TEMPLATE, LONGEST_FIELD = 1_000, 10_000
"""Characters that travel: a sentence, and a path or a list of names in it."""

MOST_FIELDS = 16
"""Of one template that travels."""

DEEPEST = 5
"""How many texts that travel may lie in each other."""

LONGEST = 1 << 20
"""Characters of a text that travels, its fields put in: a template may name each many times."""

_TEMPLATE = ""
"""The template's key among its fields, where a text is JSON: no field has this name."""

_GAP = re.compile(r"{(\w+)}")

_Error = TypeVar("_Error", bound="Told")


@dataclass(frozen=True, init=False, repr=False)
class Text:
    """One text: ``Text("The style {name} is transparent everywhere.", name=path)``.

    ``str`` gives the English text; :func:`core.bridge.i18n.texts.tr` the one in a person's
    language, for which the template is the key.

    Attributes:
        template: with the name of a field in braces where its value stands. Braces around anything
            else are a part of the text.
        fields: what stands there. A text that is a field, or the text of an error that is one, is
            translated in its turn; any other value is shown as ``str`` gives it.
    """

    template: str
    fields: Mapping[str, str | Text]

    def __init__(self, template: str, /, **fields: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "fields", {name: _told(value) for name, value in fields.items()})

    def __str__(self) -> str:
        return self.words(lambda template: template)

    def __repr__(self) -> str:
        return repr(str(self))

    def words(self, translate: Callable[[str], str]) -> str:
        """The text with each template translated.

        Fields come from pictures, files and other programs: they are only put in, never formatted.
        """
        fields = {
            name: value.words(translate) if isinstance(value, Text) else value
            for name, value in self.fields.items()
        }
        return _GAP.sub(lambda gap: fields.get(gap[1], gap[0]), translate(self.template))

    def instead(self, templates: Collection[str], other: Text) -> Text:
        """The same text, with another one in the place of every part that is one of these."""
        if self.template in templates:
            return other
        return Text(
            self.template,
            **{
                name: value.instead(templates, other) if isinstance(value, Text) else value
                for name, value in self.fields.items()
            },
        )

    def to_json(self, depth: int = DEEPEST) -> dict[str, Any]:
        """As JSON can carry it: an object of its fields, with the template under an empty name."""
        fields = {
            name: value.to_json(depth - 1)
            if isinstance(value, Text) and depth > 1
            else str(value)[:LONGEST_FIELD]
            for name, value in self.fields.items()
        }
        return {_TEMPLATE: self.template[:LONGEST_TEMPLATE], **fields}

    @staticmethod
    def is_json(told: Mapping[str, object]) -> bool:
        """Whether an object is to be one of these, and nothing else."""
        return _TEMPLATE in told

    @classmethod
    def from_json(cls, told: object, depth: int = DEEPEST) -> Text:
        """The inverse of :meth:`to_json`, for what comes from another process.

        Raises:
            ValueError: it is of another type, larger or deeper than any that was sent.
        """
        if not isinstance(told, dict) or len(told) > MOST_FIELDS + 1 or depth < 1:
            raise ValueError("no text")
        template = told.get(_TEMPLATE)
        if not isinstance(template, str) or len(template) > LONGEST_TEMPLATE:
            raise ValueError("a text without a template")
        fields: dict[str, Text | str] = {}
        for name, value in told.items():
            if name == _TEMPLATE:
                continue
            if isinstance(value, dict):
                fields[name] = cls.from_json(value, depth - 1)
            elif isinstance(value, str) and len(value) <= LONGEST_FIELD:
                fields[name] = value
            else:
                raise ValueError("a text with a field of another kind")
        text = cls(template, **fields)
        if text._length() > LONGEST:
            raise ValueError("a text that is too long")
        return text

    def _length(self) -> int:
        """The characters of the text in English, without putting it together."""
        lengths = {
            name: value._length() if isinstance(value, Text) else len(value)
            for name, value in self.fields.items()
        }
        return len(self.template) + sum(lengths.get(gap, 0) for gap in _GAP.findall(self.template))


class Told(Exception):
    """An exception that says its reason to a person.

    Attributes:
        text: the reason.
        code: what kind of trouble it is, for a caller that asks; empty where none does.
    """

    text: Text
    code: str

    def __init__(self, template: str, /, code: str = "", **fields: object) -> None:
        self.text, self.code = Text(template, **fields), code
        super().__init__(str(self.text))

    @classmethod
    def of(cls: type[_Error], text: Text, code: str = "") -> _Error:
        """An error with a text that is there already."""
        error = cls(str(text))
        error.text, error.code = text, code
        return error


def _told(value: object) -> str | Text:
    """A field as a text holds it."""
    if isinstance(value, Told):
        return value.text
    return value if isinstance(value, Text) else str(value)
