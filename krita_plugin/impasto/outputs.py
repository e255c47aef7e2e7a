"""What becomes of painted pixels: a layer, a layer with a mask, a document, or a layer's successor.

Each is filled before it is added: Krita's undo knows adding a layer, but not filling one. What has
to be converted is made in a document of our own, as a conversion would count as one more step.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from krita import Document, Krita, Node, Selection

from . import layers, results
from .bridge.contract.geometry import Box, Extent
from .bridge.contract.outcome import Outcome
from .bridge.contract.pixels import Pixels
from .bridge.contract.settings import Settings
from .bridge.i18n.texts import tr
from .bridge.session.anew import at
from .bridge.session.landing import Way
from .bridge.session.outputs import (
    MASKED,
    Found,
    Where,
    becomes,
    numbered,
    stands_above,
    succession,
)
from .bridge.session.samples import Samples
from .formats import SHOWN_SPACE, Space
from .place import resized, way_since
from .scratch import converted, scratch
from .target import Target


@dataclass(frozen=True)
class Painted:
    """A painting that waits to be shown."""

    target: Target
    settings: Settings
    place: Samples
    """Where the target was when it was read."""
    resolution: float
    """The document's, in pixels an inch: it may be closed by now."""
    name: str
    box: Box
    pixels: Pixels
    outcomes: tuple[Outcome, ...] = ()
    """The last paintings of its dialog."""


@dataclass(frozen=True)
class Shown:
    """What has become of a painting."""

    reference: str
    """Of the new layer."""
    name: str
    told: str = ""
    """What is otherwise than the person will expect, in one sentence."""


def show(output: str, old: str, painted: Painted) -> Shown:
    """Show a painting as it was asked for, or where it can be.

    Args:
        output: one of ``OUTPUT``'s choices.
        old: the reference of a painting that it takes the place of; empty where there is none.
        painted: the painting.
    """
    target, document = painted.target, painted.target.document
    source = layers.find(document, target.source) if target.open else None
    older = layers.find(document, old) if old and target.open else None
    way = way_since(painted.place, document, source) if source else None
    found = Found(
        open=target.open,
        source=source is not None,
        same_canvas=target.open and layers.canvas_of(document) == painted.place.canvas,
        followed=way is not None,
        doubtful=source.name() if source and way and way.unsure else "",
        replacing=bool(old),
        old=older is not None and older.type() == "paintlayer",
    )
    place, told = becomes(output, found)
    if way is None or place is Where.ASIDE:
        put = _on_top if place is Where.ON_TOP else _as_document
        shown = put(painted)
    elif place is Where.INSTEAD:
        shown = _instead(older, _gone(painted, way))
    else:
        shown = _above(output, source, _gone(painted, way))
    return replace(shown, told="" if told is None else tr(told))


def highest(document: Document, source: Node) -> Node:
    """The layer that a new painting of one stands above."""
    older = results.older(document, layers.reference(source))
    known = {layers.reference(node) for node in older}
    near = {layers.reference(node): node for node in source.parentNode().childNodes()}
    return near[stands_above(list(near), layers.reference(source), known.__contains__)]


def _above(output: str, source: Node, painted: Painted) -> Shown:
    document, group = painted.target.document, source.parentNode()
    below = highest(document, source)
    name = numbered(painted.name, _names(document))
    pixels = _filled_up(painted) if output == MASKED else painted.pixels
    with _maker(document, pixels, Space.of(source)) as own:
        node = _layer(own, name, painted.box, pixels, Space.of(source))
        if output == MASKED:
            node.addChildNode(_mask(own, painted), None)
        node.setInheritAlpha(source.inheritAlpha())
        group.addChildNode(node, below)
    return _kept(painted, node, (0, 0), name)


def _instead(old: Node, painted: Painted) -> Shown:
    """Put a painting where an older one is, which goes; all that was done to that one is kept.

    Krita's undo takes it back in two steps: scripts can't join adding and removing into one.
    """
    document = painted.target.document
    record = results.record_of(document, old)
    moved = (0, 0) if record is None else results.moved(record, document, old)
    shown = painted.box.move(*moved)
    masked = any(mask.type() == "transparencymask" for mask in old.childNodes())
    pixels = _filled_up(painted) if masked else painted.pixels
    space = Space.of_format(pixels.format)
    data = converted(bytes(pixels.data), pixels.extent, space, Space.of(old))
    node = old.duplicate()
    name, ours = succession(old.name(), record, painted.name, _names(document))
    node.setName(name)
    gone = layers.box_of(node)
    if not gone.empty:
        node.setPixelData(bytes(len(bytes(node.pixelData(*gone)))), *gone)
    node.setPixelData(data, *shown)
    old.parentNode().addChildNode(node, old)
    old.remove()
    return _kept(painted, node, moved, ours)


