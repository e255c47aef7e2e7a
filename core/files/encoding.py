"""Encoders: samples of a kind that a format holds into the bytes of a file."""

from __future__ import annotations

import io
import struct
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import OpenEXR
import tifffile
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from core.files.kinds import WITH_PROFILE, Kind
from core.files.samples import Notes, Samples

_MODES: Mapping[Kind, str] = {
    Kind("bit"): "1",
    Kind("palette"): "P",
    Kind("palette", alpha=True): "P",
    Kind("grey"): "L",
    Kind("grey", alpha=True): "LA",
    Kind("rgb"): "RGB",
    Kind("rgb", alpha=True): "RGBA",
    Kind("cmyk"): "CMYK",
    Kind("lab"): "LAB",
    Kind("ycbcr"): "YCbCr",
}
"""Pillow's names of the kinds that it writes."""

_LONGEST = 65000
"""Bytes of EXIF or of XMP that a JPEG file holds."""


def encode(
    samples: Samples, format: str, notes: Notes, how: Mapping[str, Any], lossy: bool
) -> bytes:
    """The bytes of a file.

    Args:
        samples: of a kind that the format holds; their profile is embedded where it can be.
        format: as Pillow names it, or EXR.
        notes: what to tell beside the pixels.
        how: the picture's own file was encoded, where that was of the same format.
        lossy: whether the picture's own file was, so that exact values are not worth their bytes.

    Raises:
        Exception: whatever an encoder raises.
    """
    if format == "EXR":
        return _exr(samples)
    if samples.kind not in _MODES or samples.premultiplied:
        return {"PNG": _deep_png, "TIFF": _deep_tiff, "PPM": _deep_ppm}[format](samples, notes)
    image = _image(samples)
    options = dict(how) or _usual(format, lossy)
    if format in ("GIF", "PNG") and samples.palette is not None and samples.kind.alpha:
        options["transparency"] = _transparency(samples, format)
    if format == "ICO":
        options["sizes"] = [image.size]
    options |= _kept(samples, format, notes)
    return _saved(image, format, options)


def _saved(image: Image.Image, format: str, options: Mapping[str, Any]) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def _image(samples: Samples) -> Image.Image:
    mode = _MODES[samples.kind]
    if mode == "1":
        return Image.fromarray(samples.values[..., 0] >= 128)
    data = np.ascontiguousarray(samples.values).tobytes()
    image = Image.frombytes(mode, (samples.extent.width, samples.extent.height), data)
    if samples.palette is not None:
        image.putpalette(samples.palette[:, :3].tobytes())
    return image


def _usual(format: str, lossy: bool) -> dict[str, Any]:
    """How to encode where the picture's own file does not say."""
    return {
        "JPEG": {"quality": 95, "subsampling": 0},
        "WEBP": {"quality": 95} if lossy else {"lossless": True, "exact": True},
        "AVIF": {"quality": 95, "subsampling": "4:4:4"},
        "HEIF": {"quality": 95, "chroma": 444},
        "GIF": {"optimize": False},
    }.get(format, {})


def _transparency(samples: Samples, format: str) -> int | bytes:
    """Of a palette, as Pillow takes it: GIF has one entry that is, PNG an opacity for each."""
    assert samples.palette is not None
    opacity = samples.palette[:, 3]
    return int(opacity.argmin()) if format == "GIF" else opacity.tobytes()


def _kept(samples: Samples, format: str, notes: Notes) -> dict[str, Any]:
    """Profile and notes, as Pillow's ``save`` takes them for a format."""
    kept: dict[str, Any] = {}
    if samples.profile and format in WITH_PROFILE:
        kept["icc_profile"] = samples.profile
    if notes.dpi is not None and format in ("PNG", "TIFF", "JPEG", "BMP", "PCX", "PDF"):
        kept["dpi"] = notes.dpi
    if notes.comment and format in ("JPEG", "GIF"):
        kept["comment"] = notes.comment
    exif, xmp = notes.exif, notes.xmp
    if format == "JPEG":
        exif, xmp = (each if len(each) < _LONGEST else b"" for each in (exif, xmp))
    if format == "TIFF":
        kept["exif"] = _loaded(exif)
        if xmp:
            kept["exif"][700] = xmp
    elif format in WITH_PROFILE:
        if exif:
            kept["exif"] = exif
        if xmp and format != "PNG":
            kept["xmp"] = xmp
    if format == "PNG":
        kept["pnginfo"] = _texts(notes)
    return kept


def _texts(notes: Notes) -> PngInfo:
    found = PngInfo()
    for key, text in notes.texts.items():
        if text.isascii() and "\n" not in key:
            found.add_text(key, text)
        else:
            found.add_itxt(key, text)
    if notes.xmp:
        found.add_itxt("XML:com.adobe.xmp", notes.xmp.decode("utf-8", "replace"))
    return found


