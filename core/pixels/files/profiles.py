"""Finds the colour profile of a file, which formats describe in several ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.pixels.files import colors


def profile_of(info: Mapping[Any, Any], format: str, model: str) -> bytes:
    """The profile of a file's colours; b"" is sRGB.

    In PNG an embedded profile precedes the sRGB chunk, which precedes gamma and primaries.

    Args:
        info: Pillow's, of the opened file.
        format: as Pillow names it.
        model: of the samples' kind.
    """
    if embedded := colors.usable(bytes(info.get("icc_profile") or b""), model):
        return embedded
    noted = _noted(info, format, model)
    return b"" if colors.is_srgb(noted, model) else noted


def _noted(info: Mapping[Any, Any], format: str, model: str) -> bytes:
    """The profile that a file describes by numbers; b"" is sRGB, or none."""
    if format == "PNG" and "srgb" not in info:
        gamma = float(info.get("gamma") or 0)
        if not 0.1 <= gamma <= 2:
            return b""
        if model == "grey":
            return colors.by_gamma(1 / gamma)
        points = info.get("chromaticity")
        white, corners = (
            (tuple(points[:2]), tuple(points[2:8])) if points else (_SRGB[:2], _SRGB[2:])
        )
        # With sRGB's own primaries, 0.45455 means its own curve, which is not a power function.
        usual = abs(gamma - 0.45455) < 0.005 and np.allclose((*white, *corners), _SRGB, atol=1e-3)
        return b"" if usual else colors.by_primaries(white, corners, 1 / gamma)
    if format == "HEIF" and (told := info.get("nclx_profile")):
        corner = [
            float(told[f"color_primary_{name}_{axis}"])
            for name in ("red", "green", "blue", "white")
            for axis in "xy"
        ]
        if told.get("color_primaries") in _NCLX_PRIMARIES and min(corner) > 0:
            return colors.by_primaries(tuple(corner[6:]), tuple(corner[:6]), None)
    return b""


_SRGB = (*colors.WHITE, *colors.PRIMARIES)

_NCLX_PRIMARIES = frozenset({9, 11, 12})
"""ITU-T H.273's numbers of primaries wider than sRGB's: BT.2020, DCI-P3, Display P3."""
