"""Shapes: the areas that a sketch's lines enclose, and which of them are its foreground.

Trapped-ball segmentation (Zhang et al. 2009, "Vectorizing cartoon animations"): an area is where a
ball can roll, so gaps in the lines that are narrower than the ball close it in.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.pixels.components import Mask, largest, pieces, without_small

ShapeNumbers = NDArray[np.int32]
"""The number of the shape each pixel belongs to, from 0 on, without holes in the numbering."""

SIDE = 384
"""Long side in pixels at which shapes are looked for."""

LINE = 0.3
"""Ink from which on a line holds a ball."""

BALLS = (6, 3, 1)
"""Radii in pixels of ``SIDE``: gaps of up to 3 % of the drawing's side close."""

SMALLEST = 0.0003
"""Part of the drawing's area below which a shape is taken for a part of its neighbour."""

OPEN = 0.6
"""How much of a shape's thickness may lack a line before it flows into its neighbour."""

AT_BORDER = 1.8
"""Boundary connectivity from which on a shape is background (Zhu et al. 2014, "Saliency
optimization from robust background detection"): its length on the picture's border over the
root of its area. A sky has 3, a bust that the lower border cuts off 1.6."""

MAIN = 0.15
"""Of the largest closed piece's area: smaller ones are crumbs."""

FOREGROUND_LEAST = 0.02
"""Part of the drawing that closed shapes must fill to be the foreground on their own."""


def enclosed(ink: Tensor) -> ShapeNumbers:
    """The shapes between the lines, at ``SIDE``; each line is divided between its neighbours."""
    line = _lines(ink)
    labels = np.full(line.shape, -1, np.int32)
    least = SMALLEST * line.size
    count = 0
    for radius in BALLS:
        free = (~line & (labels < 0)).astype(np.uint8)
        for piece in pieces(_rolled(free, radius) > 0, least):
            labels[piece] = count
            count += 1
    if count == 0:
        return np.zeros_like(labels)
    return _joined(_nearest(labels), line)


def foreground(labels: ShapeNumbers, ink: Tensor, grounded: bool = False) -> Mask:
    """Which pixels are the sketch's subject and not what is around it.

    Closed shapes that the border hardly touches, but no crumbs such as a sun in the sky. Where
    there are none worth the name, all but the shape that holds most of the upper border, as
    below a skyline; and where that is all there is, the lines' own surroundings, closed.

    Args:
        labels: from :func:`enclosed`.
        ink: of the sketch.
        grounded: the subject is all that stands on the lower border, as land below a sky is.
    """
    count = labels.max() + 1
    area = np.bincount(labels.ravel(), minlength=count)
    rim = np.concatenate([labels[0], labels[-1], labels[1:-1, 0], labels[1:-1, -1]])
    length = np.bincount(rim, minlength=count)
    closed = length / np.sqrt(np.maximum(area, 1)) < AT_BORDER
    sky = np.bincount(labels[0], minlength=count)
    if grounded:
        closed |= (np.bincount(labels[-1], minlength=count) > 0) & (sky == 0)
    inner = closed[labels]
    subject = without_small(inner, MAIN * largest(inner))
    if subject.mean() >= FOREGROUND_LEAST:
        return subject
    if (area[length > 0] > 0.05 * labels.size).sum() > 1:
        return np.asarray(labels != sky.argmax())
    return _around(_lines(ink))


def _lines(ink: Tensor) -> Mask:
    """Where lines are, at ``SIDE``. A line thinner than a pixel there stays a line."""
    values = ink[0, 0].cpu().numpy()
    height, width = values.shape
    shrink = SIDE / max(height, width)
    size = max(8, round(width * shrink)), max(8, round(height * shrink))
    if shrink < 1:
        thick = max(1, round(0.5 / shrink))
        values = cv2.dilate(values, np.ones((thick, thick), np.uint8))
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA) > LINE)


def _rolled(free: NDArray[np.uint8], radius: int) -> NDArray[np.uint8]:
    """Where a ball of that radius fits. The border is a wall: a line may end shortly before it."""
    around = np.pad(free, radius)
    ball = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
    opened = cv2.morphologyEx(around, cv2.MORPH_OPEN, ball)
    return np.ascontiguousarray(opened[radius:-radius, radius:-radius])


def _nearest(labels: ShapeNumbers) -> ShapeNumbers:
    """Every pixel without a shape given to the nearest one."""
    _, cells = cv2.distanceTransformWithLabels(
        (labels < 0).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    owner = np.zeros(cells.max() + 1, np.int32)
    owner[cells[labels >= 0]] = labels[labels >= 0]
    return np.asarray(owner[cells])


def _joined(labels: ShapeNumbers, line: Mask) -> ShapeNumbers:
    """Shapes that no line parts are one: corners a large ball could not reach, passages.

    Where the bare part of a border is about as wide as the thinner shape is thick, that shape is
    the other's continuation; where it is much narrower, it is a gap in the line between them.
    """
    count = labels.max() + 1
    total, bare = _contacts(labels, line, count)
    area = np.bincount(labels.ravel(), minlength=count).astype(float)
    thick = _thickness(labels, line, count)
    owner = np.arange(count)
    while True:
        opening = bare / np.minimum.outer(thick, thick)
        small = area < SMALLEST * labels.size
        opening[small] = np.maximum(opening[small], OPEN * (1 + total[small] / labels.size))
        opening[total == 0] = 0
        one, other = np.unravel_index(opening.argmax(), opening.shape)
        if opening[one, other] < OPEN:
            break
        owner[owner == other] = one
        area[one] += area[other]
        thick[one] = max(thick[one], thick[other])
        for contact in (total, bare):
            contact[one] += contact[other]
            contact[:, one] += contact[:, other]
            contact[one, one] = 0
            contact[other] = contact[:, other] = 0
    _, numbers = np.unique(owner, return_inverse=True)
    return np.asarray(numbers.astype(np.int32)[labels])


def _thickness(labels: ShapeNumbers, line: Mask, count: int) -> NDArray[Any]:
    """The diameter of the largest ball inside each shape, in pixels."""
    between = line.copy()
    between[1:] |= labels[1:] != labels[:-1]
    between[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    away = cv2.distanceTransform((~between).astype(np.uint8), cv2.DIST_L2, 5)
    radius = np.zeros(count)
    np.maximum.at(radius, labels.ravel(), away.ravel())
    return np.maximum(2 * radius, 1)


def _contacts(labels: ShapeNumbers, line: Mask, count: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The length of the border between each two shapes, and of its part that has no line."""
    inked = cv2.dilate(line.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    total, bare = np.zeros((count, count)), np.zeros((count, count))
    for here, there, ink in (
        (labels[1:], labels[:-1], inked[1:] | inked[:-1]),
        (labels[:, 1:], labels[:, :-1], inked[:, 1:] | inked[:, :-1]),
    ):
        apart = here != there
        np.add.at(total, (here[apart], there[apart]), 1)
        np.add.at(bare, (here[apart], there[apart]), ~ink[apart])
    return total + total.T, bare + bare.T


def _around(line: Mask) -> Mask:
    """The lines closed over a tenth of the drawing and filled; where that is little, their hull."""
    side = round(0.1 * max(line.shape))
    ball = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * side + 1,) * 2)
    padded = np.pad(line.astype(np.uint8), 2 * side)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, ball)[
        2 * side : -2 * side, 2 * side : -2 * side
    ]
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(closed)
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    if filled.mean() < FOREGROUND_LEAST and len(outlines):
        cv2.fillConvexPoly(filled, cv2.convexHull(np.concatenate(outlines)), 1)
    return np.asarray(filled > 0)
