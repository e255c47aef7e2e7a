"""What becomes of painted pixels: a layer, one with a mask, an image, a layer's successor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bridge.contract.geometry import Box
from bridge.contract.pixels import MASK, Pixels
from bridge.session.anew import landed
from bridge.session.outputs import LAYER, MASKED, stands_above
from bridge.session.record import digest
from bridge.session.stand import Landing
from buffers import opaque, read, stretched, write
from gi.repository import Gimp
from kinds import WITH_ALPHA, ImageKind
from landing import put_there
from layers import Chosen, beside, box_of
from memory import Memory, attach, origin_of


@dataclass(frozen=True)
class Painted:
    """What comes back from the worker, for a place on the canvas."""

    name: str
    pixels: Pixels
    landing: Landing
    memory: Memory | None

    def landed(self) -> Painted:
        """The same, knowing where it came to lie."""
        return replace(self, memory=self.memory and landed(self.memory, self.landing, stretched))


def put(kind: str, image: Gimp.Image, source: Gimp.Layer, painted: Painted) -> Gimp.Layer:
    """Put a new layer above the one it was painted from, as one undo step.

    Args:
        kind: ``layer`` or ``masked``.
        image, source: where that layer stands.
        painted: what the new one holds.
    """

    layer = _layer(image, painted)
    place = source.get_parent(), _above(source, image)
    with _standing(layer, image, *place, source):
        put_there(layer, painted.landing)
        if kind == MASKED:
            layer.add_mask(layer.create_mask(Gimp.AddMaskType.ALPHA_TRANSFER))
        elif (hidden := _hidden(source, painted)) is not None:
            layer.add_mask(layer.create_mask(Gimp.AddMaskType.WHITE))
            write(layer.get_mask(), hidden)
        if painted.memory is not None:
            attach(replace(painted.memory, mask=_digest(layer)), layer)
    return layer


def put_on_top(image: Gimp.Image, painted: Painted) -> Gimp.Layer:
    """As :func:`put`, on top of an image that the layer it was painted from is gone from."""
    layer = _layer(image, painted)
    with _standing(layer, image, None, 0, None):
        put_there(layer, painted.landing)
        if painted.memory is not None:
            attach(painted.memory, layer)
    return layer


def put_instead(
    old: Gimp.Layer, image: Gimp.Image, source: Gimp.Layer, painted: Painted, before: Memory
) -> Gimp.Layer:
    """Put a new layer where an older painting stands, which goes, as one undo step.

    What was done to that one is done to the new one: opacity, mode, effects, locks and the rest
    are a copy's own. A mask that was drawn on stays; one that was not follows what is painted.

    Args:
        old: the older painting.
        image, source: where it stands, and the layer both were painted from.
        painted: what the new one holds. Its name counts where nobody gave the old one another.
        before: what the old one remembers.
    """
    name, was, layer = painted.name, box_of(old), old.copy()
    locks = layer.get_lock_content(), layer.get_lock_position()
    layer.set_lock_content(False)
    layer.set_lock_position(False)
    with _standing(layer, image, old.get_parent(), image.get_item_position(old), old):
        if not layer.has_alpha():
            layer.add_alpha()
        box = Box(painted.landing.box.x, painted.landing.box.y, *painted.pixels.extent)
        layer.resize(*box.extent, was.x - box.x, was.y - box.y)
        pixels, drawn = painted.pixels, None
        if layer.get_mask() is not None:
            drawn = _drawn(old, before)
            masked = before.output != LAYER  # older ones don't say
            mask = _fresh(source, painted, masked)
            write(layer.get_mask(), mask.with_part(drawn, was.inside(box)) if drawn else mask)
            pixels = opaque(pixels)[0] if masked else pixels
        write(layer, pixels)
        put_there(layer, painted.landing)
        if painted.memory is not None:
            known = "" if drawn else _digest(layer)
            memory = replace(painted.memory, output=before.output, mask=known or before.mask)
            attach(memory, layer)
        image.remove_layer(old)
        layer.set_name(name)  # GIMP had numbered it while the other one was there
        layer.set_lock_content(locks[0])
        layer.set_lock_position(locks[1])
    return layer


def put_aside(kind: ImageKind, painted: Painted) -> Gimp.Layer:
    """The painting in an image of its own, of the same kind and resolution."""
    # Which lacks what it was painted from, and so can't be painted anew.
    painted = replace(painted, landing=Landing(Box.of(painted.pixels.extent)), memory=None)
    made = kind.make(painted.pixels.extent)
    layer = _layer(made, painted)
    made.insert_layer(layer, None, 0)
    made.undo_enable()
    if Gimp.default_display() is not None:  # there is none in batch
        Gimp.Display.new(made)
    return layer


def _layer(image: Gimp.Image, painted: Painted) -> Gimp.Layer:
    """A layer that holds the pixels and does not stand in the image yet."""
    kind, mode = WITH_ALPHA[image.get_base_type()], image.get_default_new_layer_mode()
    layer = Gimp.Layer.new(image, painted.name, *painted.pixels.extent, kind, 100.0, mode)
    write(layer, painted.pixels)
    return layer


@contextmanager
def _standing(
    layer: Gimp.Layer,
    image: Gimp.Image,
    group: Gimp.Layer | None,
    position: int,
    instead_of: Gimp.Layer | None,
) -> Iterator[None]:
    """Let a new layer stand in its image, as one undo step together with what is done within.

    Args:
        layer: the new one.
        image, group, position: where it is to stand.
        instead_of: which one it is to be the chosen layer for, if that is one.
    """
    chosen = Chosen(image)
    image.undo_group_start()
    image.insert_layer(layer, group, position)
    yield
    chosen.restore(instead_of, layer)
    image.undo_group_end()
    Gimp.displays_flush()


def _above(source: Gimp.Layer, image: Gimp.Image) -> int:
    """The position above a layer and what was painted from it before."""
    near = {layer.get_id(): layer for layer in beside(source, image)}

    def painted_from_it(known: int) -> bool:
        origin = origin_of(near[known], image)
        return origin is not None and origin.get_id() == source.get_id()

    order = list(near)
    return order.index(stands_above(order[::-1], source.get_id(), painted_from_it))


def _hidden(source: Gimp.Layer, painted: Painted) -> Pixels | None:
    """What a mask hides of the original would come as a surprise when painted."""
    if source.get_mask() is None or not source.get_apply_mask():
        return None
    place = painted.landing.box.inside(box_of(source))
    return read(source.get_mask().get_buffer(), place, MASK)


def _fresh(source: Gimp.Layer, painted: Painted, masked: bool) -> Pixels:
    """The mask that a painting of that kind is made with."""
    if masked:
        return opaque(painted.pixels)[1]
    extent = painted.pixels.extent
    whole = Pixels(extent, MASK, bytes([255]) * extent.area)
    if painted.landing.box.extent != extent:
        return whole
    return _hidden(source, painted) or whole


def _drawn(old: Gimp.Layer, before: Memory) -> Pixels | None:
    """A painting's mask, where it is another one than it was made with."""
    mask = old.get_mask()
    if mask is None or _digest(old) == before.mask:
        return None
    return read(mask.get_buffer(), Box.of(box_of(old).extent), MASK)


def _digest(layer: Gimp.Layer) -> str:
    mask = layer.get_mask()
    if mask is None:
        return ""
    return digest(read(mask.get_buffer(), Box.of(box_of(layer).extent), MASK))
