"""Krita's colour spaces and the bridge's pixel formats."""

from __future__ import annotations

import re
from typing import NamedTuple

from krita import Node

from .bridge.contract.pixels import PixelFormat

SRGB = "sRGB-elle-V2-srgbtrc.icc"
LINEAR_SRGB = "sRGB-elle-V2-g10.icc"
GRAY = "Gray-D50-elle-V2-srgbtrc.icc"
LINEAR_GRAY = "Gray-D50-elle-V2-g10.icc"
"""Profiles that come with every Krita."""

_CURVED = re.compile(
    r"sRGB-elle-V\d-srgbtrc(\.icc)?|sRGB( built-in| IEC61966-?2[.-]1.*)?|GIMP built-in sRGB"
    r"|Artifex Software sRGB ICC Profile",
    re.IGNORECASE,
)
_LINEAR = re.compile(
    r"sRGB-elle-V\d-g10(\.icc)?|scRGB \(linear\)|GIMP built-in Linear sRGB"
    r"|krita-2\.5, lcms sRGB built-in with linear gamma TRC",
    re.IGNORECASE,
)
_GRAY = re.compile(r"Gray-D50-elle-V\d-srgbtrc(\.icc)?", re.IGNORECASE)
_LINEAR_GRAY = re.compile(r"Gray-D50-elle-V\d-g10(\.icc)?", re.IGNORECASE)
"""Krita tells a profile's name and nothing of its contents. These are what Krita, GIMP and cameras
call sRGB; a profile of any other name is converted, which is right also where it is sRGB."""


class Space(NamedTuple):
    """A colour space by the three names that Krita's own functions take."""

    model: str
    depth: str
    profile: str

    @classmethod
    def of(cls, node: Node) -> Space:
        return cls(node.colorModel(), node.colorDepth(), node.colorProfile())

    @classmethod
    def of_format(cls, format: PixelFormat) -> Space:
        """The space of pixels that the engine gave back."""
        grey = format.channels == "GA"
        curved, linear = (GRAY, LINEAR_GRAY) if grey else (SRGB, LINEAR_SRGB)
        model, depth = "GRAYA" if grey else "RGBA", format.depth.upper()
        return cls(model, depth, linear if format.linear else curved)

    def readable(self) -> Space:
        """This space where the engine knows its values, else one that keeps all of them.

        Linear floats are not bounded: colours that sRGB does not hold survive in them, on the way
        there and back.
        """
        if self._curved() or self._linear():
            return self
        grey = self.model == "GRAYA"
        depth = {"U8": "F16", "U16": "F32"}.get(self.depth, self.depth)
        return Space("GRAYA" if grey else "RGBA", depth, LINEAR_GRAY if grey else LINEAR_SRGB)

    def pixel_format(self) -> PixelFormat:
        """How pixels of this readable space lie in memory."""
        colour = "BGRA" if self.depth.startswith("U") else "RGBA"
        return PixelFormat(
            channels=colour if self.model == "RGBA" else "GA",
            depth=self.depth.lower(),
            linear=self._linear(),
        )

    def _curved(self) -> bool:
        return self._named(_CURVED, _GRAY)

    def _linear(self) -> bool:
        return self._named(_LINEAR, _LINEAR_GRAY)

    def _named(self, coloured: re.Pattern[str], grey: re.Pattern[str]) -> bool:
        pattern = {"RGBA": coloured, "GRAYA": grey}.get(self.model)
        return bool(pattern and pattern.fullmatch(self.profile.strip()))


SHOWN_SPACE = Space("RGBA", "U8", SRGB)
"""What a screen is given."""
