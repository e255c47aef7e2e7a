"""The frames of an animation of layers as whole pictures, in an image of our own.

Of a layer its own pixels count, with its effects and its mask, as for GIMP's exporter of GIF: one
that is hidden is a frame as any other, and opacity and mode say nothing. A group is one frame.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from bridge.session.layered import replaces, stacks
from gi.repository import Gimp
from kinds import WITH_ALPHA, ImageKind
from layers import canvas_of


def frame_layers(image: Gimp.Image, others: Sequence[Gimp.Layer] = ()) -> list[Gimp.Layer]:
    """The layers that are frames, the first one first.

    Args:
        image: the animation.
        others: layers that stand in for masks and labels, which are none.
    """
    known = {layer.get_id() for layer in others}
    return [layer for layer in reversed(image.get_layers()) if layer.get_id() not in known]


def frame_of(layer: Gimp.Layer, frames: Sequence[Gimp.Layer]) -> int | None:
    """The frame that a layer is, or lies in; None where it is in none of them."""
    places = {frame.get_id(): place for place, frame in enumerate(frames)}
    found: Gimp.Layer | None = layer
    while found is not None and found.get_id() not in places:
        found = found.get_parent()
    return None if found is None else places[found.get_id()]


@contextlib.contextmanager
def shown(frames: Sequence[Gimp.Layer], place: int) -> Iterator[Gimp.Layer]:
    """What is seen of one frame, as a layer that is there for as long as it takes to read it."""
    made = animation(frames[place].get_image())
    try:
        made.insert_layer(_empty(made), None, 0)
        for below in stacks([frame.get_name() for frame in frames])[place]:
            _put(frames[below], made)
        yield made.merge_visible_layers(Gimp.MergeType.CLIP_TO_IMAGE)
    finally:
        made.delete()


def animation(image: Gimp.Image) -> Gimp.Image:
    """An empty image for the frames of another one. It holds all colours, as paint has many."""
    kind = ImageKind.of(image)
    return kind.make(kind.canvas, all_colors=True)


def composed(frames: Sequence[Gimp.Layer], made: Gimp.Image) -> Iterator[Gimp.Layer]:
    """Put frames into an image, one on top of another, each as large as that is."""
    whole: Gimp.Layer | None = None
    for frame in frames:
        ground = _empty(made) if whole is None or replaces(frame.get_name()) else whole.copy()
        made.insert_layer(ground, None, 0)
        whole = made.merge_down(_put(frame, made), Gimp.MergeType.CLIP_TO_BOTTOM_LAYER)
        yield whole


def _put(frame: Gimp.Layer, made: Gimp.Image) -> Gimp.Layer:
    """A copy of a frame's layer on top of an image, with nothing but a mask still to be applied."""
    copy = Gimp.Layer.new_from_drawable(frame, made)
    copy.set_lock_content(False)
    copy.set_lock_position(False)
    made.insert_layer(copy, None, 0)
    copy.set_visible(True)
    copy.set_opacity(100)
    copy.set_mode(made.get_default_new_layer_mode())
    if copy.is_group():
        return copy.merge()
    copy.merge_filters()
    return copy


def _empty(made: Gimp.Image) -> Gimp.Layer:
    """A layer of an image's size with nothing on it, which stands nowhere yet."""
    kind, mode = WITH_ALPHA[made.get_base_type()], made.get_default_new_layer_mode()
    layer = Gimp.Layer.new(made, "", *canvas_of(made), kind, 100.0, mode)
    layer.fill(Gimp.FillType.TRANSPARENT)
    return layer
