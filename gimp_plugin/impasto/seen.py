"""What is seen of a layer: GIMP's layer effects are not in its buffer, they are laid over it.

A copy that has taken them in is made in an image of our own: made in the artist's, it would count
there as a change, with a step to undo.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from bridge.contract.geometry import Box, Extent
from bridge.contract.pixels import Pixels
from buffers import format_of, read, read_small
from gi.repository import Gimp
from kinds import ImageKind
from layers import box_of


class Seen:
    """A layer to be read as it is shown, without its mask, opacity and mode, as it always was."""

    def __init__(self, layer: Gimp.Layer, box: Box) -> None:
        self._layer = layer
        self._box = box

    def read(self, box: Box, depth: str) -> Pixels:
        """Pixels of a box of the canvas, in sRGB of that depth."""
        place, buffer = box.inside(self._box), self._layer.get_buffer()
        return read(buffer, place, format_of(self._layer, depth, place))

    def read_small(self, box: Box, extent: Extent) -> Pixels:
        """The same box in fewer pixels, in 8 bits."""
        place, buffer = box.inside(self._box), self._layer.get_buffer()
        return read_small(buffer, place, format_of(self._layer, "u8", place), extent)


def has_effects(layer: Gimp.Layer) -> bool:
    """Whether a layer shows more than its buffer holds."""
    return any(effect.get_visible() for effect in layer.get_filters())


@contextlib.contextmanager
def seen(layer: Gimp.Layer) -> Iterator[Seen]:
    """What is seen of a layer, for as long as it takes to read it."""
    if not has_effects(layer):
        yield Seen(layer, box_of(layer))
        return
    # In few colours an effect would find none to take.
    kind = ImageKind.of(layer.get_image())
    aside = kind.make(kind.canvas, all_colors=True)
    try:
        yield _with_effects(layer, aside)
    finally:
        aside.delete()


def _with_effects(layer: Gimp.Layer, aside: Gimp.Image) -> Seen:
    copy = Gimp.Layer.new_from_drawable(layer, aside)
    copy.set_lock_content(False)
    copy.set_lock_position(False)
    aside.insert_layer(copy, None, 0)
    if copy.is_group():
        # What lies in a group is in its buffer, with the effects on it; the group's own are not.
        copy.set_opacity(100)
        copy.set_mode(Gimp.LayerMode.NORMAL)
        copy.set_visible(True)
        if copy.get_mask() is not None:
            copy.remove_mask(Gimp.MaskApplyMode.DISCARD)
        copy = copy.merge()
    else:
        copy.merge_filters()
    # An effect may make the copy larger than the layer, whose corner is then within.
    return Seen(copy, box_of(copy))
