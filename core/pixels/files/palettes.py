"""Reduces a painting to a palette of 256 colours, in which unpainted pixels keep their entries."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.pixels.files.kinds import Kind
from core.pixels.files.samples import Samples

ENTRIES = 256

FEWEST = 16
"""The fewest free entries that are given new colours. With fewer, the painting uses the old
colours."""

Bytes = NDArray[np.uint8]


def painted(original: Samples, painted: Bytes, changed: NDArray[np.bool_]) -> Samples:
    """A picture with a palette, after painting.

    Args:
        original: the picture with its palette.
        painted: red, green and blue, shape (height, width, 3).
        changed: True at the painted pixels, shape (height, width).
    """
    assert original.palette is not None
    values, table = original.values[..., 0].copy(), original.palette.copy()
    if not changed.any():
        return original
    used = np.zeros(ENTRIES, bool)
    used[np.unique(values[~changed])] = True
    used |= table[:, 3] < 255  # transparent entries stay
    free = np.flatnonzero(~used)
    wanted = painted[changed]
    colors, places = _reduced(wanted, len(free))
    if len(free) >= min(FEWEST, len(colors)):
        table[free[: len(colors)], :3] = colors
        table[free[: len(colors)], 3] = 255
        values[changed] = free[places]
    else:
        opaque = np.flatnonzero(table[:, 3] == 255)
        values[changed] = opaque[_nearest(wanted, table[opaque, :3])]
    return Samples(original.kind, values[..., None], table, original.profile)


def indexed(colors: Bytes, painted: NDArray[np.bool_], profile: bytes) -> Samples:
    """A picture in a new palette.

    Args:
        colors: red, green, blue and perhaps opacity, shape (height, width, channels). A pixel is
            transparent if its opacity is less than half, else opaque.
        painted: True at the painted pixels. The others keep their colours if these are few enough.
        profile: of the colours.
    """
    values = np.zeros(colors.shape[:2], np.uint8)
    table = np.zeros((ENTRIES, 4), np.uint8)
    table[:, 3] = 255
    opaque = np.ones(values.shape, bool) if colors.shape[2] < 4 else colors[..., 3] >= 128
    alpha, first = not opaque.all(), 0
    if alpha:
        table[0, 3], first = 0, 1
    plain = colors[..., :3]
    kept, _ = _different(plain[opaque & ~painted])
    room = ENTRIES - first
    few = len(kept) <= (room - FEWEST if painted.any() else room)
    for pixels in (opaque & ~painted, opaque & painted) if few else (opaque,):
        if pixels.any():
            found, places = _reduced(plain[pixels], ENTRIES - first)
            table[first : first + len(found), :3] = found
            values[pixels] = first + places
            first += len(found)
    return Samples(Kind("palette", alpha=alpha), values[..., None], table, profile)


def _reduced(colors: Bytes, most: int) -> tuple[Bytes, NDArray[np.intp]]:
    """At most ``most`` colours that stand for others.

    Args:
        colors: the others, shape (count, 3).
        most: the number of colours.

    Returns:
        The colours, and for each of the others the place of the one that stands for it.
    """
    found, places = _different(colors)
    if len(found) <= most or most < 1:
        return found, places
    image = Image.fromarray(colors[None]).quantize(most, dither=Image.Dither.NONE)
    table = np.array(image.getpalette("RGB"), np.uint8).reshape(-1, 3)
    return table[:most], np.array(image)[0].astype(np.intp)


def _nearest(colors: Bytes, table: Bytes) -> NDArray[np.intp]:
    """For each colour the place of the nearest one in the table."""
    found, places = _different(colors)
    nearest = np.zeros(len(found), np.intp)
    least = np.full(len(found), np.inf)
    for place, entry in enumerate(table.astype(np.float32)):
        away = ((found - entry) ** 2).sum(axis=1)
        closer = away < least
        nearest[closer], least[closer] = place, away[closer]
    return nearest[places]


def _different(colors: Bytes) -> tuple[Bytes, NDArray[np.intp]]:
    """The different colours, and for each colour its place among them."""
    packed = colors @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    codes, places = np.unique(packed, return_inverse=True)
    found = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1).astype(np.uint8)
    return found, places.reshape(-1)
