"""What a file tells beside its pixels: EXIF, XMP, resolution, texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from PIL import ExifTags, Image

from core.files.samples import Notes

ORIENTATION = 0x0112

_OF_THE_PIXELS = frozenset(
    {
        *range(254, 267), 273, *range(277, 282), *range(284, 286), *range(288, 293), 297, 301,
        *range(317, 326), 330, *range(332, 348), *range(512, 522), *range(529, 533), 559,
        700, 34377, 34675, 42112, 42113, 50341, 50706, 50707, 50740,
        ORIENTATION,
    }
)  # fmt: skip
"""TIFF's tags that say how the pixels lie in a file, or hold what is kept elsewhere: of another
file they would not be true. Resolution (282, 283, 296) is, and stays."""

_SUBFOLDERS = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo)

_TURN_OF_XMP = re.compile(rb"(tiff:Orientation(?:=[\"']|>))\d")


def cleaned(exif: Image.Exif) -> bytes:
    """What a camera or a person noted, upright and without the thumbnail; empty where there is
    nothing."""
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
    """Collect them.

    Args:
        info: Pillow's, of an opened file.
        exif: the file's.
        texts: PNG's, by their keys.
    """
    xmp = info.get("xmp") or b""
    raw = xmp.encode() if isinstance(xmp, str) else bytes(xmp)
    comment = info.get("comment") or b""
    return Notes(
        exif=cleaned(exif),
        xmp=_TURN_OF_XMP.sub(rb"\g<1>1", raw),
        dpi=_resolution(info.get("dpi")),
        texts={
            key: str(text) for key, text in texts.items() if not key.startswith(_KEPT_ELSEWHERE)
        },
        comment=comment.encode() if isinstance(comment, str) else bytes(comment),
    )


def _resolution(dpi: object) -> tuple[float, float] | None:
    """Pixels an inch; None where they are none that a format would hold."""
    if not isinstance(dpi, tuple) or len(dpi) != 2:
        return None
    across, down = map(float, dpi)
    return (across, down) if 1 < across < 65535 and 1 < down < 65535 else None


_KEPT_ELSEWHERE = ("XML:com.adobe.xmp", "Raw profile type")
"""Keys of PNG's texts that hold XMP and EXIF."""
