"""Runs inside gimp-console: one call of the plug-in after the other, all told in one report."""

from __future__ import annotations

from array import array
from typing import Any

from gi.repository import Gegl, Gimp, Gio
from gimp_job import (
    ANIMATE,
    COLORIZE,
    EDIT,
    ORDERS,
    PROCEDURE,
    case,
    describe,
    feathered,
    fingerprint,
    kill_when_painting,
    outcome,
    own_bytes,
    photograph,
    plugins,
    run_cases,
    save,
    state,
    stylize,
    workers,
)

LONG = {"method": "painterly", "steps": 10000, "size": 128}
"""Settings of a job that would take minutes."""

PRECISIONS = [
    Gimp.Precision.U8_NON_LINEAR,
    Gimp.Precision.U8_PERCEPTUAL,
    Gimp.Precision.U8_LINEAR,
    Gimp.Precision.U16_NON_LINEAR,
    Gimp.Precision.U16_LINEAR,
    Gimp.Precision.U32_NON_LINEAR,
    Gimp.Precision.U32_LINEAR,
    Gimp.Precision.HALF_NON_LINEAR,
    Gimp.Precision.HALF_LINEAR,
    Gimp.Precision.FLOAT_NON_LINEAR,
    Gimp.Precision.FLOAT_LINEAR,
    Gimp.Precision.DOUBLE_NON_LINEAR,
    Gimp.Precision.DOUBLE_LINEAR,
]


def converted(base: str, precision: Gimp.Precision) -> tuple[Gimp.Image, Gimp.Layer]:
    """The photograph in another kind of image."""
    image, layer = photograph()
    if base == "gray":
        image.convert_grayscale()
    if base == "indexed":
        none = Gimp.ConvertDitherType.NONE
        image.convert_indexed(none, Gimp.ConvertPaletteType.GENERATE, 32, False, False, "")
    elif precision != image.get_precision():
        image.convert_precision(precision)
    if base == "adobe":
        image.set_color_profile(Gimp.ColorProfile.new_rgb_adobe())
    return image, layer


def kinds() -> list[tuple[str, Gimp.Precision]]:
    eight = Gimp.Precision.U8_NON_LINEAR
    every = [(base, precision) for base in ("rgb", "gray") for precision in PRECISIONS]
    return [*every, ("indexed", eight), ("adobe", eight), ("adobe", Gimp.Precision.U16_LINEAR)]


@case
def registration() -> dict[str, Any]:
    """What GIMP knows of each procedure."""
    said = {}
    for name in (PROCEDURE, COLORIZE, EDIT, ANIMATE):
        procedure = Gimp.get_pdb().lookup_procedure(name)
        said[name] = {
            "label": procedure.get_menu_label(),
            "menus": procedure.get_menu_paths(),
            "types": procedure.get_image_types(),
            "blurb": procedure.get_blurb(),
            "arguments": {a.name: a.value_type.name for a in procedure.get_arguments()},
            "defaults": {
                a.name: a.get_default_value()
                for a in procedure.get_arguments()
                if a.value_type.name in ("gint", "gdouble", "gboolean", "gchararray")
            },
            "helps": {a.name: a.get_blurb() for a in procedure.get_arguments()},
            "returns": [value.name for value in procedure.get_return_values()],
        }
    return said


@case
def feathered_selection() -> dict[str, Any]:
    image, layer = photograph()
    feathered(image, 40, 20, 80, 70)
    said = outcome(image, layer)
    save(image, "feathered")
    return said | {"workers": workers()}


@case
def once_more() -> dict[str, Any]:
    """The second run in another process of the plug-in."""
    image, layer = photograph()
    feathered(image, 40, 20, 80, 70)
    return outcome(image, layer) | {"workers": workers()}


@case
def whole_layer() -> dict[str, Any]:
    image, layer = photograph()
    return outcome(image, layer)


@case
def painterly() -> dict[str, Any]:
    image, layer = photograph()
    feathered(image, 40, 20, 80, 70)
    said = outcome(image, layer, method="painterly", steps=10)
    save(image, "painterly")
    return said


@case
def two_styles() -> dict[str, Any]:
    """With a background style the whole layer is painted, so its alpha is the layer's own."""
    image, layer = photograph()
    feathered(image, 40, 20, 80, 70)
    before = state(image)
    status, message, painted = stylize(image, [layer], background_style=ORDERS["other_style"])
    Gimp.Selection.none(image)
    said = {"status": status, "message": message} | describe(image, layer, painted)
    save(image, "two-styles")
    return said | {"before": before}


