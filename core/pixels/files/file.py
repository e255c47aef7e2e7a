"""Picture files: their own samples, and the pixels that are painted."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.pixels.files import colors
from core.pixels.files.decoding import decode
from core.pixels.files.kinds import Kind
from core.pixels.files.reducing import reduced, shrinkage
from core.pixels.files.samples import Decoded, Notes, Samples
from core.pixels.imaging import Picture, array, to_picture, to_pixels


@dataclass(frozen=True)
class File:
    """A picture, with all that is needed to write a painting in the same form.

    Attributes:
        pixels: sRGB, 8 or 16 bits or floats, grey or colour, with alpha if the file has it.
        read: the pixels before anything was painted.
        decoded: the file's own samples and metadata.
        path: of the file, if there is one.
        stamp: the file's time of modification and its size when it was read.
        coverage: the opacity of the painting at each pixel, 0..1, shape (height, width), if known.
    """

    pixels: Pixels
    read: Pixels
    decoded: Decoded
    path: Path | None = None
    stamp: tuple[int, int] | None = None
    coverage: NDArray[np.float32] | None = None

    @classmethod
    def fresh(cls, pixels: Pixels, dpi: tuple[float, float] | None = None) -> File:
        """A picture that does not come from a file."""
        values = array(pixels)
        kind = Kind(
            "grey" if pixels.format.channels.startswith("G") else "rgb",
            values.dtype.str[1:],
            pixels.format.has_alpha,
        )
        white = 1.0 if kind.floating else float(np.iinfo(kind.dtype).max)
        samples = Samples(kind, values, white=white)
        return cls(pixels, pixels, Decoded(samples, "", Notes(dpi=dpi)))

    @property
    def name(self) -> str:
        """The name of the file, for a person."""
        return "the picture" if self.path is None else self.path.name

    @property
    def unseen(self) -> str:
        """A sentence about what of the file is not read; "" if all is."""
        more = self.decoded.more
        if not more:
            return ""
        return f"{self.name} holds {more + 1} pictures: only the first is painted."

    def painted(self, pixels: Pixels, coverage: NDArray[np.float32] | None = None) -> File:
        """The file with other pixels of the same format, and the painting's opacity at each."""
        return replace(self, pixels=pixels, coverage=coverage)

    def picture(self) -> Picture:
        return to_picture(self.pixels)


def read(path: Path, enough: int | None = None) -> File:
    """Read a picture, turned upright as its camera noted.

    Args:
        path: of the file.
        enough: long side in pixels that is enough: a larger picture may be read at a smaller size.

    Raises:
        BadInput: there is no such file, or it is not a picture that can be read.
    """
    decoded = decode(path, enough)
    pixels = colors.to_working(decoded.samples)
    if enough is not None:
        pixels = reduced(pixels, int(shrinkage(pixels.extent, enough)))
    return File(pixels, pixels, decoded, path, stamp(path))


def read_flat(path: Path) -> Picture:
    """Read a picture whose colours are labels: as in the file, without its profile.

    Raises:
        BadInput: as :func:`read`.
    """
    samples = decode(path).samples
    if samples.kind.model not in ("cmyk", "lab"):
        samples = replace(samples, profile=b"")
    return to_picture(colors.to_working(samples))


def read_mask(path: Path, extent: Extent) -> Pixels:
    """Read a mask, which is the luma of a picture, at the size ``extent``.

    Raises:
        BadInput: there is no such file, it is not a picture, or it has other proportions.
    """
    return as_mask(read(path).pixels, extent, path)


def as_mask(pixels: Pixels, extent: Extent, path: Path) -> Pixels:
    """The luma of a picture as a mask of a size. Raises BadInput, which names its ``path``, where
    it has other proportions."""
    if pixels.extent == extent and pixels.format.channels == "G" and not pixels.format.linear:
        return pixels
    picture = to_picture(pixels)
    width, height = picture.extent
    # The sides of a shrunken copy of the right mask may be rounded by one pixel.
    if abs(width * extent.height - height * extent.width) > max(width, height, *extent):
        raise BadInput(
            "The mask {path} is {width}x{height} px, the picture {wide}x{high}: make them the "
            "same size.",
            path=path,
            width=width,
            height=height,
            wide=extent.width,
            high=extent.height,
        )
    whole = Picture(picture.color * picture.alpha, torch.ones_like(picture.alpha))
    return to_pixels(whole.resize(extent), PixelFormat("G", "u16"))


def stamp(path: Path) -> tuple[int, int] | None:
    """The time of modification and the size of a file, which tell whether it was changed."""
    try:
        found = os.stat(path)  # noqa: PTH116 - of a name in any form
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
