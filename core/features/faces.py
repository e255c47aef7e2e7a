"""Faces in a picture, as outlines that fit it at any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.bridge.contract.geometry import Box, Extent

GROWN = 1.12
"""A soft mask's size over that of the outline, which keeps just within chin and forehead."""

SOFT = 0.05
"""Standard deviation of a soft mask's edge, as a share of the face's longer side."""

SKIN = 0.3
"""How much a face's skin counts where its form is held, over its parts. It is by these that
somebody is known, and skin has room for strokes."""

_AROUND_PARTS, _SOFT_PARTS = 1.25, 0.03
"""As :data:`GROWN` and :data:`SOFT`, of parts."""

_SHIFT = 4
"""Bits of a pixel's fraction when an outline is filled."""

Points = NDArray[np.float32]


@dataclass(frozen=True)
class Face:
    """Where a face is. Nothing else is known of it.

    Attributes:
        outline: of forehead, cheeks and chin, shape (points, 2): across and down, as shares of the
            picture's width and height. Some may lie outside of it.
        parts: the points of eyes, nose and mouth, as the outline; none where they are not known.
    """

    outline: Points
    parts: tuple[Points, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Face) and np.array_equal(self.outline, other.outline)

    def __hash__(self) -> int:
        return hash(self.outline.tobytes())

    def side(self, extent: Extent) -> float:
        """Its longer side in pixels of a picture of that size."""
        return float(np.ptp(self.outline * extent, axis=0).max())

    def box(self, extent: Extent, around: float = 1.0) -> Box:
        """The box around it in a picture of that size, within the picture.

        Args:
            extent: the picture's size.
            around: the box's size over the face's.
        """
        points = self._grown(extent, around)
        x, y = np.floor(points.min(axis=0)).astype(int).tolist()
        right, bottom = np.ceil(points.max(axis=0)).astype(int).tolist()
        return Box(x, y, right - x, bottom - y).intersect(Box.of(extent))

    def within(self, box: Box, extent: Extent) -> Face:
        """The face as a part of the picture shows it.

        Args:
            box: of that part.
            extent: the picture's size.
        """
        corner = np.array((box.x, box.y), np.float32)

        def seen(points: Points) -> Points:
            return ((points * extent - corner) / box.extent).astype(np.float32)

        return replace(self, outline=seen(self.outline), parts=tuple(map(seen, self.parts)))

    def mask(self, extent: Extent) -> Tensor:
        """Its soft mask in a picture of that size, 0..1, shape (1, 1, height, width)."""
        return self._drawn([self._grown(extent, GROWN)], SOFT, extent)

    def held(self, extent: Extent) -> Tensor:
        """Its soft mask, in which what is no part counts less: :data:`SKIN`."""
        mask = self.mask(extent)
        if not self.parts:
            return mask
        size = np.array(extent, np.float32)
        parts = [
            _away(size * hull, size * points.mean(axis=0), _AROUND_PARTS)
            for points in self.parts
            for hull in [np.asarray(cv2.convexHull(points), np.float32)[:, 0]]
        ]
        return mask * (SKIN + (1 - SKIN) * self._drawn(parts, _SOFT_PARTS, extent))

    def _drawn(self, polygons: Sequence[Points], soft: float, extent: Extent) -> Tensor:
        """Polygons in pixels, filled, with an edge as soft as a share of the face's longer side."""
        drawn = np.zeros((extent.height, extent.width), np.uint8)
        for polygon in polygons:
            # OpenCV counts from the middle of the first pixel.
            points = np.round((polygon - 0.5) * 2**_SHIFT).astype(np.int32)
            cv2.fillPoly(drawn, [points], 255, cv2.LINE_AA, _SHIFT)
        blur = max(soft * self.side(extent), 0.3)
        blurred = cv2.GaussianBlur(drawn.astype(np.float32) / 255, (0, 0), blur)
        return torch.from_numpy(blurred)[None, None]

    def _grown(self, extent: Extent, times: float) -> Points:
        """The outline in pixels, larger around its middle."""
        points = self.outline * np.array(extent, np.float32)
        return _away(points, (points.min(axis=0) + points.max(axis=0)) / 2, times)


def _away(points: Points, middle: Points, times: float) -> Points:
    """Points that lie so many times as far from a middle."""
    return (middle + times * (points - middle)).astype(np.float32)


def together(faces: Sequence[Face], extent: Extent) -> Tensor:
    """The soft mask of all of them, as :meth:`Face.mask`."""
    whole = torch.zeros(1, 1, extent.height, extent.width)
    for face in faces:
        torch.maximum(whole, face.mask(extent), out=whole)
    return whole
