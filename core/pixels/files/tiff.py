"""Reads TIFF files of any depth, with or without separate planes."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.pixels.files import colors, notes
from core.pixels.files.kinds import Kind
from core.pixels.files.samples import Array, Decoded, Samples, unread_channels, white_of
from core.pixels.files.upright import upright
from core.system import room


def decode(path: Path, file: BinaryIO, more: int) -> Decoded:
    """Read a file.

    Args:
        path: of the file.
        file: opened.
        more: the number of pictures in it besides the first.

    Raises:
        BadInput: it is of a kind that can't be read.
    """
    import tifffile  # here, as few files need it and it delays the start by 60 ms

    file.seek(0)
    with tifffile.TiffFile(file) as opened:
        page = opened.pages.first
        extent = Extent(page.imagewidth, page.imagelength)
        room.for_file(path, extent, page.samplesperpixel * (page.bitspersample / 8 + 6))
        if page.axes not in ("YX", "YXS", "SYX"):
            raise BadInput(
                "{path} holds a volume, not a picture: export one slice as PNG.", path=path
            )
        values = np.asarray(page.asarray())
        values = np.moveaxis(values, 0, -1) if page.axes == "SYX" else values
        values = values if values.ndim == 3 else values[..., None]
        values = values.astype(values.dtype.newbyteorder("="), copy=False)
        photometric, extras = page.photometric.name, [extra.name for extra in page.extrasamples]
        profile = bytes(page.iccprofile or b"")
        xmp = _bytes_of(page.tags.valueof(700))
        resolution = _dpi(page)
        turn = page.tags.valueof(notes.ORIENTATION) or 1
        white = float((1 << page.bitspersample) - 1)
        count = int(page.samplesperpixel)
    samples = _of_tiff(path, values, photometric, extras, white)
    exif = _exif_of_tiff(file, turn)
    found = samples.colors
    above = samples.kind.floating and bool(((found > 1) & np.isfinite(found)).any())
    if above and not profile:
        profile = colors.srgb(linear=True) if samples.kind.model == "rgb" else colors.by_gamma(1)
    model = samples.kind.model
    samples = replace(samples, profile=colors.usable(profile, model))
    samples = upright(samples, exif.get(notes.ORIENTATION))
    told = notes.of({"xmp": xmp, "dpi": resolution}, exif, {})
    told = replace(told, unread=unread_channels(count, samples.kind))
    return Decoded(samples, "TIFF", told, more=more)


def _exif_of_tiff(file: BinaryIO, turn: int) -> Image.Exif:
    """The EXIF of the first page, which Pillow by itself does not find in BigTIFF files.

    Args:
        file: opened.
        turn: its orientation.
    """
    exif = Image.Exif()
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"MM\0+"):  # Pillow does not read this kind
        exif[notes.ORIENTATION] = turn
        return exif
    exif.bigtiff = head.startswith(b"II+")
    exif.endian = "<" if head.startswith(b"II") else ">"
    (start,) = struct.unpack_from(exif.endian + ("8xQ" if exif.bigtiff else "4xI"), head)
    exif.load_from_fp(file, start)
    return exif


def _of_tiff(
    path: Path, values: Array, photometric: str, extras: list[str], white: float
) -> Samples:
    """The samples of a TIFF file, with at most one opacity and no other extra channels."""
    models = {"MINISBLACK": "grey", "MINISWHITE": "grey", "RGB": "rgb", "SEPARATED": "cmyk"}
    depth = values.dtype.str[1:]
    if photometric not in models or depth not in _TIFF_DEPTHS:
        raise BadInput(
            "{path} is a TIFF file of a kind Impasto does not read ({colors}, {type}): export it "
            "as PNG or as TIFF in RGB.",
            path=path,
            colors=photometric.lower(),
            type=values.dtype,
        )
    model = models[photometric]
    alpha = any("ALPHA" in extra for extra in extras)
    kind = Kind(model, depth, alpha)
    channels = kind.colors + alpha
    if values.shape[2] < channels or (model == "cmyk" and kind.depth not in ("u1", "u2")):
        raise BadInput(
            "{path} can't be read as a picture: its samples are not {kind}.", path=path, kind=kind
        )
    values = np.ascontiguousarray(values[..., :channels])
    if kind.depth in ("u1", "u2") and white < np.iinfo(values.dtype).max:
        values = colors.rescaled(values, white, kind, float(np.iinfo(values.dtype).max))
    multiplied = "ASSOCALPHA" in extras
    samples = Samples(kind, values, white=white_of(values), premultiplied=multiplied)
    if photometric == "MINISWHITE":
        values[..., 0] = samples.white - values[..., 0]
    return samples


_TIFF_DEPTHS = frozenset({"u1", "u2", "u4", "i2", "i4", "f2", "f4", "f8"})


def _bytes_of(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | tuple) else b""


def _dpi(page: Any) -> tuple[float, float] | None:
    units = {2: 1.0, 3: 2.54}
    per_inch = units.get(int(page.tags.valueof(296) or 2), 0.0)
    found = [page.tags.valueof(tag) for tag in (282, 283)]
    if not per_inch or not all(isinstance(one, tuple) and one[1] for one in found):
        return None
    across, down = (one[0] / one[1] * per_inch for one in found)
    return across, down
