"""The plug-in's procedures, each an entry of GIMP's menu and of its procedure browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.knobs import COLORIZE, STYLIZE, Knob
from bridge.settings import Settings, knobs


@dataclass(frozen=True)
class Entry:
    """One procedure: its name, what it says of itself, and the knobs it takes."""

    name: str
    label: str
    blurb: str
    help: str
    knobs: tuple[Knob, ...]

    def settings(self, values: Mapping[str, Any]) -> Settings:
        """How to paint, from the values of the knobs."""
        return Settings(**values, sketch=self is COLOR)

    @property
    def title(self) -> str:
        """Of its dialog."""
        return self.label.removesuffix("…")


PAINT = Entry(
    "impasto-stylize",
    "Neural Style Transfer…",
    "Paint the selection in the style of another picture",
    "Puts one new layer above each chosen one: the selection, or the whole layer where nothing is "
    "selected, painted like another picture by a neural network.",
    knobs(STYLIZE),
)
COLOR = Entry(
    "impasto-colorize",
    "Colour Sketch from Reference…",
    "Colour a sketch after a reference picture",
    "Puts one new layer above each chosen one: the sketch, coloured after the reference, or after "
    "the picture of a library that is most like it. The sketch's lines stay.",
    knobs(COLORIZE),
)
ENTRIES = {entry.name: entry for entry in (PAINT, COLOR)}
