"""What a chosen style means for the settings: a picture's file, or one of pastiche's own styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bridge.contract import label_styles
from bridge.contract.errors import BadInput
from bridge.contract.pastiches import NAMES
from bridge.contract.settings import Settings
from bridge.contract.weighted import PATHS, weighted, written
from bridge.i18n.texts import tr
from bridge.session.gallery import BUILT_IN, Gallery, Style

PASTICHE = "pastiche"
"""The method that paints after styles of its own, and the setting that names one."""


EVEN = 0.5
"""The share of a second style, as long as nobody has said another."""


def all_styles(gallery: Gallery) -> list[Style]:
    """A person's own, the shipped ones, and pastiche's where that is installed."""
    return [*gallery.styles(), *pastiches(gallery)]


def pastiches(gallery: Gallery) -> list[Style]:
    """Pastiche's own styles, each with a picture that shows it."""
    return [replace(style, name=tr(style.name)) for style in gallery.built_in()]


def background_styles(gallery: Gallery, settings: Settings) -> list[Style]:
    """What the rest can be painted like: one method paints both regions."""
    return pastiches(gallery) if settings.method == PASTICHE else gallery.styles()


def shown(gallery: Gallery, settings: Settings, region: str) -> Path | None:
    """The picture of the style of a region, ``style`` or ``background_style``."""
    if settings.method != PASTICHE:
        file = getattr(settings, region)
        return Path(file) if file else None
    names = list(weighted(getattr(settings, region.replace("style", PASTICHE))))
    return gallery.pastiche(_name(names[0])) if names else None


def chosen(style: Style | None, settings: Settings, region: str) -> Mapping[str, str]:
    """The settings to change where a region is to take a style, or none."""
    if style is not None and style.source == BUILT_IN:
        return {"method": PASTICHE, region.replace("style", PASTICHE): style.path.stem}
    if style is None and settings.method == PASTICHE:
        return {region.replace("style", PASTICHE): ""}
    changes = {region: "" if style is None else str(style.path)}
    if style is not None and settings.sketch:
        changes["library"] = ""  # a reference that was chosen is not to be looked for
    return {**changes, "method": "painterly"} if settings.method == PASTICHE else changes


def mixed(gallery: Gallery, settings: Settings) -> tuple[Path | None, float]:
    """The picture of the style that the first one is mixed with, and its share of the two."""
    if settings.method == PASTICHE:
        named = list(weighted(settings.pastiche).items())
    else:
        named = [("", 1.0), *weighted(settings.mix, PATHS).items()]
    if len(named) < 2:
        return None, EVEN
    (_, first), (name, second) = named[:2]
    path = gallery.pastiche(_name(name)) if settings.method == PASTICHE else Path(name)
    return path, second / (first + second)


def mixing(style: Style | None, share: float, settings: Settings) -> Mapping[str, str]:
    """The settings to change where the first style is mixed with a second one, or no longer."""
    if settings.method == PASTICHE:
        first = next(iter(weighted(settings.pastiche)), NAMES[0])
        mixture = "" if style is None else f"{first}={1 - share:.2f}, {style.path.stem}={share:.2f}"
        return {PASTICHE: mixture or first}
    if style is None:
        return {"mix": ""}
    return {"mix": written({str(style.path): round(share / (1 - share), 3)})}


def own_styles(settings: Settings, labels: Sequence[tuple[str, float]]) -> dict[str, str]:
    """The file of each label's own style, by the colours there are.

    Of what can't be read, which the preview says, there are none.
    """
    try:
        given = label_styles.read(settings.label_styles)
    except BadInput:
        return {}
    return label_styles.fitted(given, [color for color, _ in labels])


def labelling(
    color: str, style: Style | None, settings: Settings, labels: Sequence[tuple[str, float]]
) -> Mapping[str, str]:
    """The settings to change where a label is to take a style of its own, or none any more."""
    others = {c: path for c, path in own_styles(settings, labels).items() if c != color}
    own = others if style is None else {**others, color: str(style.path)}
    return {"label_styles": label_styles.written(own)}


def _name(style: str) -> str:
    """A pastiche style's name, where it was given by its number."""
    known = style.isdigit() and 0 < int(style) <= len(NAMES)
    return NAMES[int(style) - 1] if known else style
