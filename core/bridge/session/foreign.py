"""Files that only a host reads: whether each is what its ending says.

A host that is given something else may be lost, with the person's work: Krita's import is torn down
under its own progress when it fails, which has crashed Krita 5.3. So we look first.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from ..storage.regular import opened

_MOST_TEXT = 64 << 20
"""Bytes of XML that are read."""

_ENTITY = 1024
"""Characters of an entity in a drawing: Illustrator names its namespaces so."""

_PDF_ENDS = 1024
"""Bytes at a page's either end in which its mark stands, as Acrobat looks for it."""

_RAW = (
    *(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"IIU\0", b"IIRO", b"IIRS", b"MMOR"),
    *(b"II\x1a\0\0\0HEAPCCDR", b"FUJIFILM", b"\0MRM", b"FOVb"),
)
"""How raw photographs begin: most as a TIFF does, some makers' in a way of their own."""


def genuine(file: Path) -> bool:
    """Whether a file can be read, and looks whole and like its ending.

    All of an archive and of a drawing is read, of others the beginning, and of a page the end.
    """
    try:
        with opened(file) as data:
            return _LOOKS.get(file.suffix.lower(), _raw)(data)
    except (OSError, ValueError):
        return False


def _archive(main: str) -> Callable[[BinaryIO], bool]:
    """A zip file whose members have their checksums, and that holds this XML."""

    def look(data: BinaryIO) -> bool:
        import zipfile  # here, as a host that starts imports this file
        import zlib

        try:
            with zipfile.ZipFile(data) as archive:
                if archive.testzip() is not None or archive.getinfo(main).file_size > _MOST_TEXT:
                    return False
                return _root(archive.read(main)) is not None
        # RuntimeError: it is locked, or packed in a way that Python does not know.
        except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, RuntimeError):
            return False

    return look


def _drawing(data: BinaryIO) -> bool:
    return _is_drawing(data.read(_MOST_TEXT + 1))


def _packed_drawing(data: BinaryIO) -> bool:
    import gzip  # here, as above
    import zlib

    try:
        with gzip.open(data) as inside:
            return _is_drawing(inside.read(_MOST_TEXT + 1))
    except (EOFError, zlib.error):
        return False


def _is_drawing(text: bytes) -> bool:
    return len(text) <= _MOST_TEXT and (_root(text) or "").rpartition(":")[2] == "svg"


class _Swelling(Exception):
    """An entity that others are made of, or a long one."""


def _root(text: bytes) -> str | None:
    """The name of the first element; None where it is no XML, or would be more than is written."""
    from xml.parsers import expat  # here, as above

    names: list[str] = []

    def entity(_name: str, _parameter: bool, value: str | None, *_: object) -> None:
        if value is None or len(value) > _ENTITY or "&" in value or "%" in value:
            raise _Swelling

    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _attributes: names.append(name) if not names else None
    parser.EntityDeclHandler = entity
    # So that entities between elements are handed on as they are written.
    parser.DefaultHandler = lambda _text: None
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, _Swelling, ValueError, LookupError):
        return None
    return names[0] if names else None


def _photoshop(data: BinaryIO) -> bool:
    """Its header, and as many bytes as its sections say."""
    head = data.read(26)
    if len(head) < 26 or head[:6] not in (b"8BPS\0\1", b"8BPS\0\2"):
        return False
    size = data.seek(0, 2)
    at = 26
    for length in ("I", "I", "Q" if head[5] == 2 else "I"):
        data.seek(at)
        found = data.read(struct.calcsize(f">{length}"))
        if len(found) < struct.calcsize(f">{length}"):
            return False
        at += len(found) + int(struct.unpack(f">{length}", found)[0])
    return at + 2 <= size


def _page(data: BinaryIO) -> bool:
    begin = data.read(_PDF_ENDS)
    data.seek(max(0, data.seek(0, 2) - _PDF_ENDS))
    return b"%PDF-" in begin and b"%%EOF" in data.read()


def _begins(*marks: bytes) -> Callable[[BinaryIO], bool]:
    longest = max(map(len, marks))
    return lambda data: data.read(longest).startswith(marks)


def _raw(data: BinaryIO) -> bool:
    begin = data.read(16)
    return begin.startswith(_RAW) or begin[4:11] == b"ftypcrx"


def _any(data: BinaryIO) -> bool:
    """Makers use this ending for whatever they write."""
    return bool(data.read(1))


_LOOKS: Mapping[str, Callable[[Any], bool]] = {
    ".kra": _archive("maindoc.xml"),
    ".krz": _archive("maindoc.xml"),
    ".ora": _archive("stack.xml"),
    ".svg": _drawing,
    ".svgz": _packed_drawing,
    ".psd": _photoshop,
    ".pdf": _page,
    ".xcf": _begins(b"gimp xcf "),
    ".jxl": _begins(b"\xff\x0a", b"\0\0\0\x0cJXL \x0d\x0a\x87\x0a"),
    ".raw": _any,
}
"""How to look at a file, by its ending; of all others that a host reads as at a raw photograph."""
