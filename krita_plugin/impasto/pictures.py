"""Pictures that are layers: the worker opens files by itself, but layers travel as pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from krita import Document, Node

from . import layers
from .bridge.contract.geometry import Box
from .bridge.contract.host import Resolved
from .bridge.contract.pixels import Pixels
from .bridge.contract.settings import KNOBS, Settings
from .bridge.session import panel
from .bridge.session.painting import layer_name
from .opened import renditions
from .target import Target


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
    return Resolved(
        Settings.from_mapping({**values, **dict.fromkeys(pictures, "")}),
        pictures,
        layer_name(settings, lambda setting: _name(document, setting)),
    )


def _box(name: str, node: Node, target: Target, settings: Settings) -> Box:
    """All of a layer that lies on the canvas; of labels and masks, what they are drawn for."""
    document = target.document
    if name in ("content_labels", "strength_mask"):
        return layers.on_canvas(document, target.node)
    if name == "style_labels" and layers.is_reference(settings.style):
        return layers.on_canvas(document, _layer(document, settings, "style"))
    return layers.on_canvas(document, node)


def _layer(document: Document, settings: Settings, name: str) -> Node:
    """The layer that a knob names."""
    return layers.picture(document, getattr(settings, name), panel.knob(name).label)


def _name(document: Document, setting: str) -> str:
    node = layers.find(document, setting) if layers.is_reference(setting) else None
    return PurePath(setting).stem if node is None else str(node.name())
