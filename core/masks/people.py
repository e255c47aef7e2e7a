"""Parts people who touch: of one piece of what stands out, those that are meant.

Each face in the piece is a person, who surely has a chest below it. What lies much nearer to one
person than to the next is that one's as well, and colours decide in between (GrabCut, as in
:mod:`core.masks.cuts`). Nothing is known of who somebody is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from core.bridge.contract.geometry import Extent
from core.bridge.contract.points import Point
from core.features.faces import Face
from core.masks import cuts
from core.masks.cuts import Bools
from core.system.stopping import ShouldStop

CHEST = 1.5
"""How far below a face its person surely reaches, in heights of the face."""

SHOULDERS = 1.3
"""How wide that is at its lower end, in widths of the face, and at the chin that times 0.6."""

NEARER = 0.5
"""What is at most so many times as far from a person as from the next one is surely that one's."""


class Pointed(NamedTuple):
    """A piece of what stands out, shape (height, width), and the points in it, at least one."""

    piece: Bools
    points: Sequence[Point]


def parted(
    color: NDArray[np.uint8], pointed: Pointed, faces: Sequence[Face], should_stop: ShouldStop
) -> Bools:
    """What of a piece belongs to the people who are meant; all of it where it shows only one.

    Args:
        color: RGB, shape (height, width, 3).
        pointed: the piece. A point means the person who is nearest.
        faces: in the picture, the largest first, which lies over the others.
        should_stop: asked between rounds.
    """
    piece, points = pointed
    height, width = piece.shape
    faces = [face for face in faces if piece[_pixel(_middle(face), piece)]]
    if len(faces) < 2:
        return piece
    people = np.where(piece, _people(faces, Extent(width, height)), 0)
    away = np.stack([_distance(people == number) for number in range(1, len(faces) + 1)])
    meant = np.zeros(len(faces), bool)
    for point in points:
        row, column = _pixel(point, piece)
        meant[away[:, row, column].argmin()] = True
    if meant.all():
        return piece
    ours, theirs = away[meant].min(axis=0), away[~meant].min(axis=0)
    chance = np.where(ours < theirs, 0.6, 0.4).astype(np.float32)
    chance[ours <= NEARER * theirs] = 1
    chance[theirs <= NEARER * ours] = 0
    chance[~piece] = 0
    return cuts.decided(color, chance, should_stop)


def _people(faces: Sequence[Face], extent: Extent) -> NDArray[np.int32]:
    """Whose each pixel surely is, counted from 1; 0 where that is not sure."""
    found = np.zeros((extent.height, extent.width), np.int32)
    outlines = [face.outline * extent for face in faces]
    numbered = list(enumerate(outlines, 1))[::-1]
    for number, outline in numbered:
        (left, top), (right, chin) = outline.min(axis=0), outline.max(axis=0)
        middle, half, high = (left + right) / 2, SHOULDERS * (right - left) / 2, chin - top
        for_chin, for_chest = chin - 0.1 * high, chin + CHEST * high
        corners = [
            (middle - 0.6 * half, for_chin),
            (middle + 0.6 * half, for_chin),
            (middle + half, for_chest),
            (middle - half, for_chest),
        ]
        cv2.fillPoly(found, [np.array(corners, np.int32)], number)
    for number, outline in numbered:  # a chest never hides a face
        cv2.fillPoly(found, [outline.astype(np.int32)], number)
    return found


def _distance(there: Bools) -> NDArray[np.float32]:
    """Each pixel's distance in pixels from the nearest one that is there."""
    away = cv2.distanceTransform((~there).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(away, np.float32)


def _middle(face: Face) -> Point:
    return Point(*face.outline.mean(axis=0).tolist())


def _pixel(point: Point, plane: Bools) -> tuple[int, int]:
    """The row and the column of a point, or of the nearest one in the plane."""
    height, width = plane.shape
    row, column = int(point.y * height), int(point.x * width)
    return min(max(row, 0), height - 1), min(max(column, 0), width - 1)
