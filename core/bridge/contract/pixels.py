"""Raw pixels and their format, as hosts hand them over. No arithmetic on values here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .errors import BadInput
from .geometry import Box, Extent

DEPTHS = {"u8": 1, "u16": 2, "f16": 2, "f32": 4}
"""Bytes of one channel value: integers run from 0 to their maximum, floats from 0 to 1 and over."""

CHANNELS = frozenset({"G", "GA", "RGB", "RGBA", "BGR", "BGRA"})
"""Channel orders in memory. Alpha is straight (not multiplied into the colours)."""


@dataclass(frozen=True)
class PixelFormat:
    """How pixels lie in memory: rows without padding, channels interleaved, native byte order."""

    channels: str = "RGBA"
    depth: str = "u8"
    linear: bool = False
    """True where values are proportional to light; False where they follow the sRGB curve."""

    def __post_init__(self) -> None:
        if self.channels not in CHANNELS or self.depth not in DEPTHS:
            raise BadInput(
                "Pixels as {channels} {depth} are not a format Impasto knows.",
                channels=self.channels,
                depth=self.depth,
            )

    @property
    def bytes_per_pixel(self) -> int:
        return len(self.channels) * DEPTHS[self.depth]

    @property
    def has_alpha(self) -> bool:
        return self.channels.endswith("A")


def with_alpha(format: PixelFormat) -> PixelFormat:
    """That format, with an alpha if it has none: a painted layer's."""
    return PixelFormat(f"{format.channels.removesuffix('A')}A", format.depth, format.linear)


MASK = PixelFormat("G", "u8", linear=True)
"""A soft mask in 256 levels, which is what Krita gives."""


@dataclass(frozen=True)
class Pixels:
    """A picture in memory. ``data`` holds ``height * width * bytes_per_pixel`` bytes."""

    extent: Extent
    format: PixelFormat
    data: bytes | bytearray

    def __post_init__(self) -> None:
        width, height = self.extent
        expected = width * height * self.format.bytes_per_pixel
        if width < 1 or height < 1 or len(self.data) != expected:
            raise BadInput(
                "A picture of {width}x{height} px should hold {expected} bytes, not {count}.",
                width=width,
                height=height,
                expected=expected,
                count=len(self.data),
            )

    def crop(self, box: Box) -> Pixels:
        """The part in ``box``, which counts from this picture's own top left and lies inside."""
        if box == Box.of(self.extent):
            return self
        size = self.format.bytes_per_pixel
        stride = self.extent.width * size
        view = memoryview(self.data)
        starts = range(box.y * stride + box.x * size, box.bottom * stride, stride)
        rows = (view[start : start + box.width * size] for start in starts)
        return Pixels(box.extent, self.format, b"".join(rows))

    def with_part(self, part: Pixels, place: Box) -> Pixels:
        """This picture with another one of its format over what that covers, its corner at
        ``place``; some of that may lie outside."""
        seen = place.intersect(Box.of(self.extent))
        if seen.empty:
            return self
        size, rows = self.format.bytes_per_pixel, part.crop(seen.inside(place)).data
        data, row = bytearray(self.data), seen.width * size
        for line in range(seen.height):
            start = ((seen.y + line) * self.extent.width + seen.x) * size
            data[start : start + row] = rows[line * row : (line + 1) * row]
        return Pixels(self.extent, self.format, bytes(data))

    def as_opaque_as(self, other: Pixels) -> Pixels:
        """These colours with the alpha of a picture of the same size and format."""
        size, depth = self.format.bytes_per_pixel, DEPTHS[self.format.depth]
        data = bytearray(self.data)
        for byte in range(size - depth, size):
            data[byte::size] = other.data[byte::size]
        return Pixels(self.extent, self.format, bytes(data))

    @cached_property
    def identity(self) -> str:
        """What tells these pixels from all others, by a hash of all bytes, which stay as they are
        from the first call on."""
        import hashlib  # here, as a host that starts has no use for it

        return f"{self.header()} {hashlib.sha256(self.data).hexdigest()}"

    def header(self) -> dict[str, Any]:
        """Everything but the bytes, as JSON can carry it."""
        return announcement(self.extent, self.format)

    @classmethod
    def from_header(cls, header: dict[str, Any], data: bytes | bytearray) -> Pixels:
        """The inverse of :meth:`header`. Raises BadInput where bytes and header disagree."""
        return cls(*announced(header), data)


def announcement(extent: Extent, format: PixelFormat) -> dict[str, Any]:
    """What a header says of pixels, also of such as travel in another way."""
    return {
        "extent": list(extent),
        "channels": format.channels,
        "depth": format.depth,
        "linear": format.linear,
    }


def announced(header: dict[str, Any]) -> tuple[Extent, PixelFormat]:
    """What a header says of its picture. Raises BadInput where it is none."""
    try:
        width, height = header["extent"]
        if not (type(width) is type(height) is int):
            raise TypeError(f"{width}x{height} px")
        format = PixelFormat(header["channels"], header["depth"], bool(header["linear"]))
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            "A picture arrived without a usable header ({error}).", error=error
        ) from error
    return Extent(width, height), format
