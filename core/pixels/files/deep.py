"""Reads samples of more than 8 bits that Pillow would round."""

from __future__ import annotations

import io
import re
from typing import BinaryIO

import imagecodecs
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

from core.pixels.files.samples import Array


def deep_samples(file: BinaryIO, start: bytes, image: Image.Image) -> tuple[Array | None, float]:
    """The samples of a file that Pillow would round, or None; and the value that means 1.

    Args:
        file: opened.
        start: its first bytes.
        image: as Pillow opened it.
    """
    values, white = None, 65535.0
    raw = [str(tile[3]) for tile in getattr(image, "tile", ())]
    if image.format == "PNG" and any(";16" in arguments for arguments in raw):
        values = imagecodecs.png_decode(_all_of(file))
    elif image.format == "PPM" and start.startswith(b"P6"):
        values = _deep_ppm(_all_of(file), image.size)
    elif image.format == "JPEG2000" and (bits := _bits_of_jpeg2000(start)) > 8:
        values, white = imagecodecs.jpeg2k_decode(_all_of(file)), float((1 << bits) - 1)
    elif image.format == "HEIF" and image.info.get("bit_depth", 8) > 8:
        heif = pillow_heif.open_heif(io.BytesIO(_all_of(file)), convert_hdr_to_8bit=False)
        values = np.asarray(heif)
    if values is None:
        return None, white
    values = np.asarray(values)
    return (values[..., None] if values.ndim == 2 else values), white


def _all_of(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _deep_ppm(data: bytes, size: tuple[int, int]) -> NDArray[np.uint16] | None:
    """The samples of a binary PPM, if they have two bytes; None if they have one."""
    gap = rb"(?:\s|#[^\n]*\n)+"
    head = re.match(rb"P6%b\d+%b\d+%b(\d+)\s" % (gap, gap, gap), data)
    if head is None or (top := int(head[1])) < 256:
        return None
    width, height = size
    values = np.frombuffer(data, ">u2", width * height * 3, head.end()).reshape(height, width, 3)
    return np.rint(values * (65535 / top)).astype(np.uint16)


def _bits_of_jpeg2000(start: bytes) -> int:
    """The bits of the first component, from the codestream's SIZ marker (ISO 15444-1, A.5.1)."""
    at = start.find(b"\xff\x4f\xff\x51")
    return 8 if at < 0 or len(start) < at + 43 else (start[at + 42] & 0x7F) + 1
