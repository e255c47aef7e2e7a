"""Checks that pictures fit into the memory, before they are received or decoded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.bridge.client import wire
from core.bridge.contract.errors import MEMORY, BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import announced
from core.system import memory


def for_frames(type: str, header: dict[str, Any], sizes: list[int]) -> list[bytearray]:
    """Allocate a buffer for each frame of a message, before any of them is received.

    Raises:
        BadInput: a request's pictures do not fit into the memory, or their sizes are not as
            announced.
        ValueError: a message of this type has no frames.
    """
    if type not in ("paint", "clip"):
        return wire.no_room(type, header, sizes)
    extents = _announced(header, sizes)
    free = memory.free()
    try:
        if free is not None and sum(sizes) > free:
            raise MemoryError
        return [bytearray(size) for size in sizes]
    except MemoryError:
        raise too_large(max(extents, key=lambda extent: extent.area)) from None


def for_file(path: Path, extent: Extent, bytes_per_pixel: float) -> None:
    """Raise BadInput if a file's picture does not fit into the memory, before it is decoded.

    Args:
        path: of the file, for the message.
        extent: of the picture.
        bytes_per_pixel: the memory that decoding takes.
    """
    free = memory.free()
    if free is not None and extent.area * bytes_per_pixel > free:
        raise BadInput(
            "{path} has {width}x{height} px and does not fit into the memory: make it smaller or "
            "end other programs, then try again.",
            code=MEMORY,
            path=path,
            width=extent.width,
            height=extent.height,
        )


def too_large(extent: Extent) -> BadInput:
    """The error for a picture that is too large for the memory."""
    width, height = extent
    return BadInput(
        "The picture of {width}x{height} px does not fit into the memory: make it smaller or end "
        "other programs, then try again.",
        code=MEMORY,
        width=width,
        height=height,
    )


def _announced(header: dict[str, Any], sizes: list[int]) -> list[Extent]:
    pictures = header.get("pixels")
    if not isinstance(pictures, dict) or len(pictures) != len(sizes):
        raise BadInput("A request arrived that can't be read (its pictures are not as many).")
    found = [announced(picture) for picture in pictures.values()]
    if [extent.area * format.bytes_per_pixel for extent, format in found] != sizes:
        raise BadInput("A request arrived that can't be read (its pictures have other sizes).")
    return [extent for extent, _ in found]
