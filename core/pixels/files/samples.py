"""A decoded picture: samples of the file's own kind, upright, with their metadata."""

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
    """The metadata of a file.

    Attributes:
        exif: bytes as Pillow writes them, without orientation and thumbnail; b"" if there are none.
        xmp: bytes, without orientation; b"" if there are none.
        dpi: resolution in pixels per inch, across and down.
        texts: of PNG, by their keys.
        comment: of JPEG, GIF and PNG.
        unread: other metadata, which are not kept, in words.
    """

    exif: bytes = b""
    xmp: bytes = b""
    dpi: tuple[float, float] | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    comment: bytes = b""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Samples:
    """The samples of a picture, not converted.

    Attributes:
        kind: the meaning of the values.
        values: shape (height, width, channels), the opacity last. Black and white are 0 and 255.
            With a palette the values are places in it.
        palette: red, green, blue and opacity of each entry, uint8, shape (entries, 4).
        profile: the ICC profile of the colours; b"" if there is none.
        white: the value that means 1.
        premultiplied: True if the colours are multiplied by the opacity.
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
        """The opacity in the samples' own values, shape (height, width); None if there is none."""
        if not self.kind.alpha:
            return None
        if self.palette is not None:
            found: Array = self.palette[:, 3][self.values[..., 0]]
            return found
        return self.values[..., -1]


@dataclass(frozen=True)
class Decoded:
    """The result of a decoder.

    Attributes:
        samples: the pixels, upright.
        format: of the file, as Pillow names it.
        notes: the metadata.
        lossy: True if the file was compressed with loss.
        encoding: options for Pillow's ``save`` to encode in the same way.
        more: the number of other pictures in the file.
    """

    samples: Samples
    format: str
    notes: Notes = field(default_factory=Notes)
    lossy: bool = False
    encoding: Mapping[str, Any] = field(default_factory=dict)
    more: int = 0


def white_of(values: Array) -> float:
    """The value that means 1.

    Integers of more than 16 bits and signed integers do not tell. For them it is the first of 255,
    65535 and the largest of their type that no value exceeds.
    """
    if values.dtype.kind == "f":
        return 1.0
    if values.dtype.kind == "u" and values.dtype.itemsize < 4:
        return float(np.iinfo(values.dtype).max)
    largest, last = int(values.max()), int(np.iinfo(values.dtype).max)
    return float(next(top for top in (255, min(65535, last), last) if largest <= top))


def unread_channels(count: int, kind: Kind) -> tuple[str, ...]:
    """The channels of a file that are not part of its kind, such as saved selections, in words."""
    more = count - kind.channels
    if more < 1:
        return ()
    return ("an extra channel" if more == 1 else f"{more} extra channels",)
