"""Label maps: pictures of flat colours, each of which is a region with a soft mask.

A label map may be antialiased, feathered or saved as JPEG. Its labels are the colours of its flat
areas. A pixel between two areas belongs to both, by the shares in which their colours are mixed
there, so edges stay as they were drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.bridge.contract import label_styles
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.label_styles import SAME
from core.bridge.contract.pixels import PixelFormat
from core.masks.flat_colors import (
    FEWEST,
    FLAT,
    Color,
    NoLabels,
    away_from,
    flat,
    mixtures,
    nearest_area,
    palette,
    thin,
)
from core.pixels.imaging import Picture, cut, to_pixels

DRAWN = 0.7
"""The smallest share of a label map that is in flat areas. A map shrunk to 150 px and saved as JPEG
at quality 50 has 0.83, a photograph of a floodlit tower at night 0.58, others 0.27 and less."""

_SQUARE = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, eq=False)
class LabelMap:
    """The labels of a picture, at most two at each pixel.

    Attributes:
        palette: the colours of the labels.
        numbers: of the two labels at each pixel, shape (2, height, width).
        shares: of both labels, in 255ths, shape as ``numbers``; their sum is the pixel's opacity.
        dropped: colours drawn too thinly for a label, with their shares of the picture.
    """

    palette: tuple[Color, ...]
    numbers: NDArray[np.uint8]
    shares: NDArray[np.uint8]
    dropped: tuple[tuple[Color, float], ...] = ()

    @property
    def extent(self) -> Extent:
        return Extent(self.numbers.shape[2], self.numbers.shape[1])

    def mask(self, number: int, box: Box) -> Tensor:
        """The soft mask of a label in the box, 0..1, shape (1, 1, height, width)."""
        numbers, shares = (cut(torch.from_numpy(of), box) for of in (self.numbers, self.shares))
        return torch.where(numbers == number, shares, 0).sum(dim=0)[None, None].float() / 255

    def covers(self, number: int, box: Box) -> NDArray[np.bool_]:
        """True where a label's mask is above 0 in the box, shape (height, width)."""
        rows, columns = box.slices
        numbers, shares = self.numbers[:, rows, columns], self.shares[:, rows, columns]
        covered: NDArray[np.bool_] = ((numbers == number) & (shares > 0)).any(axis=0)
        return covered

    def fitted(self, extent: Extent) -> LabelMap:
        """The map at another size, by nearest-neighbour interpolation."""
        if extent == self.extent:
            return self
        rows, columns = (
            ((np.arange(new) + 0.5) * old / new).astype(int)
            for new, old in zip(extent[::-1], self.extent[::-1], strict=True)
        )
        near = np.ix_(np.arange(2), rows, columns)
        return replace(self, numbers=self.numbers[near], shares=self.shares[near])

    def like(self, color: Color) -> int | None:
        """The number of the label of a colour; None if there is none."""
        known = list(map(str, self.palette))
        meant = label_styles.nearest(str(Color(*color)), known)
        return None if meant is None else known.index(meant)

    @cached_property
    def legend(self) -> list[tuple[str, float]]:
        """Each label's colour and its share of the picture, the largest first."""
        counts = np.bincount(
            self.numbers.ravel(), weights=self.shares.ravel(), minlength=len(self.palette)
        )
        shares = counts / (255 * self.extent.area)
        told = zip(map(str, self.palette), shares.tolist(), strict=True)
        return sorted(told, key=lambda label: -label[1])

    def middle(self, number: int) -> tuple[int, int]:
        """Column and row of the pixel that is furthest from the label's border."""
        inside = (self.numbers[0] == number).astype(np.uint8)
        depth = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
        row, column = np.unravel_index(int(depth.argmax()), depth.shape)
        return int(column), int(row)


def read_labels(picture: Picture) -> LabelMap:
    """The label map of a picture in flat colours. Raises NoLabels if the picture is not one."""
    pixels = to_pixels(picture, PixelFormat("RGBA", "u8"))
    values: NDArray[np.uint8] = np.frombuffer(pixels.data, np.uint8).reshape(
        pixels.extent.height, pixels.extent.width, 4
    )
    color, alpha = np.ascontiguousarray(values[..., :3]), values[..., 3]
    seen = alpha > 0
    # A map has far fewer colours than pixels, so the work is done once for each colour.
    packed = color @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    codes, numbered = np.unique(packed, return_inverse=True)
    numbered = numbered.reshape(packed.shape)
    colors = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1).astype(np.float32)
    counts = np.bincount(numbered[flat(color) & seen], minlength=len(colors))
    fewest = max(FEWEST[0], FEWEST[1] * int(seen.sum()))
    found = palette(colors, counts, fewest)
    away = np.stack([away_from(colors, one) for one in found], axis=1)
    nearest, distance = away.argmin(axis=1)[numbered], away.min(axis=1)[numbered]
    # Colours vary within an area: not at all in PNG, much in JPEG.
    noise = float(np.percentile(distance[seen], 80))
    tolerance = min(max(3 * noise, FLAT), SAME)
    sure = (distance <= tolerance) & seen
    areas = [
        cv2.morphologyEx((sure & (nearest == number)).astype(np.uint8), cv2.MORPH_OPEN, _SQUARE)
        for number in range(len(found))
    ]
    kept = [number for number, area in enumerate(areas) if area.any()]
    found, areas = [found[number] for number in kept], [areas[number] for number in kept]
    inside = np.max(areas, axis=0)
    if inside[seen].mean() < DRAWN:
        raise NoLabels("most of it is in no flat colour")
    numbers = np.zeros((2, *inside.shape), np.uint8)
    shares = np.zeros_like(numbers)
    numbers[:] = np.argmax(areas, axis=0)
    shares[0] = 255
    between = (inside == 0) & seen
    numbers[:, between], shares[:, between] = mixtures(
        color[between].astype(np.float32), found, areas, between, tolerance
    )
    every = np.bincount(numbered[seen], minlength=len(colors))
    dropped = []
    for faint in thin(colors, every, found, fewest):
        there = seen & (away_from(colors, faint) <= FLAT)[numbered]
        dropped.append((faint, float(there.sum() / seen.sum())))
        numbers[:, there], shares[0, there], shares[1, there] = nearest_area(areas, there), 255, 0
    shares[1] = np.rint(shares[1] * (alpha / 255))
    shares[0] = alpha - shares[1]
    return LabelMap(tuple(found), numbers, shares, tuple(dropped))
