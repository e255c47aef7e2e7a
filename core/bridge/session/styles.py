"""What a style that a person chooses means for the settings, and what is shown of them.

A style comes to a place: the selection's, the second one that it is mixed with, the background's,
or that of one colour of the labels. It is a picture, or one that a method knows by heart
and that brings this method along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..contract import label_styles
from ..contract.errors import BadInput
from ..contract.methods import METHODS, REST, SELECTION
from ..contract.pastiches import NAMES
from ..contract.settings import Settings
from ..contract.weighted import PATHS, weighted, written
from .gallery import BUILT_IN, Gallery, Style

STYLE, MIX, BACKGROUND, CROP = SELECTION, "mix", REST, "style_crop"
PLACES = (STYLE, MIX, BACKGROUND)
"""The places that are always there, named as their knobs, in the order they are shown; a colour of
the labels (``#ff0000``) is a place as well."""

_OURS = next(method for method in METHODS.values() if not method.from_pictures)
"""The method that a built-in style brings along."""

_THEIRS = next(method for method in METHODS.values() if method.from_pictures)
"""The one that a picture brings along where another one paints by names."""

EVEN = 0.5
"""The share of a second style, as long as nobody has said another."""

ENDS = 0.05, 0.95
"""Shares between which a slider goes: at 0 and 1 there would be one style only."""


def by_name(settings: Settings) -> bool:
    """Whether the method paints after styles of its own, which it knows by their names."""
    return not METHODS[settings.method].from_pictures


def picked(path: str) -> Style | None:
    """A picture as a style, whether it is of the gallery or not; None where there is none."""
    return Style(Path(path).stem, Path(path), "") if path else None


def chosen(
    place: str, style: Style | None, settings: Settings, colors: Iterable[str] = ()
) -> dict[str, Any]:
    """The settings to change where a style comes to a place, or none is to be there any more.

    Args:
        place: one of :data:`PLACES`, or a colour of the labels.
        style: what was chosen; None takes away what is there.
        settings: as they are.
        colors: of the labels there are, where ``place`` is one of them.

    Raises:
        BadInput: this style can't come there, or the settings can't be read.
    """
    built_in = style is not None and style.source == BUILT_IN
    if place not in PLACES:
        return _labelled(place, style, settings, colors)
    if place == MIX and (built_in or style is None):
        return _mixed_by_name(style, settings)
    if style is not None and built_in:
        return {"method": _OURS.name, _OURS.knobs[place]: style.path.stem}
    leaving = by_name(settings)
    if place == BACKGROUND and style is None and leaving:
        return {METHODS[settings.method].knobs[BACKGROUND]: ""}
    path = "" if style is None else str(style.path)
    changes: dict[str, Any] = {
        place: mixture(path, _taken_over(settings)) if place == MIX else path
    }
    if place == STYLE and settings.style_crop and path != settings.style:
        changes[CROP] = ""  # it was of the picture that leaves
    return {**changes, "method": _THEIRS.name} if leaving else changes


def shared(share: float, settings: Settings) -> dict[str, Any]:
    """The settings to change where the second style is to have another share of the two."""
    other, _ = mixed(settings)
    if not other:
        return {}
    if by_name(settings):
        return _named(settings, _both(_first(settings), other, share))
    return {MIX: mixture(other, share)}


def mixed(settings: Settings) -> tuple[str, float]:
    """The second style and its share of the first two; of one alone, none and :data:`EVEN`.

    Of a method that paints by names it is a style's name, else a picture's file.

    Raises:
        BadInput: the mixture can't be read.
    """
    if not by_name(settings):
        return second(settings.mix)
    named = list(weighted(settings.style_of(STYLE)).items())[:2]
    if len(named) < 2:
        return "", EVEN
    (_, first), (name, weight) = named
    return name, weight / (first + weight) if first + weight else EVEN


def second(mix: str) -> tuple[str, float]:
    """As :func:`mixed`, of the knob ``mix``, where the style itself weighs 1. Raises BadInput."""
    for path, weight in weighted(mix, PATHS).items():
        return path, weight / (1 + weight)
    return "", EVEN


def several(settings: Settings) -> bool:
    """Whether there is more than one style at :data:`PLACES`, or what can't be read."""
    try:
        return bool(mixed(settings)[0]) or settings.styled(BACKGROUND)
    except BadInput:
        return True


def mixture(path: str, share: float) -> str:
    """The inverse of :func:`second`."""
    return written({path: round(share / (1 - share), 3)}) if path else ""


def shown(gallery: Gallery, settings: Settings, place: str) -> Path | None:
    """The picture that stands for what is at one of :data:`PLACES`. Raises BadInput."""
    names = by_name(settings)
    if place == MIX:
        name, _ = mixed(settings)
    else:
        name = settings.style_of(place)
        if names:
            name = next(iter(weighted(name)), "")
    if not name:
        return None
    return gallery.pastiche(_name(name)) if names else Path(name)


def named(settings: Settings, place: str) -> str:
    """What the settings call a style that the method knows by name; empty for a picture."""
    named = by_name(settings) and place in METHODS[settings.method].knobs
    return settings.style_of(place) if named else ""


def own_styles(text: str, colors: Iterable[str]) -> dict[str, str]:
    """The file of each label's own style by the knob ``label_styles``, by the colours there are.

    Of what can't be read, which the preview says, there are none.
    """
    try:
        given = label_styles.read(text)
    except BadInput:
        return {}
    return label_styles.fitted(given, colors)


def pictures(settings: Settings) -> list[str]:
    """All that settings paint like, as they name it. Raises BadInput where that can't be read."""
    found = [settings.style, settings.background_style]
    found += weighted(settings.mix, PATHS)
    found += label_styles.read(settings.label_styles).values()
    return [path for path in found if path]


def _labelled(
    color: str, style: Style | None, settings: Settings, colors: Iterable[str]
) -> dict[str, Any]:
    if style is not None and style.source == BUILT_IN:
        raise BadInput("A built-in style can't be used for a single colour: choose a picture.")
    known = list(colors)
    own = own_styles(settings.label_styles, known)
    own[color] = "" if style is None else str(style.path)
    kept: Mapping[str, str] = {one: own[one] for one in known if own.get(one)}
    return {"label_styles": label_styles.written(kept)}


def _mixed_by_name(style: Style | None, settings: Settings) -> dict[str, Any]:
    """A built-in style is the second, or there is none any more."""
    if not by_name(settings):
        if style is None:
            return {MIX: ""}
        return {"method": _OURS.name, _OURS.knobs[STYLE]: style.path.stem}
    first = _first(settings)
    if style is None:
        return {**_named(settings, first or NAMES[0]), MIX: ""}
    return _named(settings, _both(first, style.path.stem, _taken_over(settings)))


def _first(settings: Settings) -> str:
    """The first style of a method that paints by names; empty where there is none."""
    return next(iter(weighted(settings.style_of(STYLE))), "")


def _named(settings: Settings, names: str) -> dict[str, Any]:
    """The settings to change where that method is to paint after others."""
    return {METHODS[settings.method].knobs[STYLE]: names}


def _taken_over(settings: Settings) -> float:
    """The share that a new second style takes over from the one before, as a slider can show it:
    a preset may name any."""
    low, high = ENDS
    return min(max(mixed(settings)[1], low), high)


def _both(first: str, other: str, share: float) -> str:
    """Two built-in styles with their shares; one that is mixed with itself stays."""
    if _name(first) == _name(other) or not first:
        return other
    return f"{first}={1 - share:.2f}, {other}={share:.2f}"


def _name(style: str) -> str:
    """A built-in style's name, where it was given by its number."""
    known = style.isdigit() and 0 < int(style) <= len(NAMES)
    return NAMES[int(style) - 1] if known else style
