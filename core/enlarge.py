"""Enlarging a painting with its content for a guide, so that edges come out sharp.

Guided filtering (He, Sun and Tang 2013; at a small size as in He and Sun 2015, "Fast guided
filter") fits the painting by the content, linearly within a window. A departure: the fit alone
would lose the strokes, which the content knows nothing of. So the painting is enlarged as it is,
and the fit's slope says how much of the content's own detail, what it loses when it is shrunk, is
laid on: much where a painted edge is the content's, nothing where the paint goes its own way.
There the painting's pixels would show, and are drawn out along its strokes (:mod:`core.strokes`).
"""

from __future__ import annotations

from torch import Tensor

from core.bridge.geometry import Extent
from core.imaging import fit, resize, window
from core.strokes import drawn_out

RADIUS = 4
"""Of the window, in pixels of the painting."""

NOISE = 0.02
"""Variance of lightness within a window, up to which it counts for texture rather than an edge."""

ALONG = 2.0
"""Deviation, in pixels of the result, of the smoothing along strokes where the size doubles. With 1
a pattern of squares still shows; 4 makes ribbons of them."""


def enlarge(painting: Tensor, content: Tensor, strength: float) -> Tensor:
    """Bring a painting to its content's size.

    Args:
        painting: shape (1, 3, height, width), 0..1.
        content: shape (1, 3, more height, more width).
        strength: how much of the painting is paint and not its content, 0 to 1: by so much it is
            drawn out along its strokes.
    """
    extent = Extent(content.shape[-1], content.shape[-2])
    small = Extent(painting.shape[-1], painting.shape[-2])
    if small == extent:
        return painting
    light = content.mean(dim=1, keepdim=True)
    coarse = resize(light, small)
    slope = _slope(painting, coarse)
    detail = light.sub_(resize(coarse, extent))
    large = _doubled(painting, extent, strength)
    for channel in range(3):  # one by one, so that they need not all be held enlarged
        large[:, channel].addcmul_(
            resize(slope[:, channel : channel + 1], extent)[:, 0], detail[:, 0]
        )
    return large.clamp_(0, 1)


def _doubled(painting: Tensor, extent: Extent, strength: float) -> Tensor:
    """The painting at a larger size, its pixels drawn out along its strokes at each doubling."""
    side = max(painting.shape[-2:])
    while side < extent.long_side:
        larger = fit(extent, min(2 * side, extent.long_side))
        deviation = ALONG * (larger.long_side / side - 1) * strength
        painting = drawn_out(painting, larger, deviation)
        side = larger.long_side
    return resize(painting, extent)


def _slope(painting: Tensor, light: Tensor) -> Tensor:
    """Of the painting's channels over the content's lightness, in the window around each pixel."""
    mean = window(light, RADIUS)
    variance = window(light.square(), RADIUS) - mean.square()
    covariance = window(light * painting, RADIUS) - mean * window(painting, RADIUS)
    return window(covariance / (variance + NOISE), RADIUS)
