"""Decoders: a file into samples of its own kind, upright.

Pillow reads what has 8 bits a sample. What it would round to 8 bits or read wrongly goes to others:
16-bit PNG to libpng, TIFF of other depths to tifffile, OpenEXR to its own library.
"""

from __future__ import annotations

import functools
import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pillow_heif
from PIL import Image, UnidentifiedImageError

from core.bridge.contract.errors import BadInput
from core.bridge.storage.regular import open_regular
from core.pixels.files import exr, pillow, refused, tiff
from core.pixels.files.quiet import quiet
from core.pixels.files.samples import Decoded

_log = logging.getLogger(__name__)

_NOT_ASKED = frozenset({"EPS", "WMF", "MPEG", "FITS", "HDF5", "GRIB", "BUFR", "IPTC", "XVTHUMB"})
"""Pillow's formats that are no pictures of pixels, or that it starts another program for."""

_START = 1 << 16
"""Bytes of a file's beginning that are looked at."""


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
                with quiet():
                    return exr.decode(path)
            try:
                image = Image.open(file, formats=formats())
            except UnidentifiedImageError:
                if start.startswith(_TIFF):
                    return tiff.decode(path, file, 0)
                if (why := refused.by_start(path, start[:1024])) is not None:
                    raise BadInput.of(why) from None
                raise BadInput(
                    "{path} is not a picture of a kind Impasto reads (PNG, JPEG ...).", path=path
                ) from None
            with image:
                return pillow.decode(path, file, start, image, enough)


_EXR = b"\x76\x2f\x31\x01"
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


_WORDLESS = (LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, struct.error)
"""What a decoder trips over in a damaged file, and that says nothing to a person."""


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
