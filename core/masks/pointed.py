"""Which of several subjects is meant: those that points lie in.

Where several separate things stand out in the picture, those at the points are kept, and of people
who touch those whom they mean (:mod:`core.masks.people`). Where a point lies in none of them, the
picture is looked at again as if they were not there, then ever smaller parts of it around the
point, as if each were all: what is small in the whole stands out there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.points import Point, outside
from core.masks import cuts
from core.masks.cuts import Bools
from core.masks.guided import guided
from core.masks.people import Pointed
from core.masks.standing import Looker
from core.pixels.imaging import Picture, cut, extent_of, fit, resize
from core.system.stopping import followed

PARTS = (1.0, 1.5, 2.0, 3.0, 4.0)
"""How many times the part that is looked at around a point goes into each of the picture's
sides."""

LEAST = 16
"""Pixels of a part's short side: less is no picture of anything."""

REACH = 0.015
"""How far beside a subject a point may lie that means it, as a share of the long side of what is
looked at."""

DISC = 0.2
"""Radius of what colours start from around a point, as a share of the short side of a part."""


def masked(picture: Picture, allowed: Tensor, points: Sequence[Point], looker: Looker) -> Tensor:
    """The mask of the subjects at the points, 0..1, shape (1, 1, height, width).

    Args:
        picture: to look at.
        allowed: 0..1, of the mask's shape: a subject can only be where this is above 0.
        points: at least one; those where nothing is allowed count for nothing.
        looker: looks.

    Raises:
        BadInput: no subject can be found at one of the points, or no point lies where one may be.
    """
    points = [point for point in points if point.inside and _at(allowed, point) > 0]
    if not points:
        raise outside()
    follow = followed(looker.should_stop)
    whole = looker.by_network(picture.color, allowed)
    kept, missed = _meant(whole, points, picture.color, looker)
    mask = torch.zeros_like(picture.alpha)
    if kept is not None:
        mask = guided(_float(kept), picture.color, follow)
    taken = None if whole is None else resize(_float(whole), picture.extent)
    for point in missed:
        if _at(mask, point) > 0.5:
            continue  # found around another point
        box, found = _around(picture, allowed, taken, point, looker)
        here = cut(mask, box)
        here.copy_(torch.maximum(here, guided(_float(found), cut(picture.color, box), follow)))
    return mask


def _around(
    picture: Picture, allowed: Tensor, taken: Tensor | None, point: Point, looker: Looker
) -> tuple[Box, Bools]:
    """The subject at a point, and the part of the picture that it was found in."""
    for count in PARTS:
        box = _part(picture.extent, point, count)
        if min(box.extent) < LEAST or (count == 1 and looker.network and taken is None):
            continue  # too little to see, or seen already
        parts = (cut(picture.color, box), cut(allowed, box))
        if looker.network is None:
            found = _by_color(*parts, point.of(Box.of(picture.extent), box), looker)
        else:
            found = looker.by_network(*parts, None if taken is None else cut(taken, box))
        kept, _ = _meant(found, [point.of(Box.of(picture.extent), box)], parts[0], looker)
        if kept is not None:
            return box, kept
    raise BadInput(
        "Nothing stands out where you point: point at the middle of a subject, or select it "
        "roughly."
    )


def _by_color(color: Tensor, allowed: Tensor, point: Point, looker: Looker) -> Bools | None:
    """As :meth:`Looker.by_color` started around the point; None where nothing can be told apart."""
    small = fit(extent_of(color), cuts.SEARCH)
    disc = np.zeros((small.height, small.width), np.uint8)
    middle = round(point.x * (small.width - 1)), round(point.y * (small.height - 1))
    cv2.circle(disc, middle, max(2, round(DISC * min(small))), 1, -1)
    try:
        return looker.by_color(color, allowed, disc > 0)
    except BadInput:
        return None


def _part(extent: Extent, point: Point, count: float) -> Box:
    """A part of the picture with the point as near to its middle as the picture allows."""
    wide, high = (math.ceil(side / count) for side in extent)
    x, y = round(point.x * extent.width - wide / 2), round(point.y * extent.height - high / 2)
    return Box(
        min(max(0, x), extent.width - wide), min(max(0, y), extent.height - high), wide, high
    )


def _meant(
    found: Bools | None, points: Sequence[Point], color: Tensor, looker: Looker
) -> tuple[Bools | None, Sequence[Point]]:
    """What of the pieces that points lie in is meant, if any; and the points that lie in none."""
    if found is None:
        return None, points
    height, width = found.shape
    _, numbers = cv2.connectedComponents(found.astype(np.uint8))
    rows, columns = found.nonzero()
    held: dict[int, list[Point]] = {}
    missed = []
    for point in points:
        away = np.hypot(columns + 0.5 - point.x * width, rows + 0.5 - point.y * height)
        nearest = int(away.argmin()) if len(away) else -1
        if nearest >= 0 and away[nearest] <= max(1.0, REACH * max(found.shape)):
            number = int(numbers[rows[nearest], columns[nearest]])
            held.setdefault(number, []).append(point)
        else:
            missed.append(point)
    pieces = [Pointed(numbers == number, here) for number, here in held.items()]
    return (looker.meant(color, pieces) if pieces else None), missed


def _at(mask: Tensor, point: Point) -> float:
    height, width = mask.shape[-2:]
    row, column = (
        min(side - 1, int(share * side)) for side, share in ((height, point.y), (width, point.x))
    )
    return float(mask[0, 0, row, column])


def _float(found: Bools) -> Tensor:
    return torch.from_numpy(found)[None, None].float()