@case
def over_the_edge() -> dict[str, Any]:
    """A small layer off the canvas's corner, a selection that reaches over its edge."""
    image, layer = photograph()
    image.resize(220, 160, 0, 0)
    layer.set_offsets(45, 30)
    feathered(image, 10, 10, 90, 80)
    return outcome(image, layer)


@case
def larger_than_the_canvas() -> dict[str, Any]:
    image, layer = photograph()
    image.resize(100, 70, -20, -30)
    return outcome(image, layer)


@case
def transparent_layer() -> dict[str, Any]:
    """A layer whose own alpha falls off to the side."""
    image, layer = photograph()
    layer.add_alpha()
    width, height = layer.get_width(), layer.get_height()
    pixels = bytearray(own_bytes(layer))
    for i in range(width * height):
        pixels[4 * i + 3] = 255 * (i % width) // width
    buffer = layer.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, width, height), "R'G'B'A u8", bytes(pixels))
    buffer.flush()
    feathered(image, 40, 20, 80, 70)
    return outcome(image, layer)


@case
def layer_mask() -> dict[str, Any]:
    image, layer = photograph()
    layer.add_alpha()
    feathered(image, 10, 10, 60, 60)
    mask = layer.create_mask(Gimp.AddMaskType.SELECTION)
    layer.add_mask(mask)
    Gimp.Selection.none(image)
    said = outcome(image, layer)
    copy = image.get_selected_layers()[0].get_mask()
    return said | {"mask_copied": copy is not None and fingerprint(copy) == fingerprint(mask)}


@case
def inside_a_group() -> dict[str, Any]:
    image, layer = photograph()
    group = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(group, None, 0)
    below = layer.copy()
    image.insert_layer(below, group, 0)
    image.insert_layer(layer.copy(), group, 0)
    return outcome(image, below)


@case
def group_layer() -> dict[str, Any]:
    """Of a group, its rendered picture is painted; the new layer stands above the group."""
    image, layer = photograph()
    group = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(group, None, 0)
    inner = layer.copy()
    image.insert_layer(inner, group, 0)
    inner.set_offsets(-10, 20)
    image.set_selected_layers([group])
    feathered(image, 40, 20, 80, 70)
    return outcome(image, group)


@case
def hidden_layer() -> dict[str, Any]:
    image, layer = photograph()
    image.insert_layer(layer.copy(), None, 0)
    layer.set_visible(False)
    image.set_selected_layers([layer])
    return outcome(image, layer)


@case
def every_kind_of_image() -> dict[str, Any]:
    """Through the worker: one of each model and of each family of precisions."""
    said = {}
    for base, precision in kinds():
        if base == "gray" and precision not in PRECISIONS[:1] + PRECISIONS[-1:]:
            continue
        image, layer = converted(base, precision)
        feathered(image, 40, 20, 80, 70)
        said[f"{base} {precision.value_nick}"] = outcome(image, layer)
        if base == "indexed":
            save(image, "indexed")
        image.delete()
    return said


@case
def read_and_written_back() -> dict[str, Any]:
    """What the adapter reads and writes unpainted has the very values of the original."""
    from bridge.contract.settings import Settings
    from host import GimpHost  # the plug-in's own modules

    said = {}
    for base, precision in kinds():
        image, layer = converted(base, precision)
        host = GimpHost(image, layer)
        box = host.extent().layer
        opaque = host.read(box)
        layer.add_alpha()
        pixels = host.read(box)
        host.add_layer(Settings(), "copy", box, pixels)
        name = f"{base} {precision.value_nick}"
        # Babl's own way from 8 linear bits to 16 is broken (0.1.114), the one to floats is not.
        first, second = (
            array("f", own_bytes(item, "R'G'B'A float")) for item in (layer, host.painted)
        )
        said[name] = {
            "read_as": [pixels.format.channels, pixels.format.depth, pixels.format.linear],
            "opaque": [opaque.format.channels, _apart(opaque, pixels)],
            "same": own_bytes(layer) == own_bytes(host.painted),
            "off": max(abs(a - b) for a, b in zip(first, second, strict=True)),
        }
        image.delete()
    return said


def _apart(opaque: Any, pixels: Any) -> float:
    """How far the colours of the same picture, read without an alpha and with one, are apart."""
    code = "B" if opaque.format.depth == "u8" else "f"
    one, other = array(code, opaque.data), array(code, pixels.data)
    if opaque.format != pixels.format:
        del other[3::4]
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