def _names(document: Document) -> list[str]:
    """What its layers are called."""
    return [node.name() for node in layers.all_layers(document)]


def _gone(painted: Painted, way: Way) -> Painted:
    """The painting, and what was selected, after both went the way of their source."""
    target, pixels = painted.target, way.pixels(painted.box, painted.pixels, resized)
    if target.selected is not None:
        target = replace(target, selected=way.selected(target.selected, resized))
    return replace(painted, target=target, box=way.box(painted.box), pixels=pixels)


def _on_top(painted: Painted) -> Shown:
    """A layer that went meanwhile, by itself or as the image was flattened, loses no painting."""
    document = painted.target.document
    space = _space_of(document)
    with _maker(document, painted.pixels, space) as own:
        name = numbered(painted.name, _names(document))
        node = _layer(own, name, painted.box, painted.pixels, space)
        document.rootNode().addChildNode(node, None)
    return Shown(layers.reference(node), node.name())


def _kept(painted: Painted, node: Node, moved: tuple[int, int], name: str) -> Shown:
    """The layer is there: it carries what it was made with."""
    target, document = painted.target, painted.target.document
    record = results.record_for(target, painted.settings, name)
    record = replace(record, outcomes=painted.outcomes)
    results.keep(document, node, at(record, layers.position_of(node), moved))
    return Shown(layers.reference(node), node.name())


@contextmanager
def _maker(document: Document, pixels: Pixels, space: Space) -> Iterator[Document]:
    """The document that makes a layer of pixels for another one, in that one's space.

    It is that one where all are of one space: nothing is converted then, and Krita is not kept for
    as long as it takes to make a document and to close it.
    """
    given = Space.of_format(pixels.format)
    if given == space == _space_of(document):
        yield document
        return
    with scratch(Extent(1, 1), given) as own:
        yield own


def _space_of(document: Document) -> Space:
    return Space(document.colorModel(), document.colorDepth(), document.colorProfile())


def _layer(own: Document, name: str, box: Box, pixels: Pixels, space: Space) -> Node:
    """A layer of a document in whose space the pixels are, brought into another one."""
    layer = own.createNode(name, "paintlayer")
    layer.setPixelData(bytes(pixels.data), *box)
    if Space.of(layer) != space:
        layer.setColorSpace(*space)
    return layer


def _as_document(painted: Painted) -> Shown:
    (width, height), space = painted.pixels.extent, Space(*painted.place.space)
    krita = Krita.instance()
    front = krita.activeDocument()
    document = krita.createDocument(width, height, painted.name, *space, painted.resolution)
    old = document.rootNode().childNodes()
    with scratch(Extent(1, 1), Space.of_format(painted.pixels.format)) as own:
        node = _layer(own, painted.name, Box.of(painted.pixels.extent), painted.pixels, space)
        document.rootNode().addChildNode(node, None)
    for layer in old:
        layer.remove()
    window = krita.activeWindow() or krita.windows()[0]
    window.addView(document)
    document.refreshProjection()
    if front is not None and front != painted.target.document:
        krita.setActiveDocument(front)
    return Shown(layers.reference(node), node.name())


def _filled_up(painted: Painted) -> Pixels:
    """The pixels with the opacity of what they were painted from: a mask is to hide the rest."""
    target, pixels = painted.target, painted.pixels
    space = Space.of_format(pixels.format)
    return pixels.as_opaque_as(layers.read(target.document, target.node, painted.box, space))


def _mask(own: Document, painted: Painted) -> Node:
    """A mask as opaque as the painting: what the engine made of the selection."""
    pixels = painted.pixels
    space = Space.of_format(pixels.format)
    shown = converted(bytes(pixels.data), pixels.extent, space, SHOWN_SPACE)
    selection = Selection()
    selection.setPixelData(shown[3::4], *painted.box)
    mask = own.createTransparencyMask("Mask")
    mask.setSelection(selection)
    return mask
