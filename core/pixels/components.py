"""The connected pieces of a mask: all, the largest, and a mask without its crumbs."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def pieces(mask: Mask, least: float) -> Iterator[Mask]:
    """The pieces of at least so many pixels, in which each pixel touches another by a side."""
    count, numbers, found, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=4
    )
    for number in range(1, count):
        if found[number, cv2.CC_STAT_AREA] >= least:
            yield numbers == number


def largest(mask: Mask) -> int:
    """Pixels of the largest piece, in which corners may touch; 0 where there is none."""
    _, _, found, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    return int(found[1:, cv2.CC_STAT_AREA].max(initial=0))


def without_small(mask: Mask, least: float) -> Mask:
    """The mask's pieces of at least so many pixels, in which corners may touch."""
    _, numbers, found, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    kept = found[:, cv2.CC_STAT_AREA] >= least
    kept[0] = False
    return np.asarray(kept[numbers])
