"""Pictures that are layers: the worker opens files by itself, but layers travel as pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import NamedTuple

from krita import Document

from . import layers
from .bridge.pixels import Pixels
from .bridge.settings import KNOBS, Settings


class Resolved(NamedTuple):
    """Settings without layers, the layers' pixels by the setting's name, and a name for it all."""

    settings: Settings
    pictures: dict[str, Pixels]
    name: str


def resolve(
    document: Document, settings: Settings, read: Callable[[Document, str], Pixels]
) -> Resolved:
    """Replace references to layers by what ``read`` makes of them. Raises BadInput."""
    values = settings.as_mapping()
    pictures = {
        knob.name: read(document, values[knob.name])
        for knob in KNOBS
        if knob.kind == "file" and layers.is_reference(values[knob.name])
    }
    if settings.method == "pastiche":
        named = [settings.pastiche, settings.background_pastiche]
    else:
        named = [_name(document, values[style]) for style in ("style", "background_style")]
    return Resolved(
        Settings.from_mapping({**values, **dict.fromkeys(pictures, "")}),
        pictures,
        " + ".join(filter(None, named)),
    )


def full(document: Document, setting: str) -> Pixels:
    """All of the layer that lies on the canvas. Raises BadInput."""
    node = layers.picture(document, setting)
    return layers.read(document, node, layers.on_canvas(document, node))


def _name(document: Document, setting: str) -> str:
    if layers.is_reference(setting):
        return layers.picture(document, setting).name()
    return PurePath(setting).stem
