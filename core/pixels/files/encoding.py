"""Encoders: from samples of a kind that a format holds to the bytes of a file."""

from __future__ import annotations

import io
import struct
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from core.pixels.files.kinds import WITH_PROFILE, WITH_RESOLUTION, Kind
from core.pixels.files.notes import held, loaded
from core.pixels.files.samples import Notes, Samples

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
"""Pillow's modes of the kinds that it writes."""


def encode(
    samples: Samples, format: str, notes: Notes, how: Mapping[str, Any], lossy: bool
) -> bytes:
    """The bytes of a file.

    Args:
        samples: of a kind that the format holds. Their profile is embedded if the format can.
        format: as Pillow names it, or EXR.
        notes: the metadata; what the format does not hold is left out.
        how: the encoding of the picture's own file, if that has the same format.
        lossy: True if the picture's own file was lossy, so that exact values are not worth their
            bytes.

    Raises:
        Exception: whatever an encoder raises.
    """
    notes = held(notes, format)
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
    del samples  # the image has its own copy of them, and the file's bytes come next
    return _saved(image, format, options)


def _saved(image: Image.Image, format: str, options: Mapping[str, Any]) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    image.close()  # which frees its memory: the file's bytes are copied next
    return file.getvalue()


def _image(samples: Samples) -> Image.Image:
    mode = _MODES[samples.kind]
    if mode == "1":
        return Image.fromarray(samples.values[..., 0] >= 128)
    data = np.ascontiguousarray(samples.values).data.cast("B")
    image = Image.frombytes(mode, (samples.extent.width, samples.extent.height), data)
    if samples.palette is not None:
        image.putpalette(samples.palette[:, :3].tobytes())
    return image


def _usual(format: str, lossy: bool) -> dict[str, Any]:
    """The default options of an encoder."""
    return {
        "JPEG": {"quality": 95, "subsampling": 0},
        "WEBP": {"quality": 95} if lossy else {"lossless": True, "exact": True},
        "AVIF": {"quality": 95, "subsampling": "4:4:4"},
        "HEIF": {"quality": 95, "chroma": 444},
        "GIF": {"optimize": False},
    }.get(format, {})


def _transparency(samples: Samples, format: str) -> int | bytes:
    """The transparency of a palette, as Pillow takes it.

    GIF has one transparent entry, PNG an opacity for each entry.
    """
    assert samples.palette is not None
    opacity = samples.palette[:, 3]
    return int(opacity.argmin()) if format == "GIF" else opacity.tobytes()


def _kept(samples: Samples, format: str, notes: Notes) -> dict[str, Any]:
    """The profile and the notes as options of Pillow's ``save``."""
    kept: dict[str, Any] = {}
    if samples.profile and format in WITH_PROFILE:
        kept["icc_profile"] = samples.profile
    if notes.dpi is not None and format in WITH_RESOLUTION:
        kept["dpi"] = notes.dpi
    if format == "TIFF":
        kept["exif"] = loaded(notes.exif)
        if notes.xmp:
            kept["exif"][700] = notes.xmp
        return kept
    if notes.exif:
        kept["exif"] = notes.exif
    if format == "PNG":
        kept["pnginfo"] = _texts(notes)
        return kept
    if notes.xmp:
        kept["xmp"] = notes.xmp
    if notes.comment:
        kept["comment"] = notes.comment
    return kept


def _texts(notes: Notes) -> PngInfo:
    found = PngInfo()
    comment = {"Comment": _decoded(notes.comment)} if notes.comment else {}
    for key, text in {**notes.texts, **comment}.items():
        if text.isascii() and "\n" not in key:
            found.add_text(key, text)
        else:
            found.add_itxt(key, text)
    if notes.xmp:
        found.add_itxt("XML:com.adobe.xmp", notes.xmp.decode("utf-8", "replace"))
    return found


def _decoded(comment: bytes) -> str:
    """The text of a comment. JPEG and GIF do not say its encoding."""
    try:
        return comment.decode()
    except UnicodeDecodeError:
        return comment.decode("latin-1")


def _deep_png(samples: Samples, notes: Notes) -> bytes:
    """A PNG of 16 bits per sample, with the chunks that Pillow makes of profile and notes."""
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
    """The type and all the bytes of each chunk."""
    at = 8
    while at < len(png):
        end = at + 12 + int(struct.unpack_from(">I", png, at)[0])
        yield png[at + 4 : at + 8], png[at:end]
        at = end


def _deep_ppm(samples: Samples, notes: Notes) -> bytes:
    """A PPM or PGM of 16 bits per sample. It holds no notes."""
    sign = b"P5" if samples.kind.model == "grey" else b"P6"
    head = b"%b\n%d %d\n65535\n" % (sign, *samples.extent)
    return head + samples.values.astype(">u2").tobytes()


def _deep_tiff(samples: Samples, notes: Notes) -> bytes:
    """A TIFF of any depth. EXIF's directories, which tifffile does not write, follow the pixels."""
    exif = loaded(notes.exif)
    folders = {int(tag): found for tag in _FOLDERS if (found := exif.get_ifd(tag))}
    end = len(_tiff(samples, notes, exif, dict.fromkeys(folders, 0)))
    places: dict[int, int] = {}
    behind = b""
    for tag, found in folders.items():
        behind = behind.ljust(len(behind) + (end + len(behind)) % 2, b"\0")
        places[tag] = end + len(behind)
        folder = ImageFileDirectory_v2(b"II\x2a\x00\x00\x00\x00\x00")
        folder.update(found)
        behind += folder.tobytes(places[tag])
    return _tiff(samples, notes, exif, places) + behind


def _tiff(samples: Samples, notes: Notes, exif: Image.Exif, places: Mapping[int, int]) -> bytes:
    """A TIFF file with EXIF's directories, by their tags, at these places."""
    import tifffile  # here and below, as few files need it

    kind, file = samples.kind, io.BytesIO()
    tags: list[tuple[int, int | str, int | None, Any, bool]] = [
        (tag, "s", None, str(exif[tag]), True)
        for tag in (270, 271, 272, 305, 306, 315, 33432)
        if isinstance(exif.get(tag), str)
    ]
    for tag, data in ((700, notes.xmp), (_IPTC, exif.get(_IPTC))):
        if data and isinstance(data, bytes):
            tags.append((tag, "B", len(data), data, True))
    tags += [(tag + 1, "I", 1, place, True) for tag, place in places.items()]
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
    made = file.getvalue()
    for tag in places:
        # tifffile reserves these tags. The next higher numbers are free, and keep the tags in
        # order, so they were written instead and are renamed here.
        made = made.replace(struct.pack("<HHI", tag + 1, 4, 1), struct.pack("<HHI", tag, 4, 1), 1)
    return made


_IPTC = 33723

_FOLDERS = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo)

_OPACITIES = {False: "unassalpha", True: "assocalpha"}
"""tifffile's names of an alpha channel, by whether colours are premultiplied."""


def _exr(samples: Samples) -> bytes:
    """An OpenEXR file: linear light, premultiplied by the opacity."""
    import OpenEXR

    values, kind = samples.values, samples.kind
    names = ("RGB" if kind.model == "rgb" else "Y") + "A" * kind.alpha
    channels = {name: np.ascontiguousarray(values[..., place]) for place, name in enumerate(names)}
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.exr"
        with OpenEXR.File(header, channels) as opened:
            opened.write(str(path))
        return path.read_bytes()
