"""Decoders: a file into samples of its own kind, upright.

Pillow reads what has 8 bits a sample. What it would round to 8 bits or read wrongly goes to others:
16-bit PNG to libpng, TIFF of other depths to tifffile, OpenEXR to its own library.
"""

from __future__ import annotations

import functools
import io
import logging
import os
import re
import struct
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stdout, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import imagecodecs
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin, UnidentifiedImageError

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.storage.regular import open_regular
from core.pixels.files import colors, notes, refused
from core.pixels.files.kinds import Kind
from core.pixels.files.samples import Array, Decoded, Notes, Samples
from core.system import room

_log = logging.getLogger(__name__)

_NOT_ASKED = frozenset({"EPS", "WMF", "MPEG", "FITS", "HDF5", "GRIB", "BUFR", "IPTC", "XVTHUMB"})
"""Pillow's formats that are no pictures of pixels, or that it starts another program for."""

_FRAMED = frozenset({"GIF", "WEBP", "PNG", "TIFF", "MPO", "AVIF"})
"""Formats whose frames are pictures of their own; PSD's are layers, ICO's are sizes."""

_START = 1 << 16
"""Bytes of a file's beginning that are looked at."""

_TURNS: Mapping[int, tuple[bool, int]] = {
    2: (True, 0), 3: (False, 2), 4: (True, 2), 5: (True, 1), 6: (False, 3), 7: (True, 3),
    8: (False, 1),
}  # fmt: skip
"""By EXIF's orientation: whether to mirror left and right first, and quarter turns to the left."""


@functools.cache
def formats() -> tuple[str, ...]:
    """Pillow's formats that are read."""
    Image.init()
    pillow_heif.register_heif_opener()
    # Its limit is for servers; ours is the memory: see room.
    Image.MAX_IMAGE_PIXELS = None
    return tuple(name for name in Image.OPEN if name not in _NOT_ASKED)


def endings() -> frozenset[str]:
    """Endings of the files that are read."""
    read = {ending for ending, name in Image.EXTENSION.items() if name in formats()}
    return frozenset({*read, ".exr"})


def decode(path: Path, enough: int | None = None) -> Decoded:
    """Read a file.

    Args:
        path: of it.
        enough: long side in pixels from which on a picture may be smaller than its file's.

    Raises:
        BadInput: there is no such file, or no picture in it that can be read.
    """
    with open_regular(path) as file:
        if (why := refused.by_name(path)) is not None:
            raise BadInput.of(why)
        with _any_error_told(path):
            start = file.read(_START)
            file.seek(0)
            if start.startswith(_EXR):
                with _quiet():
                    return _exr(path)
            try:
                image = Image.open(file, formats=formats())
            except UnidentifiedImageError:
                if start.startswith(_TIFF):
                    return _tiff(path, file, 0)
                if (why := refused.by_start(path, start[:1024])) is not None:
                    raise BadInput.of(why) from None
                raise BadInput(
                    "{path} is not a picture of a kind Impasto reads (PNG, JPEG ...).", path=path
                ) from None
            with image:
                return _opened(path, file, start, image, enough)


_EXR = b"\x76\x2f\x31\x01"
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


_WORDLESS = (LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, struct.error)
"""What a decoder trips over in a damaged file, and that says nothing to a person."""


@contextmanager
def _quiet() -> Iterator[None]:
    """What libtiff and OpenEXR write to stdout and stderr goes to the log."""
    with _one_at_a_time, tempfile.TemporaryFile() as heard:
        kept = [os.dup(number) for number in (1, 2)]
        for number in (1, 2):
            os.dup2(heard.fileno(), number)
        try:
            with redirect_stdout(io.StringIO()):
                yield
        finally:
            for number, own in zip((1, 2), kept, strict=True):
                os.dup2(own, number)
                os.close(own)
            heard.seek(0)
            if words := heard.read(4096).decode("utf-8", "replace").strip():
                _log.info("a decoder says: %s", words)


_one_at_a_time = threading.Lock()


@contextmanager
def _any_error_told(path: Path) -> Iterator[None]:
    """A damaged file can make a decoder raise whatever there is."""
    try:
        yield
    except BadInput:
        raise
    except Exception as error:
        _log.info("%s can't be decoded", path, exc_info=True)
        if isinstance(error, _WORDLESS):
            raise BadInput.of(refused.told(path, "damaged")) from error
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise BadInput(
            "{path} can't be read as a picture: {reason}.", path=path, reason=reason.rstrip(".")
        ) from error


