"""Pictures that are layers: the worker opens files by itself, but layers travel as pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import NamedTuple

from krita import Document, Node

from . import layers
from .bridge.contract.geometry import Box
from .bridge.contract.pixels import Pixels
from .bridge.contract.settings import KNOBS, Settings
from .opened import renditions
from .target import Target


class Resolved(NamedTuple):
    """Settings without layers, the layers' pixels by the setting's name, and a name for it all."""

    settings: Settings
    pictures: dict[str, Pixels]
    name: str


def resolve(
    target: Target, settings: Settings, read: Callable[[str, Node, Box], Pixels]
) -> Resolved:
    """Replace references to layers by what ``read`` makes of a knob's layer in a box.

    Files that only Krita can read are replaced by renditions.

    Raises:
        BadInput: a layer is gone or empty, or a file can't be read.
    """
    document, pictures = target.document, {}
    values = renditions().rendered(settings).as_mapping()
    for knob in KNOBS:
        setting = values[knob.name]
        if knob.kind == "file" and layers.is_reference(setting):
            node = _layer(document, settings, knob.name)
            pictures[knob.name] = read(knob.name, node, _box(knob.name, node, target, settings))
    if settings.method == "pastiche":
        named = [settings.pastiche, settings.background_pastiche]
    else:
        named = [_name(document, settings, style) for style in ("style", "background_style")]
    return Resolved(
        Settings.from_mapping({**values, **dict.fromkeys(pictures, "")}),
        pictures,
        " + ".join(filter(None, named)),
    )


def _box(name: str, node: Node, target: Target, settings: Settings) -> Box:
    """All of a layer that lies on the canvas; of labels, what they are the labels of."""
    document = target.document
    if name == "content_labels":
        return layers.on_canvas(document, target.node)
    if name == "style_labels" and layers.is_reference(settings.style):
        return layers.on_canvas(document, _layer(document, settings, "style"))
    return layers.on_canvas(document, node)


def _layer(document: Document, settings: Settings, name: str) -> Node:
    """The layer that a knob names."""
    label = next(knob.label for knob in KNOBS if knob.name == name)
    return layers.picture(document, getattr(settings, name), label)


def _name(document: Document, settings: Settings, name: str) -> str:
    setting: str = getattr(settings, name)
    if layers.is_reference(setting):
        return _layer(document, settings, name).name()
    return PurePath(setting).stem
