"""Runs inside gimp-console: what is changed in the image while it paints, or was before.

Here the adapter's own parts read and write, without the worker between them: what is written is
what was read, so that it must look like what lies below it wherever that has come to.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import partial
from typing import Any

from bridge.contract.geometry import Box
from bridge.contract.settings import Settings
from edit import EditHost
from gi.repository import Gegl, Gimp
from gimp_job import ORDERS, case, feathered, own_bytes, photograph, run_cases
from host import GimpHost
from layers import box_of
from small import SmallHost

TARGET = Box(40, 20, 60, 50)
"""What is painted of the photograph of 160x120 px."""

SETTINGS = Settings(style=ORDERS["style"])


def mean_apart(one: bytes, other: bytes) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


def look(layer: Gimp.Layer, box: Box, format: str | None = "R'G'B' u8") -> bytes:
    """A box of the canvas of a layer's own pixels."""
    place = Gegl.Rectangle.new(*box.inside(box_of(layer)))
    return layer.get_buffer().get(place, 1.0, format, Gegl.AbyssPolicy.NONE)


def painted(
    host: GimpHost, then: Callable[[], object] = lambda: None, box: Box = TARGET
) -> Gimp.Layer | None:
    """Read, let something happen, and write."""
    host.extent()
    pixels = host.read(box)
    host.selection(box)
    then()
    host.add_layer(SETTINGS, "style picture", box, pixels)
    return host.painted


CHANGES: dict[str, Callable[[Gimp.Image, Gimp.Layer], object]] = {
    "nothing": lambda image, layer: None,
    "moved": lambda image, layer: layer.set_offsets(13, -7),
    "image scaled": lambda image, layer: image.scale(320, 180),
    "layer scaled": lambda image, layer: layer.scale(80, 60, False),
    "cropped": lambda image, layer: image.crop(110, 90, 30, 12),
    "canvas resized": lambda image, layer: image.resize(300, 200, 50, 40),
    "layer to image size": lambda image, layer: (
        image.resize(300, 200, 50, 40), layer.resize_to_image_size()
    ),
    "rotated by 90": lambda image, layer: image.rotate(Gimp.RotationType.DEGREES90),
    "rotated by 180": lambda image, layer: image.rotate(Gimp.RotationType.DEGREES180),
    "rotated by 270": lambda image, layer: image.rotate(Gimp.RotationType.DEGREES270),
    "mirrored": lambda image, layer: image.flip(Gimp.OrientationType.HORIZONTAL),
    "turned upside down": lambda image, layer: image.flip(Gimp.OrientationType.VERTICAL),
    "grey": lambda image, layer: image.convert_grayscale(),
    "deeper": lambda image, layer: image.convert_precision(Gimp.Precision.FLOAT_LINEAR),
    "flattened": lambda image, layer: image.flatten(),
    "removed": lambda image, layer: image.remove_layer(layer),
    "turned by 30 degrees": lambda image, layer: layer.transform_rotate(0.5, True, 0, 0),
    "closed": lambda image, layer: image.delete(),
}  # fmt: skip
"""What a person does to the image while it paints."""


@case
def while_it_paints() -> dict[str, Any]:
    """Where the painting comes to lie, how far it is from what lies below, and what is said."""
    said = {}
    for name, change in CHANGES.items():
        image, layer = photograph()
        if name == "flattened":
            image.insert_layer(layer.copy(), None, 0)
        host = GimpHost(image, layer)
        made = painted(host, partial(change, image, layer))
        assert made is not None
        aside = not image.is_valid() or made.get_image().get_id() != image.get_id()
        below = None
        if not aside and layer.is_valid() and image.get_item_position(layer) >= 0:
            below = layer
        said[name] = {
            "box": list(box_of(made)),
            "notes": host.notes,
            "aside": aside,
            "position": made.get_image().get_item_position(made),
            "selected": [item.get_id() for item in made.get_image().get_selected_layers()]
            == [made.get_id()],
            "apart": below and mean_apart(look(made, box_of(made)), look(below, box_of(made))),
            "remembers": made.get_parasite("impasto-request") is not None,
        }
    return said


@case
def closed_with_its_precision() -> dict[str, Any]:
    """The image that is made then is of the same kind."""
    image, layer = photograph()
    image.convert_precision(Gimp.Precision.U16_NON_LINEAR)
    image.set_color_profile(Gimp.ColorProfile.new_rgb_adobe())
    image.set_resolution(300, 150)
    before = look(layer, TARGET, "R'G'B' float")
    made = painted(GimpHost(image, layer), image.delete)
    assert made is not None
    other = made.get_image()
    pairs = zip(array("f", before), array("f", own_bytes(made, "R'G'B' float")), strict=True)
    return {
        "precision": other.get_precision().value_nick,
        "profile": other.get_color_profile().get_label(),
        "resolution": list(other.get_resolution())[1:],
        "apart": max(abs(a - b) for a, b in pairs),
    }