def _opened(
    path: Path, file: BinaryIO, start: bytes, image: Image.Image, enough: int | None
) -> Decoded:
    bands = len(image.getbands())
    room.for_file(path, Extent(*image.size), 3 * bands + 4)
    name = image.format or ""
    more = _more(image)
    values, white = _deep(path, file, start, image)
    if name == "TIFF" and _beyond_pillow(image):
        return _tiff(path, file, more)
    if values is None:
        if enough is not None and name in ("JPEG", "MPO"):
            shrink = shrinkage(Extent(*image.size), enough)
            across, down = (int(side / shrink) for side in image.size)
            image.draft(image.mode, (across, down))
        with _quiet() if name == "TIFF" else nullcontext():
            image.load()
        samples = _of_pillow(image)
    else:
        model = "grey" if values.shape[2] < 3 else "rgb"
        kind = Kind(model, values.dtype.str[1:], values.shape[2] in (2, 4))
        samples = Samples(kind, values, white=white)
    profile = _profile(image.info, name, samples.kind.model)
    samples = replace(samples, profile=profile)
    exif = image.getexif()
    return Decoded(
        _upright(samples, exif.get(notes.ORIENTATION)),
        {"MPO": "JPEG", "DIB": "BMP"}.get(name, name),
        replace(
            notes.of(image.info, exif, getattr(image, "text", {})),
            unread=(*notes.unread(image), *_unread_channels(_tag(image, 277, 1), samples.kind)),
        ),
        name in ("JPEG", "MPO", "AVIF", "HEIF") or (name == "WEBP" and b"VP8L" not in start),
        _encoding(image),
        more,
    )


def _upright(samples: Samples, orientation: Any) -> Samples:
    """Turned as the camera noted."""
    if orientation not in _TURNS:
        return samples
    mirrored, quarters = _TURNS[orientation]
    values = samples.values[:, ::-1] if mirrored else samples.values
    return replace(samples, values=np.ascontiguousarray(np.rot90(values, quarters)))


def shrinkage(extent: Extent, enough: int) -> float:
    """How many times as long as needed the sides of a picture are, 1 or more.

    Args:
        extent: of the picture.
        enough: long side that is needed. A strip stays at least ``SHORTEST`` pixels wide.
    """
    return max(1.0, min(extent.long_side / enough, min(extent) / SHORTEST))


SHORTEST = 64
"""Pixels of the shorter side below which no picture is read smaller than its file's."""


def _more(image: Image.Image) -> int:
    """Pictures beside the first one that a person would miss.

    What is smaller is none: thumbnails, maps of depth or of highlights.
    """
    count = getattr(image, "n_frames", 1)
    if image.format not in _FRAMED or count < 2:
        return 0
    first = image.size
    alike = 0
    with suppress(Exception):  # a damaged one is not missed, and does not keep from the first
        for number in range(1, min(count, 16)):
            image.seek(number)
            alike += (image.size == first and image.mode != "L") or image.format == "GIF"
    image.seek(0)
    return count - 1 if alike == min(count, 16) - 1 else alike


def _tag(image: Image.Image, tag: int, otherwise: Any) -> Any:
    return getattr(image, "tag_v2", {}).get(tag, otherwise)


def _beyond_pillow(image: Image.Image) -> bool:
    """Whether Pillow would change samples of a TIFF file, or take them for others."""
    signed = _SIGNED in _tag(image, 339, ()) and _tag(image, 262, None) != _CIE_LAB
    return signed or max(_tag(image, 258, (8,))) > 8 or _ASSOCIATED in _tag(image, 338, ())


_ASSOCIATED, _SIGNED, _CIE_LAB = 1, 2, 8
"""TIFF's numbers: of an extra sample that is an opacity multiplied into the colours, of samples
with a sign, and of a model whose samples always have one."""


def _deep(
    path: Path, file: BinaryIO, start: bytes, image: Image.Image
) -> tuple[Array | None, float]:
    """Samples of more than 8 bits that Pillow would round, and the value that stands for 1.

    None where there are none.
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
    """The samples of a binary PPM of two bytes each; None where they have one."""
    gap = rb"(?:\s|#[^\n]*\n)+"
    head = re.match(rb"P6%b\d+%b\d+%b(\d+)\s" % (gap, gap, gap), data)
    if head is None or (top := int(head[1])) < 256:
        return None
    width, height = size
    values = np.frombuffer(data, ">u2", width * height * 3, head.end()).reshape(height, width, 3)
    return np.rint(values * (65535 / top)).astype(np.uint16)


def _bits_of_jpeg2000(start: bytes) -> int:
    """Bits of the first component, from the codestream's SIZ marker (ISO 15444-1, A.5.1)."""
    at = start.find(b"\xff\x4f\xff\x51")
    return 8 if at < 0 or len(start) < at + 43 else (start[at + 42] & 0x7F) + 1


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
        # One colour that stands for transparency.
        hidden = (values == np.asarray(key).reshape(-1)).all(axis=-1, keepdims=True)
        values = np.concatenate([values, np.where(hidden, 0, 255).astype(np.uint8)], axis=-1)
        kind = replace(kind, alpha=True)
    return Samples(kind, values, white=_white(values))


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
    """Places in a palette, whose entries may be transparent."""
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


def _white(values: Array) -> float:
    """The value that stands for 1.

    Integers of more than 16 bits, and signed ones, do not say: it is the first of 255, 65535 and
    the largest of their type that none of them is above.
    """
    if values.dtype.kind == "f":
        return 1.0
    if values.dtype.kind == "u" and values.dtype.itemsize < 4:
        return float(np.iinfo(values.dtype).max)
    largest, last = int(values.max()), int(np.iinfo(values.dtype).max)
    return float(next(top for top in (255, min(65535, last), last) if largest <= top))


