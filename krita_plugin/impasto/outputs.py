"""What becomes of painted pixels: a layer, a layer with a mask, a document, or a layer's successor.

Each is made in a document of our own and filled before it is added: Krita's undo knows adding a
layer, but not filling one, and would count a mask or a conversion as one more step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from krita import Document, Krita, Node, Selection

from . import layers, results
from .bridge.contract.geometry import Box, Extent
from .bridge.contract.pixels import DEPTHS, PixelFormat, Pixels
from .bridge.contract.settings import Settings
from .bridge.i18n.texts import tr
from .bridge.session.landing import Way
from .bridge.session.samples import Samples
from .formats import SHOWN_SPACE, Space
from .masks import Mask
from .place import resized, way_since
from .scratch import converted, scratch
from .target import Target

LAYER, MASKED, DOCUMENT = "layer", "masked", "document"
KINDS = {LAYER: "New layer", MASKED: "New layer with a mask", DOCUMENT: "New document"}


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


@dataclass(frozen=True)
class Shown:
    """What has become of a painting."""

    reference: str
    """Of the new layer."""
    name: str
    told: str = ""
    """What is otherwise than the person will expect, in one sentence."""


def put(kind: str, painted: Painted) -> Shown:
    """Show a painting in one of ``KINDS``; where its source can't be followed, as a document."""
    target, document = painted.target, painted.target.document
    if not target.open:
        told = tr("The picture was closed: the painting is a document of its own.")
        return _as_document(painted, told)
    if kind == DOCUMENT:
        return _as_document(painted)
    source = layers.find(document, target.source)
    if source is None:
        return _without_source(painted)
    way = way_since(painted.place, document, source)
    if way is None:
        told = tr(
            "'{name}' was distorted while it was painted: the painting is a document of its own."
        )
        return _as_document(painted, told.format(name=source.name()))
    painted = _gone(painted, way)
    old = results.older(document, target.source)
    siblings = {layers.reference(node) for node in source.parentNode().childNodes()}
    below = [node for node in old if layers.reference(node) in siblings]
    name = _unlike(painted.name, [node.name() for node in old])
    with scratch(Extent(1, 1), Space.of_format(painted.pixels.format)) as own:
        pixels = _filled_up(painted) if kind == MASKED else painted.pixels
        node = _layer(own, name, painted.box, pixels, Space.of(source))
        if kind == MASKED:
            node.addChildNode(_mask(own, painted), None)
        node.setInheritAlpha(source.inheritAlpha())
        source.parentNode().addChildNode(node, (below or [source])[-1])
    return _kept(painted, node, (0, 0), name, _doubt(way, source))


def replace_old(reference: str, painted: Painted) -> Shown:
    """Put a painting where an older one is, which goes; all that was done to that one is kept.

    Krita's undo takes it back in two steps: scripts can't join adding and removing into one.
    """
    document = painted.target.document
    old = layers.find(document, reference) if painted.target.open else None
    source = layers.find(document, painted.target.source) if painted.target.open else None
    way = way_since(painted.place, document, source) if source else None
    if old is None or way is None or old.type() != "paintlayer":
        return put(LAYER, painted)
    record = results.record_of(document, old)
    moved = (0, 0) if record is None else results.moved(record, document, old)
    painted = _gone(painted, way)
    shown = replace(painted, box=painted.box.move(*moved))
    masked = any(mask.type() == "transparencymask" for mask in old.childNodes())
    pixels = _filled_up(painted) if masked else painted.pixels
    space = Space.of_format(pixels.format)
    data = converted(bytes(pixels.data), pixels.extent, space, Space.of(old))
    node = old.duplicate()
    node.setName(_successor(document, painted, old, record))
    # The name that is ours is remembered, also where the person's is shown.
    ours = record.name if record is not None and results.renamed(record, old) else node.name()
    gone = layers.box_of(node)
    if not gone.empty:
        node.setPixelData(bytes(len(bytes(node.pixelData(*gone)))), *gone)
    node.setPixelData(data, *shown.box)
    old.parentNode().addChildNode(node, old)
    old.remove()
    return _kept(painted, node, moved, ours, "" if source is None else _doubt(way, source))


