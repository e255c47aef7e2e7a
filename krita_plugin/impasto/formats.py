"""Krita's colour spaces and the bridge's pixel formats."""

from __future__ import annotations

import re
from typing import NamedTuple

from krita import Node

from .bridge.pixels import PixelFormat

SRGB = "sRGB-elle-V2-srgbtrc.icc"
LINEAR_SRGB = "sRGB-elle-V2-g10.icc"
"""Profiles that come with every Krita."""

_LINEAR = re.compile(r"-g10\b|linear|(?<![a-z])scrgb", re.IGNORECASE)
_SRGB_CURVE = re.compile(r"srgbtrc|(?<![a-z])srgb|\bsgray", re.IGNORECASE)
_OTHER_CURVE = re.compile(r"-(g18|g22|labl|rec709)\b", re.IGNORECASE)
_SRGB_PRIMARIES = re.compile(r"(?<![a-z])(sc|s)rgb(?!trc)", re.IGNORECASE)
"""Krita tells a profile's name and nothing of its contents; these read the names it ships, and
those that cameras and other programs embed ("sRGB IEC61966-2.1", "sRGB built-in")."""


class Space(NamedTuple):
    """A colour space by the three names that Krita's own functions take."""

    model: str
    depth: str
    profile: str

    @classmethod
    def of(cls, node: Node) -> Space:
        return cls(node.colorModel(), node.colorDepth(), node.colorProfile())

    def readable(self) -> Space:
        """This space where the engine knows its values, else the sRGB that keeps most of it."""
        if self._known():
            return self
        # Linear floats are not bounded: colours that sRGB does not hold survive in them.
        return Space("RGBA", self.depth, SRGB if self.depth.startswith("U") else LINEAR_SRGB)

    def pixel_format(self) -> PixelFormat:
        """How pixels of this readable space lie in memory."""
        colour = "BGRA" if self.depth.startswith("U") else "RGBA"
        return PixelFormat(
            channels=colour if self.model == "RGBA" else "GA",
            depth=self.depth.lower(),
            linear=bool(_LINEAR.search(self.profile)),
        )

    def _known(self) -> bool:
        linear = _LINEAR.search(self.profile)
        curve = linear or (
            _SRGB_CURVE.search(self.profile) and not _OTHER_CURVE.search(self.profile)
        )
        if self.model == "GRAYA":
            return bool(curve)
        return self.model == "RGBA" and bool(curve and _SRGB_PRIMARIES.search(self.profile))


SHOWN_SPACE = Space("RGBA", "U8", SRGB)
"""What a screen is given."""