def _profile(info: Mapping[Any, Any], format: str, model: str) -> bytes:
    """The profile that a file's colours follow, whichever way it says so; empty for sRGB.

    In PNG, an embedded profile counts before the sRGB chunk, and that before gamma and primaries.
    """
    if embedded := colors.usable(bytes(info.get("icc_profile") or b""), model):
        return embedded
    noted = _noted(info, format, model)
    return b"" if colors.is_srgb(noted, model) else noted


def _noted(info: Mapping[Any, Any], format: str, model: str) -> bytes:
    """The profile that a file's numbers stand for."""
    if format == "PNG" and "srgb" not in info:
        gamma = float(info.get("gamma") or 0)
        if not 0.1 <= gamma <= 2:
            return b""
        if model == "grey":
            return colors.by_gamma(1 / gamma)
        points = info.get("chromaticity")
        white, corners = (
            (tuple(points[:2]), tuple(points[2:8])) if points else (_SRGB[:2], _SRGB[2:])
        )
        # With sRGB's own primaries, 0.45455 stands for its own curve, which is no power.
        usual = abs(gamma - 0.45455) < 0.005 and np.allclose((*white, *corners), _SRGB, atol=1e-3)
        return b"" if usual else colors.by_primaries(white, corners, 1 / gamma)
    if format == "HEIF" and (told := info.get("nclx_profile")):
        corner = [
            float(told[f"color_primary_{name}_{axis}"])
            for name in ("red", "green", "blue", "white")
            for axis in "xy"
        ]
        if told.get("color_primaries") in _NCLX_PRIMARIES and min(corner) > 0:
            return colors.by_primaries(tuple(corner[6:]), tuple(corner[:6]), None)
    return b""


_SRGB = (*colors.WHITE, *colors.PRIMARIES)

_NCLX_PRIMARIES = frozenset({9, 11, 12})
"""ITU-T H.273's numbers of primaries wider than sRGB's: BT.2020, DCI-P3, Display P3."""


def _encoding(image: Image.Image) -> dict[str, Any]:
    """What is worth keeping of how the file was encoded, as Pillow's ``save`` takes it."""
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


def _tiff(path: Path, file: BinaryIO, more: int) -> Decoded:
    """TIFF of any depth, in planes or not."""
    import tifffile  # here and below, as few files need it, and a start is 60 ms sooner

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
    samples = _upright(samples, exif.get(notes.ORIENTATION))
    told = notes.of({"xmp": xmp, "dpi": resolution}, exif, {})
    told = replace(told, unread=_unread_channels(count, samples.kind))
    return Decoded(samples, "TIFF", told, more=more)


def _unread_channels(count: int, kind: Kind) -> tuple[str, ...]:
    """Of a file's channels those that are no part of its kind, such as saved selections."""
    more = count - kind.channels
    if more < 1:
        return ()
    return ("an extra channel" if more == 1 else f"{more} extra channels",)


def _exif_of_tiff(file: BinaryIO, turn: int) -> Image.Exif:
    """The notes of its first page, which Pillow does not find by itself in files of 64 bits.

    Args:
        file: of TIFF.
        turn: its orientation.
    """
    exif = Image.Exif()
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"MM\0+"):  # which Pillow does not read
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
    """Samples of a TIFF file's, with one opacity and no other extras."""
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
    samples = Samples(kind, values, white=_white(values), premultiplied=multiplied)
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


def _exr(path: Path) -> Decoded:
    """OpenEXR's first part: light, of which 1 is a white page."""
    import OpenEXR

    with OpenEXR.File(str(path), header_only=True) as opened:
        (left, top), (right, bottom) = opened.header()["dataWindow"]
        extent, count = Extent(int(right - left) + 1, int(bottom - top) + 1), len(opened.channels())
    room.for_file(path, extent, 12 * max(4, count))
    with OpenEXR.File(str(path), separate_channels=True) as opened:
        channels = {name: one.pixels for name, one in opened.channels().items()}
        more = len(opened.parts) - 1
    names = next((each for each in ("RGB", "Y") if all(name in channels for name in each)), "")
    if not names:
        raise BadInput(
            "{path} has the channels {names}, of which none is a colour: export it with R, G and "
            "B.",
            path=path,
            names=", ".join(channels),
        )
    alpha = "A" in channels
    planes = [channels[name] for name in names + "A" * alpha]
    values = np.stack(planes, axis=-1)
    if values.dtype.str[1:] not in ("f2", "f4"):
        values = values.astype(np.float32)
    kind = Kind("rgb" if names == "RGB" else "grey", values.dtype.str[1:], alpha)
    profile = colors.srgb(linear=True) if names == "RGB" else colors.by_gamma(1)
    samples = Samples(kind, values, profile=profile, white=1.0, premultiplied=alpha)
    told = Notes(unread=_unread_channels(len(channels), kind))
    return Decoded(samples, "EXR", told, more=more)
