"""Reads pictures at a smaller size than their files', if that is enough."""

from __future__ import annotations

import numpy as np

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import Pixels
from core.pixels.files.samples import Array
from core.pixels.imaging import array


def shrinkage(extent: Extent, enough: int) -> float:
    """The factor by which the sides of a picture may be divided, 1 or more.

    Args:
        extent: of the picture.
        enough: long side in pixels that is enough. The short side stays at least ``SHORTEST``.
    """
    return max(1.0, min(extent.long_side / enough, min(extent) / SHORTEST))


SHORTEST = 64
"""The shortest side in pixels that a picture is reduced to."""


def reduced(pixels: Pixels, factor: int) -> Pixels:
    """The pixels with sides divided by a whole number. Each is the mean of those it replaces."""
    if factor < 2:
        return pixels
    width, height = (side // factor for side in pixels.extent)
    values = array(pixels)
    made = np.empty((height, width, values.shape[2]), values.dtype)
    for row in range(height):
        band = values[row * factor : (row + 1) * factor, : width * factor].astype(np.float32)
        parts = band.reshape(factor, width, factor, -1).swapaxes(0, 1).reshape(width, factor**2, -1)
        made[row] = _mean(parts, pixels.format.has_alpha, values.dtype.kind != "f")
    return Pixels(Extent(width, height), pixels.format, made.tobytes())


def _mean(parts: Array, has_alpha: bool, whole: bool) -> Array:
    """The mean over axis 1. If there is an opacity, the last channel, it weights the colours."""
    if has_alpha:
        weight = parts[..., -1:]
        total = weight.sum(axis=1)
        color = (parts[..., :-1] * weight).sum(axis=1) / np.maximum(total, 1e-6)
        mean = np.concatenate([color, total / parts.shape[1]], axis=-1)
    else:
        mean = parts.mean(axis=1)
    return np.rint(mean) if whole else mean
