"""What a knob is: the declaration from which every face makes its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import BadInput

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

    def check(self, value: Any) -> Any:
        """Return ``value`` in the knob's own type.

        Raises:
            BadInput: of another type, out of range, or not among the choices.
        """
        if self.kind == "flag" and isinstance(value, bool):
            return value
        if self.kind in ("file", "folder", "text") and isinstance(value, str):
            return value
        if self.kind == "choice":
            known = [name for name, _ in self.choices]
            if value in known:
                return value
            raise BadInput(f"{self.option} is one of {', '.join(known)}, not {value!r}.")
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if self.kind in ("int", "float") and number:
            # Written so that a NaN, which no comparison holds for, is refused.
            if not self.low <= value <= self.high:
                raise BadInput(
                    f"{self.option} is between {self.low:g} and {self.high:g}, not {value:g}."
                )
            if self.kind == "float" or value == int(value):
                return float(value) if self.kind == "float" else int(value)
        raise BadInput(f"{self.option} can't be {value!r}: it is of the kind '{self.kind}'.")


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
