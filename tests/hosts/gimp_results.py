"""Runs inside gimp-console: what becomes of a painting, and painting it anew."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

from gi.repository import Gimp, Gio
from gimp_job import (
    COLORIZE,
    EDIT,
    ORDERS,
    case,
    describe,
    feathered,
    fingerprint,
    own_bytes,
    photograph,
    run_cases,
    save,
    state,
    striped,
    stylize,
)


def painted(**settings: Any) -> tuple[Gimp.Image, Gimp.Layer, Gimp.Layer]:
    """The photograph, and a painting of an ellipse in it."""
    image, layer = photograph()
    feathered(image, 40, 20, 80, 70)
    status, message, made = stylize(image, [layer], **settings)
    assert made is not None, (status, message)
    return image, layer, made


@case
def with_a_mask() -> dict[str, Any]:
    """What is seen is what a layer without a mask shows; beneath the mask it goes on."""
    image, layer, plain = painted()
    _, _, masked = stylize(image, [layer], output="masked")
    assert masked is not None
    mask = own_bytes(masked.get_mask(), "Y u8")
    alpha = own_bytes(plain, "R'G'B'A u8")[3::4]
    save(image, "masked")
    return {
        "mask_error": max(abs(a - b) for a, b in zip(mask, alpha, strict=True)),
        "alpha": sorted(set(own_bytes(masked, "R'G'B'A u8")[3::4])),
        "position": image.get_item_position(masked),
    }


@case
def as_a_document() -> dict[str, Any]:
    image, layer = photograph()
    image.convert_precision(Gimp.Precision.U16_NON_LINEAR)
    feathered(image, 40, 20, 80, 70)
    before = state(image)
    _, message, made = stylize(image, [layer], output="document")
    assert made is not None, message
    other = made.get_image()
    return {
        "same_image": other.get_id() == image.get_id(),
        "untouched": state(image) == before,
        "size": [other.get_width(), other.get_height()],
        "layer": [made.get_width(), made.get_height()],
        "precision": other.get_precision().value_nick,
        "alpha_levels": len(set(own_bytes(made, "R'G'B'A u8")[3::4])),
    }


@case
def edited() -> dict[str, Any]:
    """Another style, with another selection now: the old one counts, and the layer stays in place.

    The canvas was cropped and the layer moved in the stack meanwhile.
    """
    image, layer, made = painted()
    image.insert_layer(layer.copy(), None, 0)
    made.set_opacity(60)
    image.crop(140, 110, 10, 8)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 20, 20)
    before = {item.get_id(): fingerprint(item) for item in image.get_layers()}
    alpha = own_bytes(made, "R'G'B'A u8")[3::4]
    position, opacity = image.get_item_position(made), made.get_opacity()
    status, message, anew = stylize(image, [made], EDIT, style=ORDERS["other_style"])
    assert anew is not None, (status, message)
    after = {item.get_id(): fingerprint(item) for item in image.get_layers()}
    new_alpha = own_bytes(anew, "R'G'B'A u8")[3::4]
    said = {
        "gone": made.get_id() not in after if made.is_valid() else True,
        "others_same": all(after[i] == before[i] for i in after if i in before),
        "count": [len(before), len(after)],
        "position": [position, image.get_item_position(anew)],
        "opacity": [opacity, anew.get_opacity()],
        "name": anew.get_name(),
        "alpha_same": new_alpha == alpha,
    }
    save(image, "edited")
    return said


@case
def edited_after_saving() -> dict[str, Any]:
    """What a layer remembers goes with the XCF file."""
    image, _, _ = painted()
    file = Gio.File.new_for_path(str(Path(ORDERS["pictures"]) / "remembers.xcf"))
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
    loaded = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    made = loaded.get_layers()[0]
    status, message, _ = stylize(loaded, [made], EDIT, strength=0.5)
    return {"status": status, "message": message, "layers": len(loaded.get_layers())}


@case
def label_layer() -> dict[str, Any]:
    """A layer whose left is red and whose right is blue, or the other way round.

    With a narrow selection in the middle: the labels are those of the whole photograph.
    """
    said: dict[str, Any] = {}
    for name, colors in (("as in the style", "RB"), ("swapped", "BR")):
        image, layer = photograph()
        labels = striped(image, layer, colors)
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 60, 10, 40, 100)
        given = {"style": ORDERS["sides"], "style_labels": ORDERS["sides_labels"]}
        status, message, made = stylize(image, [layer], label_layer=labels, size=128, **given)
        assert made is not None, (status, message)
        pixels = own_bytes(made, "R'G'B'A u8")
        wide = made.get_width()
        redness = [0, 0]
        for i in range(made.get_width() * made.get_height()):
            if pixels[4 * i + 3]:
                redness[2 * (i % wide) // wide] += pixels[4 * i] - pixels[4 * i + 2]
        said[name] = redness
        save(image, f"labels-{colors}")
        _, message, anew = stylize(image, [made], EDIT, label_layer=labels, size=128, **given)
        assert anew is not None, message
        said[f"{name}, edited"] = own_bytes(anew, "R'G'B'A u8") == pixels
    return said


@case
def strength_layer() -> dict[str, Any]:
    """A layer whose left is black and whose right is white, kept for painting again."""
    image, layer = photograph()
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 10, 10, layer.get_width() - 20, 60)
    strengths = striped(image, layer, "KW")
    strengths.set_visible(False)
    status, message, made = stylize(image, [layer], strength_layer=strengths, size=128)
    assert made is not None, (status, message)
    pixels = own_bytes(made, "R'G'B'A u8")
    _, message, anew = stylize(image, [made], EDIT, strength_layer=strengths, size=128)
    assert anew is not None, message
    return {
        "offset": made.get_offsets()[1:],
        "width": made.get_width(),
        "opacity": sorted(set(pixels[3::4])),
        "edited": own_bytes(anew, "R'G'B'A u8") == pixels,
    }


@case
def sketch_colored() -> dict[str, Any]:
    """Lines on white become colours, and the lines stay; a grey image can't take them."""
    image, layer = photograph()
    layer.desaturate(Gimp.DesaturateMode.LUMA)
    layer.brightness_contrast(0.3, 0.4)
    status, message, made = stylize(image, [layer], COLORIZE, size=128)
    assert made is not None, (status, message)
    pixels = own_bytes(made, "R'G'B'A u8")
    spread = [max(pixels[i : i + 3]) - min(pixels[i : i + 3]) for i in range(0, len(pixels), 4)]
    save(image, "sketch")
    image.convert_grayscale()
    return {"spread": sum(spread) / len(spread), "grey": stylize(image, [layer], COLORIZE)[:2]}


