"""What a knob is: the declaration from which every face makes its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, NamedTuple

from ..i18n.text import Text
from .brief import brief, shortened
from .errors import BadInput

LONGEST = 100_000
"""Characters of a text: hundreds of paths go into one."""

STYLIZE, COLORIZE = "stylize", "colorize"
"""What a person can ask for: each a command, a procedure and a dialog with its own knobs."""


class Group(Enum):
    """What a knob is about; its value is the heading that it stands under. In the order faces show
    them."""

    FIRST = ""
    """The few that most people need stand under none."""
    WHERE = "What is painted"
    RESULT = "Result"
    STYLE = "Style"
    ORIGINAL = "Original"
    COURSE = "How it is painted"
    COMPUTER = "Computer"

    @property
    def label(self) -> str:
        return self.value


class Only(NamedTuple):
    """What must be so that a knob means something: one of some other knobs says so.

    Attributes:
        knobs: the others' names.
        values: what one of them says; where none is named, anything but nothing.
    """

    knobs: tuple[str, ...]
    values: tuple[object, ...] = ()

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it is so, by the values of all knobs."""
        said = [values[name] for name in self.knobs]
        return any(value in self.values if self.values else bool(value) for value in said)


@dataclass(frozen=True)
class Knob:
    """The declaration of one setting, as a face needs it to draw a widget or parse a flag."""

    name: str
    kind: str
    """``file``, ``folder``, ``text``, ``choice``, ``int``, ``float`` or ``flag``."""
    default: Any
    label: str
    help: str
    """What it does, in words for whoever draws or moves its widget."""
    written: str = ""
    """How its text is written where there is no such widget; empty where that needs no word."""
    choices: tuple[tuple[str, str], ...] = ()
    """Value and label of each choice; of a ``text``, those that can be suggested."""
    low: float = 0
    high: float = 0
    group: Group = Group.FIRST
    advanced: bool = False
    only: tuple[Only, ...] = ()
    """All that must be so that it means something: faces show it only then."""
    tasks: tuple[str, ...] = (STYLIZE,)
    """Where a person meets it."""
    in_sketch: tuple[str, str] = ("", "")
    """Its label and its help where a sketch is coloured; empty where they are the same."""

    def of_task(self, task: str) -> Knob:
        """The same as it is called in a task."""
        label, help = self.in_sketch
        return replace(self, label=label, help=help) if task == COLORIZE and label else self

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether it means something where all knobs have these values."""
        return all(only.holds(values) for only in self.only)

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
            raise BadInput(
                "{knob} is one of {values}, not {value}.",
                knob=self.option,
                values=", ".join(known),
                value=brief(value),
            )
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if self.kind in ("int", "float") and number:
            # Written so that a NaN, which no comparison holds for, is refused.
            if not self.low <= value <= self.high:
                raise BadInput(
                    "{knob} is between {low} and {high}, not {value}.",
                    knob=self.option,
                    low=f"{self.low:g}",
                    high=f"{self.high:g}",
                    value=brief(value),
                )
            if self.kind == "float" or value == int(value):
                return float(value) if self.kind == "float" else int(value)
        raise BadInput(
            "{knob} can't be {value}: it is {kind}.",
            knob=self.option,
            value=brief(value),
            kind=self._described(),
        )

    def number(self, text: str) -> Any:
        """The value that a person wrote, of a knob of numbers.

        Raises:
            BadInput: it is no number, or :meth:`check` refuses it.
        """
        try:
            value = float(text)
        except ValueError:
            raise BadInput(
                "{knob} can't be {value}: it is {kind}.",
                knob=self.option,
                value=brief(text),
                kind=self._described(),
            ) from None
        return self.check(value)

    def _checked_text(self, value: str) -> str:
        if "\0" in value:
            raise BadInput(
                "{knob} can't be {value}: no name has a zero byte in it.",
                knob=self.option,
                value=brief(value),
            )
        if len(value) > LONGEST:
            raise BadInput(
                "{knob} has up to {most} characters, not {count}: {text}",
                knob=self.option,
                most=LONGEST,
                count=len(value),
                text=shortened(value),
            )
        return value

    def _described(self) -> Text:
        """What it takes, in a few words."""
        low, high = f"{self.low:g}", f"{self.high:g}"
        if self.kind == "int":
            return Text("a whole number from {low} to {high}", low=low, high=high)
        if self.kind == "float":
            return Text("a number from {low} to {high}", low=low, high=high)
        return _KINDS[self.kind]


_KINDS = {
    "flag": Text("on or off"),
    "file": Text("a file's path"),
    "folder": Text("a folder's path"),
    "text": Text("a text"),
}


def knob(
    default: Any,
    kind: str,
    label: str,
    help: str,
    written: str = "",
    *,
    choices: Mapping[str, str] | None = None,
    low: float = 0,
    high: float = 0,
    group: Group = Group.FIRST,
    advanced: bool | None = None,
    only: tuple[Only, ...] = (),
    tasks: tuple[str, ...] = (STYLIZE,),
    in_sketch: tuple[str, str] = ("", ""),
) -> Any:
    """A dataclass field that carries its declaration; what has a group is advanced."""
    declared = {
        "kind": kind,
        "label": label,
        "help": help,
        "written": written,
        "choices": tuple((choices or {}).items()),
        "low": low,
        "high": high,
        "group": group,
        "advanced": group is not Group.FIRST if advanced is None else advanced,
        "only": only,
        "tasks": tasks,
        "in_sketch": in_sketch,
    }
    return field(default=default, metadata=declared)
