"""A selection as it was at one moment, and as a result layer can keep it."""

from __future__ import annotations

import base64
import zlib
from typing import Any, NamedTuple

from krita import Document

from .bridge import outside
from .bridge.geometry import Box


class Mask(NamedTuple):
    """How much each pixel of a box is selected: one byte a pixel, 0 outside of the box."""

    box: Box
    data: bytes

    @classmethod
    def of(cls, document: Document) -> Mask | None:
        """The selection of a document as it is now; None where nothing is selected."""
        chosen = document.selection()
        if chosen is None:
            return None
        box = Box(chosen.x(), chosen.y(), chosen.width(), chosen.height())
        return cls(box, bytes(chosen.pixelData(*box)))

    def cut(self, box: Box) -> bytes:
        """The mask in another box of the canvas."""
        if box == self.box:
            return self.data
        part = self.box.intersect(box)
        if part.empty:
            return bytes(box.extent.area)
        left, right = bytes(part.x - box.x), bytes(box.right - part.right)
        start = (part.y - self.box.y) * self.box.width + part.x - self.box.x
        rows = (
            left + self.data[at : at + part.width] + right
            for at in range(start, start + part.height * self.box.width, self.box.width)
        )
        above, below = part.y - box.y, box.bottom - part.bottom
        return bytes(above * box.width) + b"".join(rows) + bytes(below * box.width)

    def as_mapping(self) -> dict[str, Any]:
        """As JSON can carry it."""
        packed = base64.b64encode(zlib.compress(self.data)).decode()
        return {"box": list(self.box), "data": packed}

    @classmethod
    def from_mapping(cls, values: object) -> Mask:
        """The inverse. Raises ValueError or KeyError for anything else."""
        if not isinstance(values, dict):
            raise ValueError("no mask")
        box = outside.box(values["box"])
        return cls(box, outside.unpacked(values["data"], box.extent.area))
