"""Runs inside GIMP without windows: animations of layers, painted by the plug-in's procedure."""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp
from gimp_frames import export, keep, moving, told
from gimp_job import ANIMATE, ORDERS, case, photograph, run_cases, state, striped, stylize


def animated(image: Gimp.Image, name: str, **settings: Any) -> dict[str, Any]:
    """What becomes of an animation, kept as a GIF and as the layers' pixels."""
    before, images = state(image), len(Gimp.get_images())
    status, message, made = stylize(image, [], ANIMATE, **settings)
    said: dict[str, Any] = {
        "status": status,
        "message": message,
        "untouched": state(image) == before,
        "more": len(Gimp.get_images()) - images,
    }
    if made is None:
        return said
    keep(made, name)
    export(made, name)
    said["frames"], said["base"] = told(made), made.get_base_type().value_nick
    said["undo"] = made.undo_is_enabled()
    made.delete()
    return said


@case
def composed() -> dict[str, Any]:
    """The frames as the plug-in reads them, beside what GIMP itself exports."""
    from frames import animation, composed, frame_layers

    image = moving()
    before = state(image)
    export(image, "original")
    made = animation(image)
    list(composed(frame_layers(image), made))
    keep(made, "original")
    made.delete()
    return {"untouched": state(image) == before}


@case
def instant() -> dict[str, Any]:
    return animated(moving(), "instant")


@case
def painterly() -> dict[str, Any]:
    return animated(moving(), "painterly", method="painterly", steps=4)


@case
def selected() -> dict[str, Any]:
    """A part of the picture, the same in all frames."""
    image = moving()
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 60, 40, 50, 40)
    return animated(image, "selected")


@case
def some() -> dict[str, Any]:
    """The second frame is drawn over the first one, which is not painted."""
    return animated(moving(), "some", frames="2-3")


@case
def in_few_colors() -> dict[str, Any]:
    """As GIMP opens a GIF: of a palette. Paint has colours of its own."""
    image = moving()
    dither, palette = Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE
    image.convert_indexed(dither, palette, 32, False, False, "")
    return animated(image, "few")


@case
def in_a_group() -> dict[str, Any]:
    """A group is one frame, whatever it holds."""
    image = moving()
    group = Gimp.GroupLayer.new(image, "Frame 5 (70ms) (replace)")
    image.insert_layer(group, None, 0)
    for layer in image.get_layers()[1:3]:
        image.insert_layer(layer.copy(), group, 0)
    return animated(image, "group", frames="4-5")


@case
def with_labels() -> dict[str, Any]:
    """A layer of labels among the frames is none."""
    image = moving()
    labels = striped(image, image.get_layers()[-1], "RB")
    styles = f"#ff0000={ORDERS['style']}; #0000ff={ORDERS['other_style']}"
    return animated(image, "labels", frames="3-4", label_layer=labels, label_styles=styles)


@case
def refused() -> dict[str, Any]:
    """What can't be painted, each in a sentence, and nothing is left of it."""
    single, image = photograph()[0], moving()
    images = len(Gimp.get_images())
    found: dict[str, Any] = {
        "single": stylize(single, [], ANIMATE)[1],
        "frames": stylize(image, [], ANIMATE, frames="7-9")[1],
        "words": stylize(image, [], ANIMATE, frames="all of it")[1],
        "style": stylize(image, [], ANIMATE, style=None)[1],
    }
    return found | {"more": len(Gimp.get_images()) - images}


run_cases()
