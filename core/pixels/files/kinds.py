"""Kinds of pictures, which say what samples mean, and the kinds that each file format can hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

DEPTHS: Mapping[str, str] = {
    "u1": "8-bit",
    "u2": "16-bit",
    "u4": "32-bit",
    "i2": "signed 16-bit",
    "i4": "signed 32-bit",
    "f2": "16-bit float",
    "f4": "float",
    "f8": "64-bit float",
}
"""Types of a sample in words, by numpy's name."""

_MODELS: Mapping[str, tuple[int, str]] = {
    "bit": (1, "black and white"),
    "grey": (1, "grey"),
    "rgb": (3, "RGB"),
    "palette": (1, "256 colours"),
    "cmyk": (4, "CMYK"),
    "lab": (3, "LAB"),
    "ycbcr": (3, "YCbCr"),
}
"""The number of samples of a colour, and the model in words."""

_FULL = frozenset({"rgb", "cmyk", "lab", "ycbcr"})
"""Models that hold every colour."""


@dataclass(frozen=True)
class Kind:
    """The meaning of a picture's samples.

    Attributes:
        model: a key of ``_MODELS``.
        depth: a key of ``DEPTHS``.
        alpha: True if the last sample of a pixel is its opacity. A palette has it in its entries.
    """

    model: str
    depth: str = "u1"
    alpha: bool = False

    def __str__(self) -> str:
        model = _MODELS[self.model][1]
        depth = "" if self.model in ("bit", "palette") else f"{DEPTHS[self.depth]} "
        return f"{depth}{model}{' with transparency' * self.alpha}"

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(self.depth)

    @property
    def floating(self) -> bool:
        return self.depth.startswith("f")

    @property
    def colors(self) -> int:
        """Samples per pixel without the opacity."""
        return _MODELS[self.model][0]

    @property
    def channels(self) -> int:
        return self.colors + (self.alpha and self.model != "palette")

    @property
    def painted(self) -> Kind:
        """The kind that a painting needs, which has more colours than two or a palette."""
        if self.model == "palette":
            return Kind("rgb", alpha=self.alpha)
        return replace(self, model="grey") if self.model == "bit" else self


def _kinds(models: str, depths: str = "u1", alpha: bool = False) -> frozenset[Kind]:
    opacities = (False, True) if alpha else (False,)
    return frozenset(Kind(*each) for each in product(models.split(), depths.split(), opacities))


_DEEP = "u1 u2 u4 i2 i4 f2 f4 f8"

HELD: Mapping[str, frozenset[Kind]] = {
    "PNG": _kinds("bit") | _kinds("palette", alpha=True) | _kinds("grey rgb", "u1 u2", alpha=True),
    "TIFF": _kinds("bit palette cmyk lab ycbcr") | _kinds("grey rgb", _DEEP, alpha=True),
    "JPEG": _kinds("grey rgb cmyk"),
    "WEBP": _kinds("rgb", alpha=True),
    "AVIF": _kinds("rgb", alpha=True),
    "HEIF": _kinds("rgb", alpha=True),
    "GIF": _kinds("palette", alpha=True),
    "BMP": _kinds("bit palette grey rgb"),
    "TGA": _kinds("palette") | _kinds("grey rgb", alpha=True),
    "PPM": _kinds("bit") | _kinds("grey rgb", "u1 u2"),
    "JPEG2000": _kinds("grey rgb", alpha=True),
    "EXR": _kinds("grey rgb", "f2 f4", alpha=True),
    "ICO": _kinds("rgb", alpha=True),
    "PCX": _kinds("bit palette grey rgb"),
    "SGI": _kinds("grey") | _kinds("rgb", alpha=True),
    "PDF": _kinds("grey rgb"),
}
"""The kinds that Impasto writes, by format as Pillow names it."""

WITH_PROFILE = frozenset({"PNG", "TIFF", "JPEG", "WEBP", "AVIF", "HEIF"})
"""Formats that hold a colour profile."""

WITH_NOTES = frozenset({"PNG", "TIFF", "JPEG", "WEBP", "AVIF", "HEIF"})
"""Formats that hold EXIF and XMP."""

WITH_RESOLUTION = frozenset({"PNG", "TIFF", "JPEG", "BMP", "PDF"})
"""Formats that hold a resolution besides the one in EXIF."""

WITH_COMMENT = frozenset({"PNG", "JPEG", "GIF"})
"""Formats that hold a comment."""

LARGEST: Mapping[str, int] = {
    "JPEG": 65535,
    "WEBP": 16383,
    "GIF": 65535,
    "ICO": 256,
    "AVIF": 65536,
    "HEIF": 16384,
    "PCX": 65535,
    "TGA": 65535,
    "SGI": 65535,
}
"""The most pixels along a side, of formats whose limit a picture can reach."""


def nearest(kind: Kind, held: Iterable[Kind]) -> Kind:
    """The kind, of those that a format holds, that loses least of a picture."""
    return min(held, key=lambda other: (_loss(kind, other), _change(kind, other)))


def loses(kind: Kind, other: Kind) -> bool:
    """Whether a picture of one kind loses anything in the other."""
    remixed = kind.model in _FULL - {"rgb"} and other.model != kind.model
    return remixed or any(_loss(kind, other))


def _loss(kind: Kind, other: Kind) -> tuple[int, int, int]:
    """The loss of opacity, of colours and of levels, the worst first."""
    return (
        int(kind.alpha and not other.alpha),
        _colors_lost(kind.model, other.model),
        max(0, _precision(kind) - _precision(other)),
    )


def _colors_lost(model: str, other: str) -> int:
    """0 if no colours are lost; larger the fewer are left."""
    if model in (other, "bit") or other in _FULL:
        return 0
    if model == "grey":
        return {"palette": 1, "bit": 3}[other]
    return {"palette": 1, "grey": 2, "bit": 3}[other]


def _change(kind: Kind, other: Kind) -> tuple[int | str, ...]:
    """How different another kind is, to choose among those that lose the same."""
    return (
        int(kind.model != other.model),
        list(_MODELS).index(other.model),
        int(other.alpha and not kind.alpha),
        int(kind.depth != other.depth),
        _precision(other),
        other.depth,
    )


def _precision(kind: Kind) -> int:
    """The bits of a sample; of a float those of its mantissa, and some more for its range."""
    return {"f2": 15, "f4": 33, "f8": 64}.get(kind.depth, 8 * kind.dtype.itemsize)
