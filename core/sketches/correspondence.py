"""Correspondence: which area of a reference each shape of a sketch is most like.

By size, outline and place, as regions of the same level (foreground or background) can be compared
across a drawing and a picture that have nothing else in common.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pixels.color import to_oklab
from core.pixels.components import Mask, pieces
from core.pixels.imaging import Picture, bounds

COLORS = 5
"""Colours that a level of the reference is divided by."""

LEAST = 0.015
"""Part of its level below which a piece of the reference is no area of its own."""

REUSE = 0.35
"""What it costs an area to be matched once more."""


@dataclass(frozen=True)
class Shape:
    """What shapes and areas are compared by.

    Attributes:
        mask: where it is.
        area: part of its level, 0..1.
        round: 4 pi area / perimeter^2, 1 for a disc.
        x, y: its middle, 0..1 of its level's box.
    """

    mask: Mask
    area: float
    round: float
    x: float
    y: float

    @classmethod
    def of(cls, mask: Mask, level: Mask) -> Shape:
        """A shape as a part of its level."""
        rows, columns = bounds(level).slices
        down, right = mask.nonzero()
        outlines, _ = cv2.findContours(
            mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
        )
        perimeter = max(1.0, float(sum(cv2.arcLength(outline, True) for outline in outlines)))
        return cls(
            mask,
            area=len(down) / np.count_nonzero(level),
            round=min(1.0, 4 * np.pi * len(down) / perimeter**2),
            x=float(right.mean() + 0.5 - columns.start) / (columns.stop - columns.start),
            y=float(down.mean() + 0.5 - rows.start) / (rows.stop - rows.start),
        )

    def unlike(self, other: Shape) -> float:
        """How far apart two shapes are, 0 for the same one.

        The height counts most: skies lie above and grounds below in drawings and pictures alike.
        """
        return float(
            0.25 * abs(np.log(self.area / other.area))
            + 0.5 * abs(self.round - other.round)
            + 1.5 * abs(self.y - other.y)
            + 0.3 * abs(self.x - other.x)
        )


def matched(shapes: list[Shape], areas: list[Shape]) -> list[int]:
    """For each shape the number of the area most like it, the largest shape choosing first.

    An area taken before is a little less welcome, so that what is apart gets other colours.
    """
    taken = np.zeros(len(areas))
    chosen = [0] * len(shapes)
    for index in sorted(range(len(shapes)), key=lambda index: -shapes[index].area):
        costs = [shapes[index].unlike(area) for area in areas] + REUSE * taken
        chosen[index] = int(np.argmin(costs))
        taken[chosen[index]] += 1
    return chosen


def areas(level: Picture) -> list[Mask]:
    """What a level of the reference consists of: areas of about one colour.

    Args:
        level: the reference, opaque where it is of the level; which it is somewhere.
    """
    inside = (level.alpha > 0.5)[0, 0].numpy()
    lab = to_oklab(level.color)[0].numpy()
    height, width = inside.shape
    y, x = np.mgrid[:height, :width] / float(max(height, width))
    # Colour tells areas apart; of two of one colour, where they are.
    features = np.stack([lab[0], 2 * lab[1], 2 * lab[2], 0.3 * y, 0.15 * x])[:, inside].T
    numbers = np.full(inside.shape, -1, np.int32)
    numbers[inside] = _clusters(features.astype(np.float32))
    found: list[Mask] = []
    for number in range(COLORS):
        one = numbers == number
        opened = cv2.morphologyEx(one.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3)))
        large = list(pieces(opened > 0, LEAST * np.count_nonzero(inside)))
        # A colour in many pieces is a texture's, and counts as one.
        most = sum(np.count_nonzero(piece) for piece in large) > np.count_nonzero(one) / 2
        found += large if most else [one]
    return [area for area in found if area.any()]


def _clusters(points: NDArray[np.float32]) -> NDArray[Any]:
    """k-means (Lloyd 1982) from the points furthest from each other; the same every time."""
    some = points[:: max(1, len(points) // 4000)]
    far = [some.mean(axis=0)]
    for _ in range(COLORS):
        far.append(some[_away(some, np.stack(far)).min(axis=1).argmax()])
    middles = np.stack(far[1:])
    for _ in range(12):
        nearest = _away(some, middles).argmin(axis=1)
        for number in np.unique(nearest):
            middles[number] = some[nearest == number].mean(axis=0)
    return np.asarray(_away(points, middles).argmin(axis=1))


def _away(points: NDArray[np.float32], middles: NDArray[np.float32]) -> NDArray[np.float32]:
    """Squared distances, shape (points, middles)."""
    return np.asarray(((points[:, None] - middles[None]) ** 2).sum(axis=2))
