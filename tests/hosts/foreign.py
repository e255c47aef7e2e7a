"""Files that hosts read and the engine does not, made for a session."""

from __future__ import annotations

import struct
from pathlib import Path

from PIL import Image

GREEN = (32, 160, 64)


def write_foreign(folder: Path) -> None:
    """A page of a PDF, and a picture as an older GIMP wrote it, both in one green."""
    Image.new("RGB", (64, 48), GREEN).save(folder / "page.pdf", resolution=72)
    (folder / "old.xcf").write_bytes(_xcf(64, 48, bytes([*GREEN, 255])))


def _xcf(width: int, height: int, color: bytes) -> bytes:
    """GIMP's first format: one opaque layer of one tile, so that no side is longer than 64."""
    head = struct.pack(">14sIII", b"gimp xcf file\0", width, height, 0)
    head += _property(17, b"\0") + _property(0)  # no compression
    layer_at = len(head) + 3 * 4
    layer = struct.pack(">IIII6s", width, height, 1, 6, b"Layer\0")
    layer += _property(6, struct.pack(">I", 255)) + _property(8, struct.pack(">I", 1))
    layer += _property(15, bytes(8)) + _property(7, bytes(4)) + _property(0)
    hierarchy_at = layer_at + len(layer) + 2 * 4
    level_at = hierarchy_at + 5 * 4
    tile_at = level_at + 4 * 4
    return (
        head
        + struct.pack(">III", layer_at, 0, 0)
        + layer
        + struct.pack(">II", hierarchy_at, 0)
        + struct.pack(">IIIII", width, height, 4, level_at, 0)
        + struct.pack(">IIII", width, height, tile_at, 0)
        + color * (width * height)
    )


def _property(kind: int, value: bytes = b"") -> bytes:
    return struct.pack(">II", kind, len(value)) + value