@case
def who_is_drawn_on() -> dict[str, Any]:
    """The new layer takes the place of its source among the selected ones, and nobody else's."""
    said: dict[str, Any] = {}
    for name in ("source", "another", "both", "channel"):
        image, layer = photograph()
        other = layer.copy()
        image.insert_layer(other, None, 1)
        channel = Gimp.Channel.new(image, "c", 160, 120, 50, Gegl.Color.new("red"))
        image.insert_channel(channel, None, 0)
        chosen = {"source": [layer], "another": [other], "both": [layer, other]}.get(name)
        if chosen is None:
            image.set_selected_channels([channel])
        else:
            image.set_selected_layers(chosen)
        made = painted(GimpHost(image, layer))
        assert made is not None
        names = {layer.get_id(): "source", other.get_id(): "another", made.get_id(): "new"}
        said[name] = sorted(names[item.get_id()] for item in image.get_selected_layers())
        said[name] += [item.get_name() for item in image.get_selected_channels()]
    return said


def inverted(layer: Gimp.Layer) -> Gimp.DrawableFilter:
    """An effect on a layer, as GIMP's menus put them."""
    effect = Gimp.DrawableFilter.new(layer, "gegl:invert-gamma", "invert")
    layer.append_filter(effect)
    return effect


@case
def effects() -> dict[str, Any]:
    """What is read of a layer with an effect, or of a group; and that nothing has changed there."""
    from style_sources import taken

    said: dict[str, Any] = {}
    for name in ("plain", "layer", "hidden effect", "locked", "group", "adobe", "indexed"):
        image, layer = photograph()
        if name == "indexed":
            none = Gimp.ConvertDitherType.NONE
            image.convert_indexed(none, Gimp.ConvertPaletteType.GENERATE, 32, False, False, "")
        if name == "adobe":
            image.convert_precision(Gimp.Precision.U16_NON_LINEAR)
            image.convert_color_profile(
                Gimp.ColorProfile.new_rgb_adobe(), Gimp.ColorRenderingIntent.PERCEPTUAL, False
            )
        before, target = look(layer, TARGET), layer
        if name == "group":
            target = Gimp.GroupLayer.new(image, "group")
            image.insert_layer(target, None, 0)
            image.reorder_item(layer, target, 0)
            target.set_opacity(40)
        if name != "plain":
            inverted(target).set_visible(name != "hidden effect")
        target.set_lock_content(name == "locked")
        image.clean_all()
        images = len(Gimp.get_images())
        host = GimpHost(image, target, given={"content_labels": target})
        wanted = before if name in ("plain", "hidden effect") else bytes(255 - b for b in before)
        pixels = host.read(TARGET)
        size = 4 if pixels.format.has_alpha else 3
        data = bytes(pixels.data)
        if pixels.format.depth == "f32":
            data = bytes(round(255 * min(1, max(0, v))) for v in array("f", pixels.data))
        labels = host.pictures()["content_labels"].crop(TARGET)
        small = SmallHost(host).render(TARGET, TARGET.extent)
        style = taken(target)
        shown = [(data, size)]
        for other in (labels, small, style.crop(TARGET)):
            shown.append((bytes(other.data), len(other.format.channels)))
        said[name] = {
            "apart": [
                mean_apart(bytes(b for i, b in enumerate(one) if i % count < 3), wanted)
                for one, count in shown
            ],
            "dirty": image.is_dirty(),
            "effects": len(target.get_filters()),
            "images": len(Gimp.get_images()) - images,
        }
    return said


@case
def profiles() -> dict[str, Any]:
    """A colour in the image's own space, what the engine gets of it, and what comes back."""
    said: dict[str, Any] = {}
    box = Box(0, 0, 1, 1)
    for name, given in {"adobe": [0.0, 1.0, 0.0], "grey": [128 / 255]}.items():
        image, layer = photograph()
        if name == "grey":
            image.convert_grayscale()
            image.set_color_profile(Gimp.ColorProfile.new_d50_gray_lab_trc())
        else:
            image.set_color_profile(Gimp.ColorProfile.new_rgb_adobe())
        format = "R'G'B' float" if name == "adobe" else "Y' float"
        buffer = layer.get_buffer()
        buffer.set(Gegl.Rectangle.new(*box), format, array("f", given).tobytes())
        buffer.flush()
        host = GimpHost(image, layer)
        pixels = host.read(box)
        host.add_layer(SETTINGS, "copy", box, pixels)
        assert host.painted is not None
        said[name] = {
            "own": list(look(layer, box, None)),
            "read": list(array("f", pixels.data)),
            "back": list(own_bytes(host.painted))[: len(given)],
            "style": list(SmallHost(host).render(box, box.extent).data)[: len(given)],
        }
    return said


