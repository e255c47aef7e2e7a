"""Runs inside gimp-console: styles that GIMP can read and the engine can't."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gi.repository import Gimp, Gio
from gimp_job import ORDERS, case, fingerprint, photograph, run_cases, striped, stylize

FOLDER = Path(ORDERS["report"]).parent
QUIET = Gimp.RunMode.NONINTERACTIVE

SVG = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">
<rect width="64" height="64" fill="#c02010"/>
<circle cx="32" cy="32" r="20" fill="#1040c0"/>
</svg>
"""


def saved(ending: str) -> Path:
    """The style's picture in another kind of file."""
    path = FOLDER / f"a style; of its own.{ending}"
    image = Gimp.file_load(QUIET, Gio.File.new_for_path(ORDERS["style"]))
    Gimp.file_save(QUIET, image, Gio.File.new_for_path(str(path)), None)
    image.delete()
    return path


def painting(**given: Any) -> list[Any]:
    """Status, message, name and pixels of what is painted."""
    image, layer = photograph()
    status, message, made = stylize(image, [layer], **given)
    return [status, message, made and made.get_name(), made and fingerprint(made)]


@case
def as_a_style() -> dict[str, Any]:
    said: dict[str, Any] = {"png": painting()}
    for ending in ("xcf", "psd", "ora", "exr", "jxl", "pdf"):
        said[ending] = painting(style=str(saved(ending)))
    svg = FOLDER / "drawn.svg"
    svg.write_text(SVG, "utf-8")
    said["svg"] = painting(style=str(svg))
    return said


@case
def as_others() -> dict[str, Any]:
    """For the rest, in a mixture, as labels, as a label's own."""
    image, layer = photograph()
    labels = striped(image, layer, "RB")
    png, xcf = ORDERS["style"], str(saved("xcf"))
    said: dict[str, Any] = {}
    for name, file in (("png", png), ("xcf", xcf)):
        said[name] = {
            "mix": painting(style=ORDERS["other_style"], mix=f'"{file}"=0.5')[::3],
            "background": painting(style=ORDERS["other_style"], background_style=file)[::3],
        }
        _, message, made = stylize(
            image, [layer], label_layer=labels, label_styles=f'#ff0000="{file}"'
        )
        said[name]["label"] = [made and "success", made and fingerprint(made), message][:2]
    return said


@case
def refused() -> dict[str, Any]:
    """What not even GIMP can read: a sentence."""
    broken, krita = FOLDER / "broken.xcf", FOLDER / "painted.kra"
    broken.write_bytes(b"gimp xcf v011\0" + bytes(50))
    krita.write_bytes(b"PK\3\4 no picture")
    return {"xcf": painting(style=str(broken))[:2], "kra": painting(style=str(krita))[:2]}


@case
def into_the_gallery() -> dict[str, Any]:
    from bridge.session.gallery import Gallery, Style
    from bridge.session.shelf import Shelf
    from bridge.storage.paths import Installation
    from opened import renditions

    gallery = Gallery(Installation.here())
    added: list[Style] = []
    Shelf(gallery, renditions(), Gimp.message).add([saved("xcf")], added.append)
    (style,) = added
    said = {
        "name": style.name,
        "ending": style.path.suffix,
        "painted": painting(style=str(style.path)),
    }
    style.path.unlink()
    return said


run_cases()
