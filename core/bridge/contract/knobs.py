"""What a knob is: the declaration from which every face makes its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .brief import brief, shortened
from .errors import BadInput

LONGEST = 100_000
"""Characters of a text: hundreds of paths go into one."""

STYLIZE, COLORIZE = "stylize", "colorize"
"""What a person can ask for: each a command, a procedure and a dialog with its own knobs."""


@dataclass(frozen=True)
class Knob:
    """The declaration of one setting, as a face needs it to draw a widget or parse a flag."""

    name: str
    kind: str
    """``file``, ``folder``, ``text``, ``choice``, ``int``, ``float`` or ``flag``."""
    default: Any
    label: str
    help: str
    choices: tuple[tuple[str, str], ...] = ()
    """Value and label of each choice; of a ``text``, those that can be suggested."""
    low: float = 0
    high: float = 0
    advanced: bool = False
    tasks: tuple[str, ...] = (STYLIZE,)
    """Where a person meets it."""

    @property
    def option(self) -> str:
        """The name outside Python: ``background-style``."""
        return self.name.replace("_", "-")

    @property
    def span(self) -> str:
        """The range of a knob of numbers: ``0 to 1``."""
        low, high = (
            f"{int(end)}" if self.kind == "int" else f"{end:g}" for end in (self.low, self.high)
        )
        return f"{low} to {high}"

    def check(self, value: Any) -> Any:
        """Return ``value`` in the knob's own type.

        Raises:
            BadInput: of another type, out of range, or not among the choices.
        """
        if self.kind == "flag" and isinstance(value, bool):
            return value
        if self.kind in ("file", "folder", "text") and isinstance(value, str):
            return self._checked_text(value)
        if self.kind == "choice":
            known = [name for name, _ in self.choices]
            if isinstance(value, str) and value in known:
                return value
            raise BadInput(f"{self.option} is one of {', '.join(known)}, not {brief(value)}.")
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if self.kind in ("int", "float") and number:
            # Written so that a NaN, which no comparison holds for, is refused.
            if not self.low <= value <= self.high:
                raise BadInput(
                    f"{self.option} is between {self.low:g} and {self.high:g}, not {brief(value)}."
                )
            if self.kind == "float" or value == int(value):
                return float(value) if self.kind == "float" else int(value)
        raise BadInput(f"{self.option} can't be {brief(value)}: it is {self._described()}.")

    def number(self, text: str) -> Any:
        """The value that a person wrote, of a knob of numbers.

        Raises:
            BadInput: it is no number, or :meth:`check` refuses it.
        """
        try:
            value = float(text)
        except ValueError:
            raise BadInput(
                f"{self.option} can't be {brief(text)}: it is {self._described()}."
            ) from None
        return self.check(value)

    def _checked_text(self, value: str) -> str:
        if "\0" in value:
            raise BadInput(f"{self.option} can't be {brief(value)}: no name has a zero byte in it.")
        if len(value) > LONGEST:
            raise BadInput(
                f"{self.option} has up to {LONGEST} characters, not {len(value)}: "
                f"{shortened(value)}"
            )
        return value

    def _described(self) -> str:
        """What it takes, in a few words."""
        if self.kind == "int":
            return f"a whole number from {self.low:g} to {self.high:g}"
        if self.kind == "float":
            return f"a number from {self.low:g} to {self.high:g}"
        return _REASONS[self.kind]


_REASONS = {
    "flag": "on or off",
    "file": "a file's path",
    "folder": "a folder's path",
    "text": "a text",
}


def knob(
    default: Any,
    kind: str,
    label: str,
    help: str,
    *,
    choices: Mapping[str, str] | None = None,
    low: float = 0,
    high: float = 0,
    advanced: bool = False,
    tasks: tuple[str, ...] = (STYLIZE,),
) -> Any:
    """A dataclass field that carries its declaration."""
    declared = {
        "kind": kind,
        "label": label,
        "help": help,
        "choices": tuple((choices or {}).items()),
        "low": low,
        "high": high,
        "advanced": advanced,
        "tasks": tasks,
    }
    return field(default=default, metadata=declared)
