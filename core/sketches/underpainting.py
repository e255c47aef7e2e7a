"""The underpainting: a sketch's shapes laid in with the colours of a reference, before painting.

A line drawing has no tones, and a painter's statistics nothing to work with. So each shape takes
the colours of the area that it is matched with, stretched from the area's box to its own: what was
lighter below stays so. They are hardly blurred: of smooth colours, tried first, the instant method
makes noise, as it divides by the little that a smooth shape varies.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from core.pixels.color import from_oklab, to_oklab
from core.pixels.components import Mask
from core.pixels.imaging import Picture, bounds
from core.sketches.correspondence import Shape, areas, matched
from core.sketches.shapes import ShapeNumbers

Values = NDArray[np.floating[Any]]

LIGHT = 0.58
"""Lightness in Oklab, 0..1, that half of what lies under black lines has at least."""

DARKEST = 0.22
"""Lightness that black is raised to in a level that is far too dark."""

BLUR = 0.006
"""Standard deviation, in parts of the reference's long side, of what is smoothed away."""


class Level(NamedTuple):
    """Foreground or background: where it is in the sketch, and the reference, opaque only there."""

    mask: Mask
    reference: Picture


def lay_in(labels: ShapeNumbers, levels: Iterable[Level]) -> Values:
    """The underpainting, sRGB, shape (height, width, 3) of the labels.

    Args:
        labels: the sketch's shapes.
        levels: that make up the whole sketch, none of them empty.
    """
    laid = np.zeros((*labels.shape, 3), np.float32)
    for mask, reference in levels:
        masks = [(labels == number) & mask for number in np.unique(labels[mask])]
        found = areas(reference)
        visible = (reference.alpha > 0.5)[0, 0].numpy()
        chosen = matched(
            [Shape.of(shape, mask) for shape in masks], [Shape.of(area, visible) for area in found]
        )
        for shape, index in zip(masks, chosen, strict=True):
            _stretch(laid, shape, reference, found[index])
    return laid


def lit(level: Picture) -> Picture:
    """A level of the reference, as light as black lines need it to be seen on it."""
    lab = to_oklab(level.color)
    median = float(lab[:, :1][level.alpha > 0.5].median())
    if median >= LIGHT:
        return level
    lightness = lab[:, :1].clamp(1e-3, 1)
    darkest = DARKEST * min(1.0, (LIGHT - median) / 0.2)
    power = float(np.log((LIGHT - darkest) / (1 - darkest)) / np.log(max(median, 0.05)))
    raised = darkest + (1 - darkest) * lightness**power
    # As saturated as before, but for what was black and has no colour of its own to multiply.
    colors = lab[:, 1:] * (raised / lightness).clamp(max=2)
    return Picture(from_oklab(torch.cat([raised, colors], dim=1)), level.alpha)


def _stretch(laid: Values, shape: Mask, reference: Picture, area: Mask) -> None:
    """Lay an area's colours into a shape; what of the box is not the area's is filled from it."""
    rows, columns = bounds(area).slices
    alpha = torch.from_numpy(area[rows, columns].astype(np.float32))[None, None]
    filled = Picture(reference.color[..., rows, columns], alpha).filled().color
    values = np.ascontiguousarray(filled[0].permute(1, 2, 0).numpy())
    smooth = cv2.GaussianBlur(
        values, (0, 0), BLUR * max(area.shape), borderType=cv2.BORDER_REPLICATE
    )
    rows, columns = bounds(shape).slices
    inside = shape[rows, columns]
    height, width = inside.shape
    laid[rows, columns][inside] = cv2.resize(smooth, (width, height))[inside]