@case
def several_layers() -> dict[str, Any]:
    """Each of them gets its painting, right above it."""
    image, layer = photograph()
    image.insert_layer(layer.copy(), None, 0)
    below, above = image.get_layers()[1], image.get_layers()[0]
    status, message, painted = stylize(image, [below, above])
    return {
        "status": status,
        "message": message,
        "originals": [below.get_id(), above.get_id()],
        "first": painted and painted.get_id(),
        "layers": [item.get_id() for item in image.get_layers()],
        "same": fingerprint(image.get_layers()[0]) == fingerprint(image.get_layers()[2]),
    }


@case
def more_slashes() -> list[str]:
    """A file as GIMP 3.2 gives it back from last values, and from last values of these."""
    from arguments import read_arguments
    from bridge.contract.knobs import STYLIZE
    from bridge.contract.settings import knobs

    config, said = Gimp.get_pdb().lookup_procedure(PROCEDURE).create_config(), []
    for slashes in ("", "/", "//"):
        file = Gio.File.new_for_uri(f"file://{slashes}{ORDERS['style']}".replace(" ", "%20"))
        config.set_property("style", file)
        said.append(read_arguments(config, knobs(STYLIZE))["style"])
    return said


@case
def progress() -> dict[str, Any]:
    """What the plug-in tells GIMP in one run."""
    from bridge.contract.settings import Settings
    from host import GimpHost
    from run import paint

    told: list[list[Any]] = []
    update, say = Gimp.progress_update, Gimp.progress_set_text
    image, layer = photograph()
    settings = Settings(style=ORDERS["style"], size=64, steps=150)
    Gimp.progress_set_text = lambda text: told.append([0.0, text])
    Gimp.progress_update = lambda fraction: told[-1].__setitem__(0, fraction)
    try:
        paint([GimpHost(image, layer)], settings)
    finally:
        Gimp.progress_update, Gimp.progress_set_text = update, say
    return {"told": told}


@case
def refusals() -> dict[str, Any]:
    """What can't be painted: the message, and that nothing changed."""
    image, layer = photograph()
    other = Gimp.Layer.new(
        image, "far away", 9, 9, Gimp.ImageType.RGBA_IMAGE, 100.0, layer.get_mode()
    )
    image.insert_layer(other, None, 0)
    other.set_offsets(-50, -50)
    mask = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 30, 30)
    before = state(image)
    said = {
        "no style": stylize(image, [layer], style=None),
        "style missing": stylize(image, [layer], style="/nowhere/at all.png"),
        "style no picture": stylize(image, [layer], style=ORDERS["orders"]),
        "no layer": stylize(image, []),
        "layer mask": stylize(image, [mask]),
        "selection as layer": stylize(image, [image.get_selection()]),
        "off the canvas": stylize(image, [other]),
    }
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 80, 30, 30)
    small = Gimp.Layer.new(image, "small", 9, 9, Gimp.ImageType.RGBA_IMAGE, 100.0, layer.get_mode())
    image.insert_layer(small, None, 0)
    said["selection elsewhere"] = stylize(image, [small])
    image.remove_layer(small)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 30, 30)
    image.set_selected_layers([other])
    said["unchanged"] = state(image)["layers"] == before["layers"]
    layer.remove_mask(Gimp.MaskApplyMode.DISCARD)
    Gimp.edit_copy([layer])
    floating = Gimp.edit_paste(layer, False)
    said["floating selection"] = stylize(image, [floating[0]])
    return said


@case
def cancelled() -> dict[str, Any]:
    """GIMP's Cancel kills the plug-in's process: so does this, then runs the next job.

    If the worker went on with what nobody wants, the next would take longer than its test waits.
    """
    image, layer = photograph()
    feathered(image, 40, 20, 80, 70)
    before_workers = workers()
    thread = kill_when_painting(plugins)
    said = outcome(image, layer, **LONG)
    thread.join()
    following = outcome(image, layer)
    return {
        "run": said,
        "next": following,
        "same_worker": bool(before_workers) and workers() == before_workers,
    }


@case
def worker_killed() -> dict[str, Any]:
    image, layer = photograph()
    feathered(image, 40, 20, 80, 70)
    before_workers = workers()
    thread = kill_when_painting(workers)
    said = outcome(image, layer, **LONG)
    thread.join()
    following = outcome(image, layer)
    return {"run": said, "next": following, "new_worker": workers() != before_workers}


run_cases()