@case
def nothing_to_edit() -> dict[str, Any]:
    """A layer that was not painted, and one whose original is gone."""
    image, layer = photograph()
    plain = stylize(image, [layer], EDIT)
    image, layer, made = painted()
    image.remove_layer(layer)
    return {"plain": plain[:2], "orphan": stylize(image, [made], EDIT)[:2]}


@case
def damaged_memories() -> dict[str, Any]:
    """What a layer remembers was edited by hand, or comes from somewhere else."""
    image, _, made = painted()
    told = json.loads(bytes(made.get_parasite("impasto-request").get_data()))
    selected = told["selected"]
    huge = base64.b64encode(zlib.compress(bytes(64 << 20))).decode()
    odd = {
        "deep": b'{"settings": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        "list": b"[]",
        "tattoo": json.dumps({**told, "tattoo": 10**20}).encode(),
        "settings": json.dumps({**told, "settings": [3]}).encode(),
        "box": json.dumps({**told, "selected": {**selected, "box": [0, 0, 1e9, "x"]}}).encode(),
        "mask": json.dumps({**told, "selected": {**selected, "mask": huge}}).encode(),
    }
    said = {}
    for name, data in odd.items():
        made.attach_parasite(Gimp.Parasite.new("impasto-request", 1, data))
        said[name] = stylize(image, [made], EDIT)[:2]
    return said


@case
def both_regions_described() -> dict[str, Any]:
    """Editing what had a background style: the selection of then divides the two again."""
    image, layer, made = painted(background_style=ORDERS["other_style"])
    Gimp.Selection.none(image)
    first = own_bytes(made, "R'G'B'A u8")
    _, message, anew = stylize(image, [made], EDIT, background_style=ORDERS["other_style"])
    assert anew is not None, message
    return describe(image, layer, anew) | {"same": own_bytes(anew, "R'G'B'A u8") == first}


run_cases()
