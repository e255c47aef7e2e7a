"""What becomes of painted pixels: a layer, one with a mask, an image, a layer's successor."""

from __future__ import annotations

from bridge.errors import ImpastoError
from bridge.geometry import Box
from bridge.knobs import Knob
from bridge.pixels import MASK, Pixels
from bridge.texts import tr
from buffers import read, write
from gi.repository import Gimp
from layers import place_of
from memory import Memory

LAYER, MASKED, DOCUMENT = "layer", "masked", "document"
OUTPUT = Knob(
    name="output",
    kind="choice",
    default=LAYER,
    label="Result",
    help="What to make of the painting: a layer as opaque as what was selected, a full layer with "
    "the selection as its mask, or a document of its own.",
    choices=(
        (LAYER, "New layer"),
        (MASKED, "New layer with a mask"),
        (DOCUMENT, "New document"),
    ),
)
"""A knob of the hosts: the engine knows nothing of it."""

_WITH_ALPHA = {
    Gimp.ImageBaseType.RGB: Gimp.ImageType.RGBA_IMAGE,
    Gimp.ImageBaseType.GRAY: Gimp.ImageType.GRAYA_IMAGE,
    Gimp.ImageBaseType.INDEXED: Gimp.ImageType.INDEXEDA_IMAGE,
}


def put(
    kind: str,
    image: Gimp.Image,
    below: Gimp.Layer,
    name: str,
    box: Box,
    pixels: Pixels,
    memory: Memory | None,
) -> Gimp.Layer:
    """Show what was painted from a layer in one of the ways above, as one undo step.

    Raises:
        ImpastoError: the layer it was painted from is gone.
    """
    if kind == DOCUMENT:
        return _as_document(image, name, pixels)  # which lacks what it was painted from
    position = place_of(below, image)
    if position is None:
        raise ImpastoError(
            tr(
                "The layer was removed while it was being painted, so there is nothing to put the "
                "new one above: undo the removal, then try again."
            )
        )
    layer = _painted(image, name, box, pixels)
    if memory is not None:
        memory.attach(layer)
    image.undo_group_start()
    image.insert_layer(layer, below.get_parent(), position)
    if kind == MASKED:
        layer.add_mask(layer.create_mask(Gimp.AddMaskType.ALPHA_TRANSFER))
    elif below.get_mask() is not None and below.get_apply_mask():
        # What the mask hides of the original would come as a surprise when painted.
        mask = layer.create_mask(Gimp.AddMaskType.WHITE)
        layer.add_mask(mask)
        _, x, y = below.get_offsets()
        write(mask, read(below.get_mask().get_buffer(), box.move(-x, -y), MASK))
    _finish(image, layer)
    return layer


def replace(
    old: Gimp.Layer,
    image: Gimp.Image,
    name: str,
    box: Box,
    pixels: Pixels,
    memory: Memory | None,
) -> Gimp.Layer:
    """Put a new layer where an older painting is, which goes; the new one looks as it looked.

    Raises:
        ImpastoError: the older painting is gone.
    """
    position = place_of(old, image)
    if position is None:
        raise ImpastoError(
            tr("The layer was removed while it was painted anew: undo the removal, then try again.")
        )
    layer = _painted(image, name, box, pixels)
    if memory is not None:
        memory.attach(layer)
    layer.set_opacity(old.get_opacity())
    layer.set_mode(old.get_mode())
    layer.set_visible(old.get_visible())
    image.undo_group_start()
    image.insert_layer(layer, old.get_parent(), position)
    if old.get_mask() is not None:
        layer.add_mask(layer.create_mask(Gimp.AddMaskType.ALPHA_TRANSFER))
    image.remove_layer(old)
    layer.set_name(name)  # GIMP had numbered it while the other one was there
    _finish(image, layer)
    return layer


def _painted(image: Gimp.Image, name: str, box: Box, pixels: Pixels) -> Gimp.Layer:
    """A layer that holds the pixels and does not stand in the image yet."""
    kind, mode = _WITH_ALPHA[image.get_base_type()], image.get_default_new_layer_mode()
    layer = Gimp.Layer.new(image, name, *box.extent, kind, 100.0, mode)
    write(layer, pixels)
    layer.set_offsets(box.x, box.y)
    return layer


def _finish(image: Gimp.Image, layer: Gimp.Layer) -> None:
    image.set_selected_layers([layer])
    image.undo_group_end()
    Gimp.displays_flush()


def _as_document(image: Gimp.Image, name: str, pixels: Pixels) -> Gimp.Layer:
    """The painting in an image of its own, of the same kind and resolution."""
    kind = image.get_base_type()
    made = Gimp.Image.new_with_precision(*pixels.extent, kind, image.get_precision())
    made.undo_disable()
    if kind == Gimp.ImageBaseType.INDEXED:
        made.set_palette(image.get_palette())
    elif image.get_color_profile() is not None:
        made.set_color_profile(image.get_color_profile())
    _, across, down = image.get_resolution()
    made.set_resolution(across, down)
    layer = _painted(made, name, Box.of(pixels.extent), pixels)
    made.insert_layer(layer, None, 0)
    made.undo_enable()
    if Gimp.default_display() is not None:  # there is none in batch
        Gimp.Display.new(made)
    return layer
