"""A picture as its file has it: samples of its own kind, upright, and what goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.bridge.contract.geometry import Extent
from core.pixels.files.kinds import Kind

Array = NDArray[Any]


@dataclass(frozen=True)
class Notes:
    """What a file tells beside its pixels.

    Attributes:
        exif: its bytes as Pillow writes them, without orientation and thumbnail; empty for none.
        xmp: likewise.
        dpi: pixels an inch, across and down.
        texts: of PNG, by their keys.
        comment: of JPEG, GIF and PNG.
        unread: what the file tells besides and nobody keeps, in words.
    """

    exif: bytes = b""
    xmp: bytes = b""
    dpi: tuple[float, float] | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    comment: bytes = b""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Samples:
    """A decoded picture, nothing of it converted.

    Attributes:
        kind: what the values mean.
        values: shape (height, width, channels); opacity last. Black and white are 0 and 255; a
            palette's are places in it.
        palette: red, green, blue and opacity of each entry, uint8 of shape (entries, 4).
        profile: the ICC profile that the colours follow; empty where there is none.
        white: the value that stands for 1.
        premultiplied: whether the colours are multiplied by the opacity.
    """

    kind: Kind
    values: Array
    palette: NDArray[np.uint8] | None = None
    profile: bytes = b""
    white: float = 255.0
    premultiplied: bool = False

    @property
    def extent(self) -> Extent:
        return Extent(self.values.shape[1], self.values.shape[0])

    @property
    def colors(self) -> Array:
        """The values without opacity, a view."""
        return self.values[..., : self.kind.colors]

    @property
    def alpha(self) -> Array | None:
        """The opacity in the samples' own values, shape (height, width); None for opaque kinds."""
        if not self.kind.alpha:
            return None
        if self.palette is not None:
            found: Array = self.palette[:, 3][self.values[..., 0]]
            return found
        return self.values[..., -1]


@dataclass(frozen=True)
class Decoded:
    """What a decoder gives.

    Attributes:
        samples: the pixels, upright.
        format: the file's, as Pillow names it.
        notes: what it tells beside them.
        lossy: whether the file itself keeps no exact values.
        encoding: how it was encoded, as Pillow's ``save`` takes it for the same format.
        more: pictures in the file besides this one.
    """

    samples: Samples
    format: str
    notes: Notes = field(default_factory=Notes)
    lossy: bool = False
    encoding: Mapping[str, Any] = field(default_factory=dict)
    more: int = 0


def white_of(values: Array) -> float:
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


def unread_channels(count: int, kind: Kind) -> tuple[str, ...]:
    """Of a file's channels those that are no part of its kind, such as saved selections."""
    more = count - kind.channels
    if more < 1:
        return ()
    return ("an extra channel" if more == 1 else f"{more} extra channels",)
