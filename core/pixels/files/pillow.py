"""Reads files that Pillow opens: their samples and their metadata."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image, JpegImagePlugin

from core.bridge.contract.geometry import Extent
from core.pixels.files import notes, tiff
from core.pixels.files.deep import deep_samples
from core.pixels.files.kinds import Kind
from core.pixels.files.profiles import profile_of
from core.pixels.files.quiet import quiet
from core.pixels.files.reducing import shrinkage
from core.pixels.files.samples import Decoded, Samples, unread_channels, white_of
from core.pixels.files.upright import upright
from core.system import room

_FRAMED = frozenset({"GIF", "WEBP", "PNG", "TIFF", "MPO", "AVIF"})
"""Formats whose frames are separate pictures. Those of PSD are layers, and those of ICO are
sizes."""


def decode(
    path: Path, file: BinaryIO, start: bytes, image: Image.Image, enough: int | None
) -> Decoded:
    """Read what Pillow opened.

    Args:
        path: of the file.
        file: opened.
        start: its first bytes.
        image: of it.
        enough: long side in pixels that is enough: a larger picture may be read at a smaller size.

    Raises:
        BadInput: there is no picture in it that can be read.
    """
    bands = len(image.getbands())
    room.for_file(path, Extent(*image.size), 3 * bands + 4)
    name = image.format or ""
    more = _more(image)
    values, white = deep_samples(file, start, image)
    if name == "TIFF" and _beyond_pillow(image):
        return tiff.decode(path, file, more)
    if values is None:
        if enough is not None and name in ("JPEG", "MPO"):
            shrink = shrinkage(Extent(*image.size), enough)
            across, down = (int(side / shrink) for side in image.size)
            image.draft(image.mode, (across, down))
        with quiet() if name == "TIFF" else nullcontext():
            image.load()
        samples = _of_pillow(image)
    else:
        model = "grey" if values.shape[2] < 3 else "rgb"
        kind = Kind(model, values.dtype.str[1:], values.shape[2] in (2, 4))
        samples = Samples(kind, values, white=white)
    profile = profile_of(image.info, name, samples.kind.model)
    samples = replace(samples, profile=profile)
    exif = image.getexif()
    return Decoded(
        upright(samples, exif.get(notes.ORIENTATION)),
        {"MPO": "JPEG", "DIB": "BMP"}.get(name, name),
        replace(
            notes.of(image.info, exif, getattr(image, "text", {})),
            unread=(*notes.unread(image), *unread_channels(_tag(image, 277, 1), samples.kind)),
        ),
        name in ("JPEG", "MPO", "AVIF", "HEIF") or (name == "WEBP" and b"VP8L" not in start),
        _encoding(image),
        more,
    )


def _more(image: Image.Image) -> int:
    """The number of pictures besides the first that a person would miss.

    Smaller ones do not count: they are thumbnails, or maps of depth or highlights.
    """
    count = getattr(image, "n_frames", 1)
    if image.format not in _FRAMED or count < 2:
        return 0
    first = image.size
    alike = 0
    with suppress(Exception):  # a damaged one is not missed, and the first can still be read
        for number in range(1, min(count, 16)):
            image.seek(number)
            alike += (image.size == first and image.mode != "L") or image.format == "GIF"
    image.seek(0)
    return count - 1 if alike == min(count, 16) - 1 else alike


def _tag(image: Image.Image, tag: int, otherwise: Any) -> Any:
    return getattr(image, "tag_v2", {}).get(tag, otherwise)


def _beyond_pillow(image: Image.Image) -> bool:
    """Whether Pillow would change the samples of a TIFF file, or misread them."""
    signed = _SIGNED in _tag(image, 339, ()) and _tag(image, 262, None) != _CIE_LAB
    return signed or max(_tag(image, 258, (8,))) > 8 or _ASSOCIATED in _tag(image, 338, ())


_ASSOCIATED, _SIGNED, _CIE_LAB = 1, 2, 8
"""TIFF's numbers for an extra sample that is a premultiplied opacity, for signed samples, and for a
model whose samples are always signed."""


def _of_pillow(image: Image.Image) -> Samples:
    mode, key = image.mode, image.info.get("transparency")
    if mode == "P":
        return _palette(image, key)
    if mode == "1" and key is not None:
        image, mode = image.convert("L"), "L"
    if mode not in _MODES:
        target = "RGBA" if "a" in mode.lower() else "RGB"
        image, mode = image.convert(target), target
    kind = _MODES[mode]
    values = np.array(image)
    if mode == "1":
        values = values.astype(np.uint8) * 255
    if mode == "I" and image.format == "PPM":
        kind, values = Kind("grey", "u2"), values.astype(np.uint16)
    if values.ndim == 2:
        values = values[..., None]
    if key is not None and not kind.alpha:
        # One colour means transparent.
        hidden = (values == np.asarray(key).reshape(-1)).all(axis=-1, keepdims=True)
        values = np.concatenate([values, np.where(hidden, 0, 255).astype(np.uint8)], axis=-1)
        kind = replace(kind, alpha=True)
    return Samples(kind, values, white=white_of(values))


_MODES: Mapping[str, Kind] = {
    "1": Kind("bit"),
    "L": Kind("grey"),
    "LA": Kind("grey", alpha=True),
    "RGB": Kind("rgb"),
    "RGBA": Kind("rgb", alpha=True),
    "CMYK": Kind("cmyk"),
    "YCbCr": Kind("ycbcr"),
    "LAB": Kind("lab"),
    "I;16": Kind("grey", "u2"),
    "I": Kind("grey", "i4"),
    "F": Kind("grey", "f4"),
}


def _palette(image: Image.Image, key: object) -> Samples:
    """The samples of a picture with a palette, whose entries may be transparent."""
    entries = np.array(image.getpalette("RGBA"), np.uint8).reshape(-1, 4)
    table = np.zeros((256, 4), np.uint8)
    table[:, 3] = 255
    table[: len(entries)] = entries
    if isinstance(key, int):
        table[key, 3] = 0
    elif isinstance(key, bytes):
        table[: len(key), 3] = np.frombuffer(key, np.uint8)
    alpha = bool((table[:, 3] < 255).any())
    return Samples(Kind("palette", alpha=alpha), np.array(image)[..., None], table)


def _encoding(image: Image.Image) -> dict[str, Any]:
    """The options of the file's encoding that are worth keeping, for Pillow's ``save``."""
    if image.format in ("JPEG", "MPO"):
        found: dict[str, Any] = {"qtables": image.quantization}  # type: ignore[attr-defined]
        sampling = JpegImagePlugin.get_sampling(image)
        if sampling >= 0:
            found["subsampling"] = sampling
        if image.info.get("progressive"):
            found["progressive"] = True
        return found
    compression = image.info.get("compression")
    if image.format == "TIFF" and compression in ("raw", "tiff_lzw", "packbits"):
        return {"compression": compression}
    return {}
