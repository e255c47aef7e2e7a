"""Finds the flat colours of a picture, and of which of them the pixels in between are mixed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from core.bridge.contract.errors import Reason
from core.bridge.contract.label_styles import SAME

FLAT = 8
"""The largest difference of values within 3x3 px of a flat area. Exact colours have 0, and blocks
of JPEG at quality 50 up to 6. A feather of 30 px between two colours has 8 and more."""

FEWEST = 12, 1e-4
"""The fewest flat pixels of a label's colour, and their smallest share of the picture. In the maps
that were tried an antialiased edge has 2 of a colour by accident, and a drawn eye has 116."""

MOST = 32
"""The most labels in a picture. More are noise, and every pair of labels is compared."""

SHARP = 0.5
"""The smallest share of a label's flat pixels that are within ``FLAT`` of its colour. A wide
feather and a sky are flat too, but no colour stands out there."""

REACH = 32
"""How many pixels further than the nearest area an area may be whose colour a pixel is mixed of:
the widest feather."""

_SQUARE = np.ones((3, 3), np.uint8)


class Color(NamedTuple):
    """Red, green and blue, 0 to 255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


class NoLabels(Reason):
    """The reason why a picture is not a label map."""


def palette(colors: NDArray[np.float32], counts: NDArray[np.int64], fewest: float) -> list[Color]:
    """The colours of a picture's labels, the largest first.

    Args:
        colors: all colours of the picture, shape (colours, 3).
        counts: the number of flat pixels of each.
        fewest: the fewest flat pixels of a label.

    Raises:
        NoLabels: there are too many, or none.
    """
    counts, found = counts.copy(), list[Color]()
    while counts.sum() >= fewest:
        middle = colors[counts.argmax()]
        distance = away_from(colors, middle)
        near, sharp = (int(counts[distance <= radius].sum()) for radius in (SAME, FLAT))
        if sharp >= max(fewest, SHARP * near):
            found.append(Color(*middle.astype(int).tolist()))
        if len(found) > MOST:
            raise NoLabels("it has more than {most} flat colours (draw with fewer)", most=MOST)
        counts[distance <= SAME] = 0
    if not found:
        raise NoLabels("it has no area in a flat colour")
    return found


def thin(
    colors: NDArray[np.float32],
    counts: NDArray[np.int64],
    found: Sequence[Color],
    fewest: float,
) -> list[Color]:
    """The colours that were drawn too thinly for a label: neither a label's nor mixed of two.

    Args:
        colors, fewest: as for :func:`palette`.
        counts: the number of pixels of each colour, flat or not.
        found: the colours of the labels.
    """
    counts = counts.copy()
    ends = [np.array(color, np.float32) for color in found]
    for one, other in (*((end, end) for end in ends), *combinations(ends, 2)):
        way = other - one
        part = ((colors - one) @ way / max(float(way @ way), 1.0)).clip(0, 1)
        mixed = one + part[:, None] * way
        reach = SAME if one is other else 2 * FLAT
        counts[np.linalg.norm(colors - mixed, axis=1) <= reach] = 0
    try:
        return palette(colors, counts, fewest)
    except NoLabels:
        return []  # none, or so many that it is noise


def flat(color: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """True where a pixel is like its neighbours, shape (height, width)."""
    apart = cv2.subtract(cv2.dilate(color, _SQUARE), cv2.erode(color, _SQUARE))
    found: NDArray[np.bool_] = np.asarray(apart).max(axis=-1) <= FLAT
    return found


def away_from(colors: NDArray[np.float32], one: Sequence[float] | NDArray[Any]) -> NDArray[Any]:
    """The Euclidean distance of colours, shape (colours, 3), from one colour."""
    found: NDArray[Any] = np.linalg.norm(colors - np.asarray(one, np.float32), axis=1)
    return found


def nearest_area(areas: Sequence[NDArray[Any]], there: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each of some pixels the number of the label whose area is nearest."""
    away = [cv2.distanceTransform(1 - area, cv2.DIST_L2, 5)[there] for area in areas]
    nearest: NDArray[np.int64] = np.stack(away).argmin(axis=0)
    return nearest


def mixtures(
    color: NDArray[np.float32],
    colors: Sequence[Color],
    areas: Sequence[NDArray[Any]],
    between: NDArray[np.bool_],
    tolerance: float,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The two labels that each pixel between the areas is mixed of, and their shares in 255ths.

    Only labels near the pixel are tried. Halfway from red to green lies olive: if the map has olive
    too, the nearest colour alone would draw an olive line between red and green.

    Args:
        color: of the pixels, shape (count, 3).
        colors, areas: of the labels.
        between: True at the pixels, shape (height, width).
        tolerance: the largest distance from a label's colour at which a pixel is all the label's.

    Returns:
        The numbers of the labels and their shares, shape (2, count) each.
    """
    # The distance of each pixel from each label's area, and the labels that are near the pixel.
    away = np.stack(
        [cv2.distanceTransform(1 - area, cv2.DIST_L2, 5)[between] for area in areas], axis=1
    )
    near = away <= away.min(axis=1, initial=np.inf, keepdims=True) + REACH
    chosen = np.zeros((2, len(color)), np.uint8)
    share = np.zeros(len(color), np.float32)
    least = np.full(len(color), np.inf, np.float32)
    singles = [(number, number) for number in range(len(colors))]
    for one, other in (*singles, *combinations(range(len(colors)), 2)):
        (asked,) = (near[:, one] & near[:, other]).nonzero()
        start, end = (np.array(colors[number], np.float32) for number in (one, other))
        way = end - start
        part = ((color[asked] - start) @ way / max(float(way @ way), 1.0)).clip(0, 1)
        mixed = start + part[:, None] * way
        # Among similar colours the nearest area wins, in JPEG more so, where colours vary.
        cost = np.linalg.norm(color[asked] - mixed, axis=1)
        cost += tolerance / FLAT * (away[asked, one] + away[asked, other]) / 2
        better = cost < least[asked]
        at, part = asked[better], part[better]
        for end_color, whole in ((start, 0.0), (end, 1.0)):
            part[np.linalg.norm(color[at] - end_color, axis=1) <= tolerance] = whole
        least[at], share[at] = cost[better], part
        chosen[0, at], chosen[1, at] = one, other
    second = np.rint(share * 255).astype(np.uint8)
    return chosen, np.stack([255 - second, second])
