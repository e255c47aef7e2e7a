"""Enlarges a painting with sharp edges, guided by its content.

A guided filter (He, Sun and Tang 2013; at a small size as in He and Sun 2015, "Fast guided filter")
fits the painting as a linear function of the content within each window. A departure: the fit alone
would lose the strokes, which are not in the content. So the painting itself is enlarged, and the
content's detail, which is what the content loses at the painting's size, is added in proportion to
the slope of the fit. The slope is large where a painted edge is the content's, and 0 where it is
not. There the painting's pixels would show, so they are smoothed along its strokes
(:mod:`core.pixels.strokes`).
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.pixels.imaging import box_filter, extent_of, fit, resize
from core.pixels.strokes import enlarge_along_strokes
from core.system.stopping import Follow, alone

RADIUS = 4
"""Radius of the window, in pixels of the painting."""

NOISE = 0.02
"""Variance of lightness up to which a window counts as texture rather than an edge."""

ALONG = 2.0
"""Standard deviation, in pixels of the result, of the smoothing along strokes when the size
doubles. With 1 a pattern of squares still shows; with 4 the strokes become ribbons."""


DOUBLINGS = 2
"""How many doublings are smoothed. At four times its size none of the painting's pixels is visible.
A third one changes a painting of 384 px at 3072 px by 0.07 of 255 in the mean and by 3.8 at most,
and would take most of the time."""


def enlarge(painting: Tensor, content: Tensor, strength: float, follow: Follow = alone) -> Tensor:
    """Bring a painting to its content's size.

    Args:
        painting: shape (1, 3, height, width), 0..1.
        content: of the same proportions and a larger size, shape (1, 3, height, width).
        strength: of the style, 0 to 1. The smoothing along strokes is proportional to it.
        follow: called after each piece.
    """
    extent = extent_of(content)
    small = extent_of(painting)
    if small == extent:
        return painting
    light = content.mean(dim=1, keepdim=True)
    follow(0.05)
    coarse = resize(light, small)
    slope = _slope(painting, coarse)
    follow(0.1)
    detail = light.sub_(resize(coarse, extent))
    large = enlarge_plainly(painting, extent, strength, lambda share: follow(0.2 + 0.6 * share))
    for channel in range(3):  # one at a time, so that only one is held enlarged
        large[:, channel].addcmul_(
            resize(slope[:, channel : channel + 1], extent)[:, 0], detail[:, 0]
        )
        follow(0.85 + 0.05 * channel)
    return large.clamp_(0, 1)


def enlarge_plainly(
    painting: Tensor, extent: Extent, strength: float, follow: Follow = alone
) -> Tensor:
    """The painting at a larger size, smoothed along its strokes at each doubling, without a guide.

    Args as :func:`enlarge`.
    """
    for doubling in range(DOUBLINGS):
        side = max(painting.shape[-2:])
        if side < extent.long_side:
            larger = fit(extent, min(2 * side, extent.long_side))
            deviation = ALONG * (larger.long_side / side - 1) * strength

            def further(share: float, done: int = doubling) -> None:
                follow((done + share) / 3)

            painting = enlarge_along_strokes(painting, larger, deviation, further)
    return resize(painting, extent, lambda share: follow((2 + share) / 3))


def _slope(painting: Tensor, light: Tensor) -> Tensor:
    """The slope of each channel over the content's lightness, in the window around each pixel."""
    mean = box_filter(light, RADIUS)
    variance = box_filter(light.square(), RADIUS) - mean.square()
    share = variance.add_(NOISE).reciprocal_()
    slope = torch.empty_like(painting)
    for channel, part in enumerate(
        torch.split(painting, 1, dim=1)
    ):  # one stays in the processor's cache
        covariance = box_filter(light * part, RADIUS).addcmul_(
            mean, box_filter(part, RADIUS), value=-1
        )
        slope[:, channel : channel + 1] = box_filter(covariance.mul_(share), RADIUS)
    return slope