def _loaded(exif: bytes) -> Image.Exif:
    found = Image.Exif()
    if exif:
        found.load(exif)
    return found


def _deep_png(samples: Samples, notes: Notes) -> bytes:
    """16 bits a sample, with the chunks that Pillow makes of profile and notes."""
    pixels = bytes(
        imagecodecs.png_encode(
            np.ascontiguousarray(samples.values).squeeze(-1)
            if samples.values.shape[-1] == 1
            else np.ascontiguousarray(samples.values)
        )
    )
    beside = _saved(Image.new("L", (1, 1)), "PNG", _kept(samples, "PNG", notes))
    head, *rest = _chunks(pixels)
    chosen = [chunk for kind, chunk in _chunks(beside) if kind not in (b"IHDR", b"IDAT", b"IEND")]
    return b"".join([pixels[:8], head[1], *chosen, *(chunk for _, chunk in rest)])


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind and all the bytes of each chunk."""
    at = 8
    while at < len(png):
        end = at + 12 + int(struct.unpack_from(">I", png, at)[0])
        yield png[at + 4 : at + 8], png[at:end]
        at = end


def _deep_ppm(samples: Samples, notes: Notes) -> bytes:
    """16 bits a sample, which hold nothing but pixels."""
    sign = b"P5" if samples.kind.model == "grey" else b"P6"
    head = b"%b\n%d %d\n65535\n" % (sign, *samples.extent)
    return head + samples.values.astype(">u2").tobytes()


def _deep_tiff(samples: Samples, notes: Notes) -> bytes:
    """Any depth. The folder of EXIF, which tifffile does not write, follows behind the pixels."""
    exif = _loaded(notes.exif)
    folder = ImageFileDirectory_v2(b"II\x2a\x00\x00\x00\x00\x00")
    for tag, value in exif.get_ifd(ExifTags.IFD.Exif).items():
        folder[tag] = value
    plain = _tiff(samples, notes, exif, 0 if len(folder) else None)
    if not len(folder):
        return plain
    start = len(plain) + len(plain) % 2
    whole = _tiff(samples, notes, exif, start).ljust(start, b"\0")
    return whole + folder.tobytes(start)


def _tiff(samples: Samples, notes: Notes, exif: Image.Exif, folder: int | None) -> bytes:
    """A TIFF file that has its folder of EXIF at a place, or none."""
    kind, file = samples.kind, io.BytesIO()
    tags: list[tuple[int, int | str, int | None, Any, bool]] = [
        (tag, "s", None, str(exif[tag]), True)
        for tag in (270, 271, 272, 305, 306, 315, 33432)
        if isinstance(exif.get(tag), str)
    ]
    if notes.xmp:
        tags.append((700, "B", len(notes.xmp), notes.xmp, True))
    if folder is not None:
        tags.append((_PLACE, "I", 1, folder, True))
    values = samples.values[..., 0] if kind.channels == 1 else samples.values
    tifffile.imwrite(
        file,
        np.ascontiguousarray(values),
        byteorder="<",
        photometric={"grey": "minisblack", "rgb": "rgb", "cmyk": "separated"}[kind.model],
        planarconfig=None if kind.channels == 1 else "contig",
        extrasamples=[_OPACITIES[samples.premultiplied]] if kind.alpha else None,
        compression="zlib",
        predictor=not kind.floating and kind.dtype.itemsize < 4,
        iccprofile=samples.profile or None,
        resolution=notes.dpi,
        resolutionunit=None if notes.dpi is None else "inch",
        software=False,
        metadata=None,
        extratags=tags,
    )
    # tifffile keeps the tag itself for its own use.
    entry = struct.pack("<HHI", _PLACE, 4, 1)
    return file.getvalue().replace(entry, struct.pack("<HHI", ExifTags.IFD.Exif, 4, 1), 1)


_OPACITIES = {False: "unassalpha", True: "assocalpha"}
"""tifffile's names of an opacity, by whether it is multiplied into the colours."""

_PLACE = ExifTags.IFD.Exif + 1
"""A tag that nobody uses, beside that of the folder of EXIF: tags are in their order."""


def _exr(samples: Samples) -> bytes:
    """Light, its colours multiplied by their opacity."""
    values, kind = samples.values, samples.kind
    names = ("RGB" if kind.model == "rgb" else "Y") + "A" * kind.alpha
    channels = {name: np.ascontiguousarray(values[..., place]) for place, name in enumerate(names)}
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.exr"
        with OpenEXR.File(header, channels) as opened:
            opened.write(str(path))
        return path.read_bytes()
