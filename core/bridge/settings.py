"""Every knob, declared once: the command line, GIMP's arguments and Krita's widgets follow.

A new knob is one field of :class:`Settings` and its use in the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any

from .errors import BadInput


@dataclass(frozen=True)
class Knob:
    """The declaration of one setting, as a face needs it to draw a widget or parse a flag."""

    name: str
    kind: str
    """``file``, ``choice``, ``int``, ``float`` or ``flag``."""
    default: Any
    label: str
    help: str
    choices: tuple[tuple[str, str], ...] = ()
    """Value and label of each choice."""
    low: float = 0
    high: float = 0
    advanced: bool = False

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
        if self.kind == "file" and isinstance(value, str):
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


def _knob(
    default: Any,
    kind: str,
    label: str,
    help: str,
    *,
    choices: Mapping[str, str] | None = None,
    low: float = 0,
    high: float = 0,
    advanced: bool = False,
) -> Any:
    declared = {
        "kind": kind,
        "label": label,
        "help": help,
        "choices": tuple((choices or {}).items()),
        "low": low,
        "high": high,
        "advanced": advanced,
    }
    return field(default=default, metadata=declared)


@dataclass(frozen=True)
class Settings:
    """How to paint. Field names are the names everywhere, with ``-`` for ``_`` outside Python."""

    style: str = _knob("", "file", "Style", "The picture to paint like.")
    background_style: str = _knob(
        "",
        "file",
        "Background style",
        "A picture to paint the rest like; none leaves the rest as it is.",
    )
    method: str = _knob(
        "painterly",
        "choice",
        "Method",
        "Painterly takes its time and follows the brush; instant takes seconds.",
        choices={"painterly": "Painterly", "instant": "Instant"},
    )
    strength: float = _knob(
        1.0,
        "float",
        "Strength",
        "How far to go from the original (0) to the style (1).",
        low=0.0,
        high=1.0,
    )
    preserve_color: bool = _knob(
        False, "flag", "Keep colours", "Take the strokes from the style, the colours from here."
    )
    size: int = _knob(
        512,
        "int",
        "Size",
        "Long side in pixels of the work: larger gives finer strokes and takes longer.",
        low=64,
        high=8192,
    )
    steps: int = _knob(
        200,
        "int",
        "Steps",
        "Painterly steps over all scales: more follow the style more closely.",
        low=1,
        high=10000,
        advanced=True,
    )
    detail: bool = _knob(
        True,
        "flag",
        "Detail",
        "Painterly finishes at the layer's own resolution; without, the work is only enlarged.",
        advanced=True,
    )
    seed: int = _knob(
        0,
        "int",
        "Seed",
        "Another number gives another painting, the same number the same one.",
        low=0,
        high=2**31 - 1,
        advanced=True,
    )
    device: str = _knob(
        "auto",
        "choice",
        "Device",
        "Where to compute; auto takes a GPU where there is one.",
        choices={"auto": "Automatic", "cpu": "CPU", "cuda": "CUDA GPU", "mps": "Apple GPU"},
        advanced=True,
    )

    def __post_init__(self) -> None:
        for knob in KNOBS:
            object.__setattr__(self, knob.name, knob.check(getattr(self, knob.name)))

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Settings:
        """Settings from names (with ``-`` or ``_``) and values; what is not named is default.

        Raises:
            BadInput: an unknown name, or a value its knob refuses.
        """
        named = {name.replace("-", "_"): value for name, value in values.items()}
        known = [knob.name for knob in KNOBS]
        for name in named:
            if name not in known:
                raise BadInput(f"There is no setting '{name}': known are {', '.join(known)}.")
        return cls(**named)

    def as_mapping(self) -> dict[str, Any]:
        return asdict(self)


def _declared() -> tuple[Knob, ...]:
    knobs = []
    for entry in fields(Settings):
        assert entry.default is not MISSING
        knobs.append(Knob(name=entry.name, default=entry.default, **entry.metadata))
    return tuple(knobs)


KNOBS = _declared()
"""The declarations in the order faces show them."""
