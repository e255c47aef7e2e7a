"""Recognises files that Impasto can't read, to tell a person what to do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.bridge.i18n.text import Text

_LAYERED = "kra kraz ora xcf psb clip sai afphoto"
_VECTORS = "svg svgz pdf ai eps ps wmf emf cdr"
_RAW = "cr2 cr3 crw nef nrw arw srf sr2 dng raf orf rw2 pef srw x3f 3fr fff iiq mos mrw kdc dcr erf"
_FILMS = "mp4 m4v mov avi mkv webm wmv mpg mpeg ogv flv 3gp mts"
_OTHERS = "jxl"

_KINDS: Mapping[str, str] = {
    **dict.fromkeys(_LAYERED.split(), "layered"),
    **dict.fromkeys(_VECTORS.split(), "vectors"),
    **dict.fromkeys(_RAW.split(), "raw"),
    **dict.fromkeys(_FILMS.split(), "film"),
    **dict.fromkeys(_OTHERS.split(), "new"),
}

_STARTS = (
    (b"gimp xcf", "layered"),
    (b"8BPS\x00\x02", "layered"),
    (b"%PDF", "vectors"),
    (b"%!PS", "vectors"),
    (b"\x1aE\xdf\xa3", "film"),
    (b"RIFF????AVI ", "film"),
    (b"\x00\x00\x00\x0cJXL ", "new"),
    (b"\xff\x0a", "new"),
    (b"FUJIFILMCCD-RAW", "raw"),
)
"""The first bytes of files of these kinds; ``?`` is any byte."""


_BRANDS_OF_PICTURES = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"avif"})
"""Brands of ISO base media files that hold a picture. If no decoder knows one, it is damaged."""


def by_name(path: Path) -> Text | None:
    """Why a file of that name can't be read; None if it may be."""
    kind = _KINDS.get(path.suffix.lower().removeprefix("."))
    return None if kind is None else told(path, kind)


def by_start(path: Path, start: bytes) -> Text | None:
    """Why a file that no decoder knows can't be read; None if its beginning does not tell.

    Args:
        path: of the file, for the message.
        start: its first kilobyte.
    """
    for sign, kind in _STARTS:
        if all(want in (ord("?"), has) for want, has in zip(sign, start, strict=False)) and (
            len(start) >= len(sign)
        ):
            return told(path, kind)
    if b"<svg" in start.lower():
        return told(path, "vectors")
    if start.startswith(b"PK") and b"mimetype" in start:  # Krita's and OpenRaster's
        return told(path, "layered")
    if start[4:8] == b"ftyp":
        return told(path, "damaged" if start[8:12] in _BRANDS_OF_PICTURES else "film")
    return None


def told(path: Path, kind: str) -> Text:
    """The message for a file of a kind that can't be read."""
    if kind == "layered":
        return Text(
            "{path} is a document of layers: open it in Krita or GIMP and paint there, or export "
            "it as PNG.",
            path=path,
        )
    if kind == "vectors":
        return Text(
            "{path} is a drawing in vectors: open it in Krita or GIMP and export it as PNG.",
            path=path,
        )
    if kind == "raw":
        return Text(
            "{path} is a camera's raw file: develop it, in darktable or RawTherapee for example, "
            "and export it as 16-bit TIFF or PNG.",
            path=path,
        )
    if kind == "film":
        return Text("{path} is a film: export the picture you want as PNG.", path=path)
    if kind == "damaged":
        return Text("{path} can't be read as a picture: it is damaged.", path=path)
    return Text(
        "{path} is of a kind Impasto does not read: open it in Krita or GIMP and export a PNG.",
        path=path,
    )
