"""The underpainting: a sketch's shapes laid in with the colours of a reference's, before painting.

A line drawing has no tones, and a painter's statistics nothing to work with. So each shape of the
sketch is matched with an area of the reference, of the same level (foreground or background), and
takes its colours, stretched from the area's box to the shape's: skies stay lighter below, and
what lay on the left lies there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.color import from_oklab, to_oklab
from core.imaging import Picture
from core.shapes import Labels, Mask

Values = NDArray[np.floating[Any]]

COLORS = 5
"""Colours that a level of the reference is divided by."""

LEAST = 0.015
"""Part of its level below which an area of the reference is no match for anything."""

REUSE = 0.35
"""What it costs an area to be matched once more."""

LIGHT = 0.58
"""Lightness in Oklab, 0..1, that half of what is painted under black lines has at least."""

DARKEST = 0.22
"""Lightness that black is raised to in a level that is too dark."""

BLUR = 0.006
"""Standard deviation, in parts of the reference's long side, of what is smoothed away."""


@dataclass(frozen=True)
class Shape:
    """What shapes are matched by; its level is the foreground or the background it belongs to.

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


def measure(mask: Mask, level: Mask) -> Shape:
    """A shape as a part of its level."""
    rows, columns = _box(level)
    down, right = mask.nonzero()
    outlines, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    perimeter = max(1.0, float(sum(cv2.arcLength(outline, True) for outline in outlines)))
    return Shape(
        mask,
        area=len(down) / np.count_nonzero(level),
        round=min(1.0, 4 * np.pi * len(down) / perimeter**2),
        x=float(right.mean() + 0.5 - columns.start) / (columns.stop - columns.start),
        y=float(down.mean() + 0.5 - rows.start) / (rows.stop - rows.start),
    )


def matched(shapes: list[Shape], areas: list[Shape]) -> list[int]:
    """For each shape the number of the area most like it, the largest shape choosing first.

    An area taken before is a little less welcome, so that what is apart gets other colours.
    """
    taken = np.zeros(len(areas))
    chosen = [0] * len(shapes)
    for index in sorted(range(len(shapes)), key=lambda index: -shapes[index].area):
        costs = [unlike(shapes[index], area) for area in areas] + REUSE * taken
        chosen[index] = int(np.argmin(costs))
        taken[chosen[index]] += 1
    return chosen


def unlike(shape: Shape, area: Shape) -> float:
    """How far apart two shapes are in size, outline and place."""
    return float(
        0.25 * abs(np.log(shape.area / area.area))
        + 0.5 * abs(shape.round - area.round)
        + 1.5 * abs(shape.y - area.y)
        + 0.3 * abs(shape.x - area.x)
    )


def areas(color: Values, level: Mask) -> list[Mask]:
    """What a level of the reference consists of: connected areas of about one colour.

    Args:
        color: sRGB, shape (height, width, 3).
        level: where to look.
    """
    lab = to_oklab(torch.from_numpy(color).permute(2, 0, 1)[None])[0].numpy()
    height, width = level.shape
    y, x = np.mgrid[:height, :width] / float(max(height, width))
    # Colour tells areas apart; of two of one colour, where they are.
    features = np.stack([lab[0], 2 * lab[1], 2 * lab[2], 0.3 * y, 0.15 * x])[:, level].T
    numbers = np.full(level.shape, -1, np.int32)
    numbers[level] = _clusters(features.astype(np.float32), COLORS)
    found: list[Mask] = []
    for number in range(COLORS):
        one = numbers == number
        pieces = _pieces(one, LEAST * np.count_nonzero(level))
        # A colour in many pieces is a texture's, and counts as one.
        whole = sum(np.count_nonzero(piece) for piece in pieces) > np.count_nonzero(one) / 2
        found += pieces if whole else [one]
    return [area for area in found if area.any()]


def _pieces(mask: Mask, least: float) -> list[Mask]:
    """The connected parts of a mask that have at least so many pixels."""
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3)))
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    large = stats[:, cv2.CC_STAT_AREA] >= least
    return [pieces == piece for piece in range(1, count) if large[piece]]


def _clusters(points: NDArray[np.float32], count: int) -> NDArray[np.int32]:
    """k-means (Lloyd 1982) from the points furthest from each other; the same every time."""
    some = points[:: max(1, len(points) // 4000)]
    centers = [some.mean(axis=0)]
    for _ in range(count):
        away = np.min([((some - center) ** 2).sum(axis=1) for center in centers], axis=0)
        centers.append(some[away.argmax()])
    middles = np.stack(centers[1:])
    for _ in range(12):
        nearest = _nearest(some, middles)
        for number in range(count):
            if (nearest == number).any():
                middles[number] = some[nearest == number].mean(axis=0)
    return _nearest(points, middles)


def _nearest(points: NDArray[np.float32], middles: NDArray[np.float32]) -> NDArray[np.int32]:
    away = ((points[:, None] - middles[None]) ** 2).sum(axis=2)
    return np.asarray(away.argmin(axis=1), np.int32)


def lay_in(
    labels: Labels, foreground: Mask, reference: Picture, subject: Mask, blur: float = BLUR
) -> Values:
    """The underpainting, sRGB, shape (height, width, 3) of the labels."""
    laid = np.zeros((*labels.shape, 3), np.float32)
    for level, source in ((foreground, subject), (~foreground, ~subject)):
        if not level.any():
            continue
        if not source.any():
            source = np.ones_like(source)
        color = _values(lit(reference, torch.from_numpy(source.astype(np.float32))[None, None]))
        masks = [(labels == number) & level for number in np.unique(labels[level])]
        shapes = [measure(mask, level) for mask in masks]
        found = [measure(area, source) for area in areas(color, source)]
        for shape, index in zip(shapes, matched(shapes, found), strict=True):
            _stretch(laid, shape.mask, color, found[index].mask, blur)
    return laid


def lit(reference: Picture, level: Tensor) -> Picture:
    """The reference with a level as light as black lines need it to be seen on it.

    A level whose median lightness is ``LIGHT`` or more stays as it is.
    """
    lab = to_oklab(reference.color)
    inside = level.expand_as(lab[:, :1]) > 0.5
    median = float(lab[:, :1][inside].median()) if bool(inside.any()) else 1.0
    if median >= LIGHT:
        return reference
    lightness = lab[:, :1].clamp(1e-3, 1)
    power = np.log((LIGHT - DARKEST) / (1 - DARKEST)) / np.log(max(median, 0.05))
    raised = DARKEST + (1 - DARKEST) * lightness**power
    # As saturated as before, but for what was black and has no colour of its own to multiply.
    colors = lab[:, 1:] * (raised / lightness).clamp(max=2)
    return Picture(from_oklab(torch.cat([raised, colors], dim=1)), reference.alpha)


def _values(picture: Picture) -> Values:
    return np.ascontiguousarray(picture.color[0].permute(1, 2, 0).numpy())


def _stretch(laid: Values, shape: Mask, color: Values, area: Mask, blur: float) -> None:
    """Lay an area's colours, what is not of it filled from what is, into a shape."""
    rows, columns = _box(area)
    part, alpha = color[rows, columns], area[rows, columns].astype(np.float32)
    filled = Picture(
        torch.from_numpy(np.ascontiguousarray(part)).permute(2, 0, 1)[None],
        torch.from_numpy(alpha)[None, None],
    ).filled()
    values = filled.color[0].permute(1, 2, 0).numpy()
    sigma = blur * max(area.shape)
    if sigma > 0:
        values = cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    rows, columns = _box(shape)
    size = (columns.stop - columns.start, rows.stop - rows.start)
    fitted = cv2.resize(values, size, interpolation=cv2.INTER_LINEAR)
    inside = shape[rows, columns]
    laid[rows, columns][inside] = fitted[inside]


def _box(mask: Mask) -> tuple[slice, slice]:
    rows, columns = mask.any(axis=1).nonzero()[0], mask.any(axis=0).nonzero()[0]
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
