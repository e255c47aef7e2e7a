"""The connected components of a mask, called pieces here."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def pieces(mask: Mask, least: float) -> Iterator[Mask]:
    """The pieces of at least ``least`` pixels. Pixels are connected by their sides."""
    count, numbers, found, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=4
    )
    for number in range(1, count):
        if found[number, cv2.CC_STAT_AREA] >= least:
            yield numbers == number


def largest(mask: Mask) -> int:
    """The pixels of the largest piece, 0 if there is none. Pixels are connected by corners too."""
    _, _, found, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    return int(found[1:, cv2.CC_STAT_AREA].max(initial=0))


def without_small(mask: Mask, least: float) -> Mask:
    """The mask without its pieces of fewer than ``least`` pixels, connected by corners too."""
    _, numbers, found, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    kept = found[:, cv2.CC_STAT_AREA] >= least
    kept[0] = False
    return np.asarray(kept[numbers])
