"""The metadata of a file: EXIF, XMP, resolution and texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from PIL import ExifTags, Image, IptcImagePlugin, JpegImagePlugin

from core.pixels.files.kinds import WITH_COMMENT, WITH_NOTES, WITH_RESOLUTION
from core.pixels.files.samples import Notes

ORIENTATION = 0x0112

_OF_THE_PIXELS = frozenset(
    {
        *range(254, 267), 273, *range(277, 282), *range(284, 286), *range(288, 293), 297, 301,
        *range(317, 326), 330, *range(332, 348), *range(512, 522), *range(529, 533), 559,
        700, 34377, 34675, 42112, 42113, 50341, 50706, 50707, 50740,
        ORIENTATION,
    }
)  # fmt: skip
"""TIFF's tags that describe the pixels in the file, or hold what is kept elsewhere. They would be
wrong in another file. Resolution (282, 283, 296) stays right, and is kept."""

_SUBFOLDERS = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo)

_TURN_OF_XMP = re.compile(rb"(tiff:Orientation(?:=[\"']|>))\d")


def cleaned(exif: Image.Exif) -> bytes:
    """EXIF of an upright picture, without thumbnail and tags of the pixels; b"" if it is empty."""
    kept = Image.Exif()
    for tag, value in exif.items():
        if tag not in _OF_THE_PIXELS and tag not in _SUBFOLDERS:
            kept[tag] = value
    for folder in _SUBFOLDERS:
        if found := exif.get_ifd(folder):
            kept.get_ifd(folder).update(found)
    if not len(kept) and not any(kept.get_ifd(folder) for folder in _SUBFOLDERS):
        return b""
    kept[ORIENTATION] = 1
    return kept.tobytes()


def of(info: Mapping[Any, Any], exif: Image.Exif, texts: Mapping[str, Any]) -> Notes:
    """Collect the notes of a file.

    Args:
        info: Pillow's ``info`` of the opened file.
        exif: of the file.
        texts: of PNG, by their keys.
    """
    xmp = info.get("xmp") or b""
    raw = xmp.encode() if isinstance(xmp, str) else bytes(xmp)
    comment = info.get("comment") or texts.get(_COMMENT) or b""
    return Notes(
        exif=cleaned(exif),
        xmp=_TURN_OF_XMP.sub(rb"\g<1>1", raw),
        dpi=_resolution(info.get("dpi")) or _resolution(_per_inch(exif)),
        texts={
            key: str(text) for key, text in texts.items() if not key.startswith(_KEPT_ELSEWHERE)
        },
        comment=comment.encode() if isinstance(comment, str) else bytes(comment),
    )


def _resolution(dpi: object) -> tuple[float, float] | None:
    """The resolution in pixels per inch; None if it is not one that a format would hold."""
    if not isinstance(dpi, tuple) or len(dpi) != 2:
        return None
    across, down = map(float, dpi)
    return (across, down) if 1 < across < 65535 and 1 < down < 65535 else None


def _per_inch(exif: Image.Exif) -> tuple[float, float] | None:
    """The resolution in EXIF, in pixels per inch; None if there is none, or it is damaged."""
    across, down, unit = (exif.get(tag, default) for tag, default in _RESOLUTION.items())
    with suppress(TypeError, ValueError, ArithmeticError):
        scale = {2: 1.0, 3: 2.54}.get(unit, 0.0)
        return float(across) * scale, float(down) * scale
    return None


_RESOLUTION = {282: 0, 283: 0, 296: 2}
"""EXIF's tags of the resolution across and down, and of its unit (2 is inch, 3 is centimetre), with
their default values."""

_COMMENT = "Comment"

_KEPT_ELSEWHERE = ("XML:com.adobe.xmp", "Raw profile type", _COMMENT)
"""Keys of PNG's texts that hold XMP, EXIF and the comment."""


def unread(image: Image.Image) -> tuple[str, ...]:
    """The other metadata of an opened file that a person would miss, in words."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        return ()  # other formats have IPTC among their tags
    found: set[object] = set()
    with suppress(Exception):  # damaged metadata count as none
        found = set(IptcImagePlugin.getiptcinfo(image) or ())
    return ("the IPTC data",) if found - _IPTC_FORMALITIES else ()


_IPTC_FORMALITIES = frozenset({(1, 90), (2, 0)})
"""IPTC's records that describe how the others are written."""


def held(notes: Notes, format: str) -> Notes:
    """The notes that a format holds, in the form in which it holds them.

    Args:
        notes: of a picture.
        format: as Pillow names it, or EXR.
    """
    exif, xmp, dpi = notes.exif, notes.xmp, notes.dpi
    comment = notes.comment if format in WITH_COMMENT else b""
    if format not in WITH_NOTES:
        exif = xmp = b""
    elif dpi is not None and format not in WITH_RESOLUTION:
        exif = _with_resolution(exif, dpi)
    elif format == "JPEG":
        exif, xmp, comment = (
            each if len(each) < _LONGEST else b"" for each in (exif, xmp, comment)
        )
    return replace(
        notes,
        exif=exif,
        xmp=xmp,
        dpi=dpi if format in WITH_RESOLUTION | WITH_NOTES else None,
        texts=notes.texts if format == "PNG" else {},
        comment=comment,
        unread=(),
    )


_LONGEST = 65000
"""The most bytes of EXIF, of XMP or of a comment in a JPEG file."""


def loaded(exif: bytes) -> Image.Exif:
    """EXIF from its bytes."""
    found = Image.Exif()
    if exif:
        found.load(exif)
    return found


def _with_resolution(exif: bytes, dpi: tuple[float, float]) -> bytes:
    made = loaded(exif)
    made.update(zip(_RESOLUTION, (*dpi, 2), strict=True))
    return made.tobytes()


def left_out(notes: Notes, format: str) -> list[str]:
    """The notes that a format does not hold and that a person would miss, in words."""
    kept = held(notes, format)
    texts = [key for key in notes.texts if not key.startswith(_UNMISSED_TEXTS)]
    sides = {
        "the EXIF data": not kept.exif and _tells(notes.exif),
        "the XMP data": notes.xmp and not kept.xmp,
        "the resolution": notes.dpi and not kept.dpi and {*map(round, notes.dpi)} - _OF_SCREENS,
        "the comment": notes.comment and not kept.comment,
        "the text notes": texts and not kept.texts,
    }
    return [*(words for words, missed in sides.items() if missed), *notes.unread]


_OF_SCREENS = frozenset({72, 96})
"""Resolutions in pixels per inch that programs write if nobody chose one."""

_UNMISSED_TEXTS = ("Software", "date:")
"""The beginnings of those of PNG's keys that programs write by themselves."""

_UNMISSED = frozenset({*_RESOLUTION, ORIENTATION, 305, ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo})
"""Tags of EXIF that are kept elsewhere or that programs write by themselves."""


def _tells(exif: bytes) -> bool:
    """Whether EXIF has anything that a person would miss."""
    found = loaded(exif)
    return bool(set(found) - _UNMISSED) or any(found.get_ifd(folder) for folder in _SUBFOLDERS)
