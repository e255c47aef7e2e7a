"""Which knob stands where in a dialog: parts that each host lays out in its own way.

The places of styles come first (see styles.py), then the few knobs that most people need, then
where to paint, and all the others behind a fold or on a page of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ..contract.knobs import Group, Knob
from ..contract.settings import KNOBS
from .presets import QUALITIES
from .styles import PLACES

_FOLDER = Path(__file__).parents[1] / "drawings"

SELECTION = ("segment", "subject", "grow", "feather")
REST = ("background_colors",)
LABELS = ("content_labels", "style_labels", "label_styles")
STRENGTHS = ("strength_mask",)
"""Those that say where to paint and not how, in four parts, in the order they are shown."""

WHERE = (*SELECTION, *REST, *LABELS, *STRENGTHS)

_DRAWINGS = dict.fromkeys(("content_labels", "label_styles"), "labels")
"""What is seen at a glance and takes many words to say, by knob."""

BY_QUALITY = frozenset(name for quality in QUALITIES.values() for name in quality.settings)
"""Those that the row of qualities stands for, so that few people ever need them."""


def knob(name: str) -> Knob:
    """The declaration of a knob, whose label is the same wherever it stands."""
    return next(knob for knob in KNOBS if knob.name == name)


def drawing(knob: Knob) -> Path | None:
    """The file of a drawing that explains a knob beside its help; None for most."""
    name = _DRAWINGS.get(knob.name)
    return None if name is None else _FOLDER / f"{name}.svg"


def first(knobs: Iterable[Knob]) -> list[Knob]:
    """The few that are always seen, beside the places of styles and the qualities."""
    elsewhere = {*PLACES, *WHERE, *BY_QUALITY}
    return [knob for knob in knobs if not knob.advanced and knob.name not in elsewhere]


def named(knobs: Iterable[Knob], names: Sequence[str]) -> list[Knob]:
    """Those of the names that are among the knobs, in the order of the names."""
    known = {knob.name: knob for knob in knobs}
    return [known[name] for name in names if name in known]


def others(knobs: Iterable[Knob], shown: Iterable[str]) -> list[Knob]:
    """Those that are not shown anywhere else."""
    elsewhere = set(shown)
    return [knob for knob in knobs if knob.name not in elsewhere]


def grouped(knobs: Sequence[Knob]) -> list[tuple[Group, list[Knob]]]:
    """Those that stand together under a heading, each in the order of its declaration."""
    found = [(group, [knob for knob in knobs if knob.group is group]) for group in Group]
    return [(group, inside) for group, inside in found if inside]
