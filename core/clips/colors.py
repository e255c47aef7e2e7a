"""How a video's numbers stand for colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_UNKNOWN = 2
"""What ITU-T H.273 calls a code point that is not given, of a matrix, primaries and a curve."""

_BT709, _BT601, _NARROW, _FULL = 1, 5, 1, 2

_MATRICES = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}
"""FFmpeg's converter's number of a matrix, by that of H.273."""

_HIGH = 720
"""Lines from which on a video that does not say is taken for one of BT.709, as players do."""


@dataclass(frozen=True)
class Colors:
    """The code points of H.273, and the range.

    Attributes:
        matrix: of luma and chroma.
        primaries: of the colours.
        curve: of the light.
        range: 1 is 16 to 235, 2 is 0 to 255.
    """

    matrix: int = _BT709
    primaries: int = 1
    curve: int = 1
    range: int = _NARROW

    @classmethod
    def of(cls, frame: Any) -> Colors:
        """Those of a decoded frame, with what it does not say as players take it."""
        matrix = int(frame.colorspace)
        if matrix == _UNKNOWN or matrix not in _MATRICES:
            matrix = _BT709 if frame.height >= _HIGH else _BT601
        # The formats whose names begin so have the full range.
        full = int(frame.color_range) == _FULL or frame.format.name.startswith("yuvj")
        return cls(
            matrix, int(frame.color_primaries), int(frame.color_trc), _FULL if full else _NARROW
        )

    @property
    def converter(self) -> int:
        """FFmpeg's converter's number of the matrix."""
        return _MATRICES[self.matrix]

    def describe(self, context: Any) -> None:
        """Have an encoder write them into the file."""
        context.colorspace, context.color_range = self.matrix, self.range
        context.color_primaries, context.color_trc = self.primaries, self.curve


FULL = _FULL
"""The range of RGB."""