@case
def a_shadow() -> dict[str, Any]:
    """An effect that makes the layer larger: what is read lies where it lay."""
    image, layer = photograph()
    layer.add_alpha()
    layer.set_offsets(10, 5)
    before = look(layer, TARGET)
    layer.append_filter(Gimp.DrawableFilter.new(layer, "gegl:dropshadow", "shadow"))
    pixels = GimpHost(image, layer).read(TARGET)
    data = bytes(b for i, b in enumerate(pixels.data) if i % 4 < 3)
    return {"apart": mean_apart(data, before)}


def standing(layer: Gimp.Layer) -> dict[str, Any]:
    """All that a person can do to a layer without drawing on it."""
    mask = layer.get_mask()
    return {
        "name": layer.get_name(),
        "box": list(box_of(layer)),
        "opacity": layer.get_opacity(),
        "mode": layer.get_mode().value_nick,
        "blend space": layer.get_blend_space().value_nick,
        "composite space": layer.get_composite_space().value_nick,
        "composite mode": layer.get_composite_mode().value_nick,
        "visible": layer.get_visible(),
        "tag": layer.get_color_tag().value_nick,
        "locks": [
            layer.get_lock_content(),
            layer.get_lock_position(),
            layer.get_lock_visibility(),
            layer.get_lock_alpha(),
        ],
        "mask": mask and mean_apart(own_bytes(mask, "Y u8"), bytes(len(own_bytes(mask, "Y u8")))),
        "mask's ways": mask
        and [layer.get_apply_mask(), layer.get_show_mask(), layer.get_edit_mask()],
        "effects": [
            [effect.get_operation_name(), effect.get_opacity(), effect.get_visible()]
            for effect in layer.get_filters()
        ],
        "group": layer.get_parent() and layer.get_parent().get_name(),
        "position": layer.get_image().get_item_position(layer),
    }


@case
def edited_keeps() -> dict[str, Any]:
    """What was done to a painting before it is painted anew, and what stands there after."""
    image, layer = photograph()
    feathered(image, 40, 20, 60, 50)
    made = painted(GimpHost(image, layer))
    assert made is not None
    Gimp.Selection.none(image)
    group = Gimp.GroupLayer.new(image, "a group")
    image.insert_layer(group, None, 0)
    image.reorder_item(made, group, 0)
    image.insert_layer(layer.copy(), group, 0)
    made.set_name("my own")
    made.set_opacity(37)
    made.set_mode(Gimp.LayerMode.MULTIPLY)
    made.set_blend_space(Gimp.LayerColorSpace.RGB_LINEAR)
    made.set_composite_space(Gimp.LayerColorSpace.RGB_PERCEPTUAL)
    made.set_composite_mode(Gimp.LayerCompositeMode.UNION)
    made.set_color_tag(Gimp.ColorTag.RED)
    made.set_visible(False)
    made.set_offsets(47, 17)
    made.add_mask(made.create_mask(Gimp.AddMaskType.WHITE))
    Gimp.context_set_foreground(Gegl.Color.new("black"))
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 50, 20, 20, 20)
    made.get_mask().edit_fill(Gimp.FillType.FOREGROUND)
    Gimp.Selection.none(image)
    made.set_apply_mask(True)
    made.set_edit_mask(False)
    effect = inverted(made)
    effect.set_opacity(0.5)
    effect.update()
    for lock in (made.set_lock_content, made.set_lock_position, made.set_lock_visibility):
        lock(True)
    made.set_lock_alpha(True)
    before, below = standing(made), look(layer, TARGET)
    host = EditHost(image, made)
    bounds = host.bounds()
    anew = painted(host)
    assert anew is not None
    return {
        "before": before,
        "after": standing(anew),
        "bounds": bounds and list(bounds),
        "apart": mean_apart(own_bytes(anew, "R'G'B' u8"), below),
        "layers": len(image.get_layers()),
    }


