"""Decodes files to samples of their own kind, turned upright.

Pillow reads files of 8 bits per sample. Files that it would round to 8 bits or read wrongly go to
other decoders: 16-bit PNG to libpng, TIFF of other depths to tifffile, OpenEXR to its own library.
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
"""Pillow's formats that are not pictures of pixels, or for which it starts another program."""

_START = 1 << 16
"""How many of a file's first bytes are examined."""


@functools.cache
def formats() -> tuple[str, ...]:
    """The formats that Pillow reads for us."""
    Image.init()
    pillow_heif.register_heif_opener()
    # Pillow's limit of pixels is meant for servers. Ours is the memory, see core.system.room.
    Image.MAX_IMAGE_PIXELS = None
    return tuple(name for name in Image.OPEN if name not in _NOT_ASKED)


def endings() -> frozenset[str]:
    """The endings of the files that can be read."""
    known = formats()  # before the endings are counted, as it is what makes Pillow know all of them
    read = {ending for ending, name in Image.EXTENSION.items() if name in known}
    return frozenset({*read, ".exr"})


def decode(path: Path, enough: int | None = None) -> Decoded:
    """Read a file.

    Args:
        path: of the file.
        enough: long side in pixels that is enough: a larger picture may be read at a smaller size.

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
"""Errors of decoders in damaged files, whose texts mean nothing to a person."""


@contextmanager
def _any_error_told(path: Path) -> Iterator[None]:
    """Turn any error in the block into BadInput, as a damaged file can make a decoder raise any."""
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
