"""Pictures that GIMP can read and the engine can't: XCF, SVG, PDF, PSD, raw photographs."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bridge.i18n.texts import tr
from bridge.session.renditions import Renditions
from bridge.storage.paths import Installation
from gi.repository import Gimp, Gio
from layers import canvas_of

SIDE = 2048
"""Pixels of the longer side at most; a painting sees no more of a style."""


_QUIET = Gimp.RunMode.NONINTERACTIVE
_RGB = Gimp.ImageBaseType.RGB


@lru_cache
def renditions() -> Renditions:
    """What GIMP has made of files so far."""
    return Renditions(Installation.here(), "GIMP", _render)


def _render(file: Path, place: Path) -> bool:
    """Write what GIMP shows of a file as PNG; False where it can't read it. Raises OSError."""
    image = _load(Gio.File.new_for_path(str(file)), file.suffix.lower())
    if image is None:
        return False
    try:
        if not any(layer.get_visible() for layer in image.get_layers()):
            return False
        image.merge_visible_layers(Gimp.MergeType.CLIP_TO_IMAGE)
        if image.get_precision() != Gimp.Precision.U8_NON_LINEAR:
            image.convert_precision(Gimp.Precision.U8_NON_LINEAR)
        if image.get_color_profile() is not None and image.get_base_type() == _RGB:
            image.convert_color_profile(
                Gimp.ColorProfile.new_rgb_srgb(), Gimp.ColorRenderingIntent.PERCEPTUAL, False
            )
        canvas = canvas_of(image)
        if canvas.long_side > SIDE:
            image.scale(*canvas.within(SIDE))
        if not Gimp.file_save(_QUIET, image, Gio.File.new_for_path(str(place)), None):
            raise OSError(5, tr("the disk may be full"))
        return True
    finally:
        image.delete()


def _load(file: Gio.File, ending: str) -> Gimp.Image | None:
    """None where GIMP can't read it."""
    if ending not in (".svg", ".svgz"):
        return Gimp.file_load(_QUIET, file)
    # GIMP 3.0.4 calls this one without all of its arguments, and so never gets an answer.
    procedure = Gimp.get_pdb().lookup_procedure("file-svg-load")
    config = procedure.create_config()
    config.set_property("run-mode", _QUIET)
    config.set_property("file", file)
    values = procedure.run(config)
    return values.index(1) if values.index(0) == Gimp.PDBStatusType.SUCCESS else None