@case
def edited_mask_follows() -> dict[str, Any]:
    """A mask nobody has drawn on is the new painting's; one that was drawn on stays in its part."""
    said = {}
    for name in ("as made", "drawn on"):
        image, layer = photograph()
        feathered(image, 40, 20, 60, 50)
        made = painted(GimpHost(image, layer, "masked"))
        assert made is not None
        if name == "drawn on":
            Gimp.Selection.none(image)
            Gimp.context_set_foreground(Gegl.Color.new("black"))
            made.get_mask().edit_fill(Gimp.FillType.FOREGROUND)
        anew = painted(EditHost(image, made), box=TARGET.grow(10))
        assert anew is not None
        mask, wide = own_bytes(anew.get_mask(), "Y u8"), anew.get_width()
        said[name] = {
            "box": list(box_of(anew)),
            "middle": mask[35 * wide + 40],
            "rim": mask[5 * wide + 5],
            "alpha": sorted(set(own_bytes(anew, "R'G'B'A u8")[3::4])),
            "masks": anew.get_mask() is not None,
        }
    return said


@case
def edited_after() -> dict[str, Any]:
    """Painting anew in an image that was changed since: from the same part, and in its place."""
    changes = (
        "nothing",
        "image scaled",
        "rotated by 90",
        "mirrored",
        "canvas resized",
        "moved",
        "cropped",
    )
    said = {}
    for name in changes:
        for when in ("before", "between"):
            image, layer = photograph()
            feathered(image, 40, 20, 60, 50)
            change = partial(CHANGES[name], image, layer)
            made = painted(GimpHost(image, layer), change if when == "before" else lambda: None)
            assert made is not None
            if when == "between":
                change()
            host = EditHost(image, made)
            bounds, before = host.bounds(), box_of(made)
            assert bounds is not None
            anew = painted(host, box=bounds)
            assert anew is not None
            now = box_of(anew)
            said[f"{name}, {when}"] = {
                "bounds": list(bounds),
                "before": list(before),
                "box": list(now),
                "apart": mean_apart(own_bytes(anew, "R'G'B' u8"), look(layer, bounds)),
            }
    return said


@case
def nonsense_remembered() -> dict[str, Any]:
    """A parasite that somebody else wrote: the layer is one that was not painted."""
    from memory import memory_of, origin_of

    image, layer = photograph()
    made = painted(GimpHost(image, layer))
    assert made is not None
    good = bytes(made.get_parasite("impasto-request").get_data()).decode()
    said = {}
    for name, told in {
        "deep": "[" * 100000,
        "deep inside": good[:-1] + ', "deep": ' + "[" * 100000 + "]" * 100000 + "}",
        "a list": "[1, 2]",
        "a text": '"a"',
        "cut short": good[:50],
        "a long number": '{"settings": {}, "selected": null, "tattoo": 1' + "0" * 400 + "}",
        "an infinite one": '{"settings": {}, "selected": null, "tattoo": Infinity}',
        "settings as a list": '{"settings": [1], "selected": null, "tattoo": 2}',
        "a knob as a list": '{"settings": {"size": [1]}, "selected": null, "tattoo": 2}',
        "a huge box": '{"settings": {}, "tattoo": 2, "selected": {"bounds": [0, 0, 1, 1], '
        '"box": [0, 0, 2000000000, 2000000000], "mask": "eJxjAAAAAQAB"}}',
        "a zero": '{"settings": {"style": "a\\u0000b"}, "selected": null, "tattoo": 2}',
        "half a character": '{"settings": {"style": "\\ud800"}, "selected": null, "tattoo": 2}',
    }.items():
        parasite = Gimp.Parasite.new("impasto-request", 1, told.encode())
        layer.attach_parasite(parasite)
        try:
            said[name] = f"remembered: {memory_of(layer).settings == Settings()}"
        except Exception as error:
            said[name] = f"{type(error).__name__}: {error}"
        origin_of(layer, image)
    return said


@case
def of_a_painting() -> dict[str, Any]:
    """A painting is not painted on, but its original again, and above the older paintings."""
    from call import Call
    from entries import ENTRIES

    image, layer = photograph()
    made = painted(GimpHost(image, layer))
    assert made is not None
    config = Gimp.get_pdb().lookup_procedure("impasto-stylize").create_config()
    call = Call(ENTRIES["impasto-stylize"], config, image, [made, layer])
    (host,) = call.hosts()
    again = painted(host)
    assert again is not None
    return {
        "same": host.layer.get_id() == layer.get_id(),
        "notes": call.notes,
        "names": [item.get_name() for item in image.get_layers()],
        "top": image.get_item_position(again),
    }


run_cases()