def _gone(painted: Painted, way: Way) -> Painted:
    """The painting, and what was selected, after both went the way of their source."""
    target, pixels = painted.target, way.pixels(painted.box, painted.pixels, resized)
    if (mask := target.mask) is not None:
        data = way.pixels(mask.box, mask.pixels, resized).data
        target = replace(target, mask=Mask(way.box(mask.box), bytes(data)))
    return replace(painted, target=target, box=way.box(painted.box), pixels=pixels)


def _without_source(painted: Painted) -> Shown:
    """A layer that went meanwhile, by itself or as the image was flattened, loses no painting."""
    document = painted.target.document
    if layers.canvas_of(document) != painted.place.canvas:
        told = tr("The layer it was painted from is gone: the painting is a document of its own.")
        return _as_document(painted, told)
    space = Space(document.colorModel(), document.colorDepth(), document.colorProfile())
    with scratch(Extent(1, 1), Space.of_format(painted.pixels.format)) as own:
        node = _layer(own, painted.name, painted.box, painted.pixels, space)
        document.rootNode().addChildNode(node, None)
    document.refreshProjection()
    told = tr("The layer it was painted from is gone: the painting lies on top.")
    return Shown(layers.reference(node), node.name(), told)


def _doubt(way: Way, source: Node) -> str:
    if not way.unsure:
        return ""
    told = tr("'{name}' looks otherwise by now: see whether the painting lies where it should.")
    return told.format(name=source.name())


def _kept(painted: Painted, node: Node, moved: tuple[int, int], name: str, told: str) -> Shown:
    """The layer is there: it carries what it was made with."""
    target, document = painted.target, painted.target.document
    record = results.record_for(target, painted.settings, name)
    results.keep(document, node, results.at(record, node, moved))
    document.refreshProjection()
    return Shown(layers.reference(node), node.name(), told)


def _layer(own: Document, name: str, box: Box, pixels: Pixels, space: Space) -> Node:
    """A layer of our own document, in whose space the pixels are, brought into another one."""
    layer = own.createNode(name, "paintlayer")
    layer.setPixelData(bytes(pixels.data), *box)
    if Space.of(layer) != space:
        layer.setColorSpace(*space)
    return layer


def _as_document(painted: Painted, told: str = "") -> Shown:
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
    return Shown(layers.reference(node), node.name(), told)


def _unlike(name: str, names: list[str]) -> str:
    """The name, with a number where an older painting of the same layer has it."""
    number, wanted = 1, name
    while wanted in names:
        number += 1
        wanted = f"{name} {number}"
    return wanted


def _successor(
    document: Document, painted: Painted, old: Node, record: results.KritaRecord | None
) -> str:
    """A name the person gave stays; one of ours follows the style."""
    name: str = old.name()
    others = results.older(document, painted.target.source)
    names = [node.name() for node in others if node != old]
    base, _, number = name.rpartition(" ")
    like_before = painted.name in (name, base if number.isdigit() else name)
    if record is None or results.renamed(record, old) or like_before:
        return name
    return _unlike(painted.name, names)


def _filled_up(painted: Painted) -> Pixels:
    """The pixels with the opacity of what they were painted from: a mask is to hide the rest."""
    target, pixels = painted.target, painted.pixels
    space = Space.of_format(pixels.format)
    source = layers.read(target.document, target.node, painted.box, space)
    data = bytearray(pixels.data)
    for to, origin in zip(_alpha(pixels.format), _alpha(source.format), strict=True):
        data[to] = source.data[origin]
    return Pixels(pixels.extent, pixels.format, bytes(data))


def _alpha(format: PixelFormat) -> list[slice]:
    """The bytes of alpha, lowest address first."""
    size, depth = format.bytes_per_pixel, DEPTHS[format.depth]
    return [slice(start, None, size) for start in range(size - depth, size)]


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
