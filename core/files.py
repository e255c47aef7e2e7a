"""Picture files: read into pixels, and written back in the mode they came in.

Pillow reads and writes whatever has 8 bits a channel; OpenCV, which keeps all 16, the rest.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError

from core.bridge.errors import BadInput, ImpastoError
from core.bridge.geometry import Extent
from core.bridge.pixels import PixelFormat, Pixels
from core.imaging import Picture, array, to_picture, to_pixels

_CHANNELS = {"L": "G", "LA": "GA", "RGB": "RGB", "RGBA": "RGBA"}
_PAINTED_AS = {"1": "L", "P": "RGB", "PA": "RGBA", "CMYK": "RGB", "YCbCr": "RGB", "LAB": "RGB"}
"""The mode a picture is painted in, where that is another than its own."""

_KEPT: tuple[str, ...] = ("dpi", "icc_profile")
_WITHOUT_ALPHA = frozenset({".jpg", ".jpeg", ".bmp"})
_WITH_16_BITS = frozenset({".png", ".tif", ".tiff"})


@dataclass(frozen=True)
class File:
    """A picture file's pixels, and what is needed to write others like it.

    Attributes:
        pixels: 8 or 16 bits a channel, grey or colour, with alpha where the file has it.
        mode: Pillow's name of the file's own mode.
        extras: resolution and colour profile, as Pillow's ``save`` takes them.
    """

    pixels: Pixels
    mode: str
    extras: Mapping[str, Any] = field(default_factory=dict)

    def picture(self) -> Picture:
        return to_picture(self.pixels)


def read(path: Path) -> File:
    """Read a picture, turned upright as its camera noted.

    Raises:
        BadInput: no such file, or not a picture.
    """
    try:
        with Image.open(path) as image:
            if _deep(image):
                return _read_deep(path)
            upright = ImageOps.exif_transpose(image)
            kept = {key: upright.info[key] for key in _KEPT if key in upright.info}
            mode = upright.mode
            if mode == "P" and "transparency" in upright.info:
                target = "RGBA"
            else:
                target = mode if mode in _CHANNELS else _PAINTED_AS.get(mode, "RGB")
            plain = upright if mode == target else upright.convert(target)
            format = PixelFormat(_CHANNELS[target], "u8")
            return File(Pixels(Extent(*plain.size), format, plain.tobytes()), mode, kept)
    except FileNotFoundError as error:
        raise BadInput(f"There is no file {path}: check its name.") from error
    except IsADirectoryError as error:
        raise BadInput(f"{path} is a folder: name a picture's file.") from error
    except UnidentifiedImageError as error:
        raise BadInput(
            f"{path} is not a picture of a kind Impasto reads (PNG, JPEG ...)."
        ) from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadInput(f"{path} can't be read as a picture: {error}.") from error


def read_mask(path: Path, extent: Extent) -> Pixels:
    """Read a mask: its luma, fitted to ``extent`` where it has the same proportions.

    Raises:
        BadInput: no such file, not a picture, or of other proportions.
    """
    pixels = read(path).pixels
    if pixels.extent == extent and pixels.format.channels == "G":
        return pixels
    picture = to_picture(pixels)
    width, height = picture.extent
    # One pixel of rounding is what a shrunken copy of the right mask may be off by.
    if abs(width * extent.height - height * extent.width) > max(width, height, *extent):
        raise BadInput(
            f"The mask {path} is {width}x{height} px, the picture "
            f"{extent.width}x{extent.height}: make them the same size."
        )
    whole = Picture(picture.color * picture.alpha, torch.ones_like(picture.alpha))
    return to_pixels(whole.resize(extent), PixelFormat("G", "u16"))


def write(file: File, path: Path) -> None:
    """Write a picture in its file's own mode; the name's ending says the format.

    Raises:
        BadInput: the format can't hold the picture's alpha or its 16 bits, or is unknown.
        ImpastoError: the file can't be written.
    """
    check_writable(file.pixels.format, path)
    unfinished = path.with_name(f".{path.name}.partial{path.suffix}")
    try:
        if file.pixels.format.depth == "u8":
            _to_image(file).save(unfinished, quality=95, **file.extras)
        else:
            _write_deep(file, unfinished)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise ImpastoError(f"{path} can't be written: {error}.") from error


def check_writable(format: PixelFormat, path: Path) -> None:
    """Raise BadInput where ``write`` would, before hours of work rather than after."""
    suffix = path.suffix.lower()
    if not suffix:
        raise BadInput(f"{path} has no ending that says its format, such as .png.")
    Image.init()
    if suffix not in Image.EXTENSION or Image.EXTENSION[suffix] not in Image.SAVE:
        raise BadInput(f"{path}: '{suffix}' is not a format Impasto writes; take .png.")
    if format.has_alpha and suffix in _WITHOUT_ALPHA:
        raise BadInput(f"{path}: {suffix} can't hold the picture's transparency; take .png.")
    if format.depth != "u8" and suffix not in _WITH_16_BITS:
        raise BadInput(f"{path}: {suffix} can't hold 16 bits a channel; take .png or .tif.")
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent} to write {path.name} into: make it.")
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name a file to write.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise BadInput(f"{path} can't be written: choose another folder.")


def _deep(image: Image.Image) -> bool:
    """Whether the file has 16 bits a channel, which Pillow keeps for grey pictures only."""
    return image.mode.startswith("I;16") or any(
        ";16" in str(tile[3]) for tile in getattr(image, "tile", ())
    )


def _read_deep(path: Path) -> File:
    flags = cv2.IMREAD_UNCHANGED
    decoded = cv2.imdecode(np.fromfile(path, np.uint8), flags)
    if decoded is None or decoded.dtype != np.uint16:
        raise BadInput(f"{path} has 16 bits a channel in a way Impasto can't read: take PNG.")
    if decoded.ndim == 2:
        decoded = decoded[..., None]
    channels = {1: "G", 3: "BGR", 4: "BGRA"}[decoded.shape[2]]
    height, width = decoded.shape[:2]
    pixels = Pixels(Extent(width, height), PixelFormat(channels, "u16"), decoded.tobytes())
    return File(pixels, "I;16" if channels == "G" else channels)


def _write_deep(file: File, path: Path) -> None:
    done, encoded = cv2.imencode(path.suffix, array(file.pixels))
    if not done:
        raise OSError("the encoder refused it")
    path.write_bytes(encoded.tobytes())


def _to_image(file: File) -> Image.Image:
    modes = {channels: mode for mode, channels in _CHANNELS.items()}
    mode = modes[file.pixels.format.channels]
    image = Image.frombytes(mode, file.pixels.extent, file.pixels.data)
    if file.mode == mode:
        return image
    if file.mode in ("P", "PA"):
        return image.quantize() if mode == "RGBA" else image.quantize(dither=Image.Dither.NONE)
    return image.convert(file.mode)
