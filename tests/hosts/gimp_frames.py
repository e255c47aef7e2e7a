"""What scripts inside GIMP share that paint animations: one to paint, and its frames as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gi.repository import Gimp, Gio
from gimp_job import ORDERS, own_bytes, photograph


def moving() -> Gimp.Image:
    """Four frames of 160x120 px: a picture; a part of it, drawn over that elsewhere, as it says
    nothing; another one alone; and a hidden part that combines and lies over the edge.

    Pillow, which reads what becomes of it, takes a frame that says nothing as it took the last one
    that did, and not as browsers do: before this one there is none.
    """
    image, first = photograph()
    first.set_name("Background (100ms)")
    _add(image, first, "Frame 2 (250ms)", (60, 50), (12, 8))
    third = _add(image, first, "Frame 3 (50ms) (replace)", (160, 120), (0, 0))
    third.transform_flip_simple(Gimp.OrientationType.HORIZONTAL, True, 0)
    _add(image, first, "Frame 4 (300ms) (combine)", (70, 50), (110, 90)).set_visible(False)
    return image


def _add(
    image: Gimp.Image, first: Gimp.Layer, name: str, size: tuple[int, int], at: tuple[int, int]
) -> Gimp.Layer:
    """A part of a layer, from its middle, on top of the image."""
    layer = first.copy()
    image.insert_layer(layer, None, 0)
    layer.add_alpha()
    width, height = size
    layer.resize(width, height, (width - 160) // 2, (height - 120) // 2)
    layer.set_offsets(*at)
    layer.set_name(name)
    return layer


def told(image: Gimp.Image) -> list[dict[str, Any]]:
    """The layers, the bottom one first."""
    return [
        {
            "name": layer.get_name(),
            "box": [*layer.get_offsets()[1:], layer.get_width(), layer.get_height()],
            "type": layer.type().value_nick,
        }
        for layer in reversed(image.get_layers())
    ]


def keep(image: Gimp.Image, name: str) -> None:
    """Write every layer, the bottom one first, as raw RGBA of 8 bits."""
    for number, layer in enumerate(reversed(image.get_layers())):
        file = Path(ORDERS["pictures"]) / f"{name}-{number}.rgba"
        file.write_bytes(own_bytes(layer, "R'G'B'A u8"))


def export(image: Gimp.Image, name: str) -> None:
    """Write an animated GIF as GIMP's own exporter does."""
    copy = image.duplicate()
    if copy.get_base_type() == Gimp.ImageBaseType.RGB:
        dither, palette = Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE
        copy.convert_indexed(dither, palette, 255, False, False, "")
    procedure = Gimp.get_pdb().lookup_procedure("file-gif-export")
    config = procedure.create_config()
    file = Gio.File.new_for_path(str(Path(ORDERS["pictures"]) / f"{name}.gif"))
    for argument, value in (("image", copy), ("file", file), ("as-animation", True)):
        config.set_property(argument, value)
    status = procedure.run(config).index(0)
    copy.delete()
    assert status == Gimp.PDBStatusType.SUCCESS, Gimp.get_pdb().get_last_error()
