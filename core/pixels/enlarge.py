"""Enlarging a painting with its content for a guide, so that edges come out sharp.

Guided filtering (He, Sun and Tang 2013; at a small size as in He and Sun 2015, "Fast guided
filter") fits the painting by the content, linearly within a window. A departure: the fit alone
would lose the strokes, which the content knows nothing of. So the painting is enlarged as it is,
and the fit's slope says how much of the content's own detail, what it loses when it is shrunk, is
laid on: much where a painted edge is the content's, nothing where the paint goes its own way.
There the painting's pixels would show, and are drawn out along its strokes
(:mod:`core.pixels.strokes`).
"""

from __future__ import annotations

from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.pixels.imaging import fit, resize, window
from core.pixels.strokes import drawn_out
from core.system.stopping import Follow, alone

RADIUS = 4
"""Of the window, in pixels of the painting."""

NOISE = 0.02
"""Variance of lightness within a window, up to which it counts for texture rather than an edge."""

ALONG = 2.0
"""Deviation, in pixels of the result, of the smoothing along strokes where the size doubles. With 1
a pattern of squares still shows; 4 makes ribbons of them."""


DOUBLINGS = 2
"""At how many doublings it is drawn out. At four times its size no pixel of it is left to be seen:
with a third one a painting of 384 px at 3072 px changes by 0.07 of 255 in the mean and by 3.8 at
most, and that would take most of the time."""


def enlarge(painting: Tensor, content: Tensor, strength: float, follow: Follow = alone) -> Tensor:
    """Bring a painting to its content's size.

    Args:
        painting: shape (1, 3, height, width), 0..1.
        content: shape (1, 3, more height, more width).
        strength: how much of the painting is paint and not its content, 0 to 1: by so much it is
            drawn out along its strokes.
        follow: told after each piece.
    """
    extent = Extent(content.shape[-1], content.shape[-2])
    small = Extent(painting.shape[-1], painting.shape[-2])
    if small == extent:
        return painting
    light = content.mean(dim=1, keepdim=True)
    follow(0.05)
    coarse = resize(light, small)
    slope = _slope(painting, coarse)
    follow(0.1)
    detail = light.sub_(resize(coarse, extent))
    large = _doubled(painting, extent, strength, lambda share: follow(0.2 + 0.6 * share))
    for channel in range(3):  # one by one, so that they need not all be held enlarged
        large[:, channel].addcmul_(
            resize(slope[:, channel : channel + 1], extent)[:, 0], detail[:, 0]
        )
        follow(0.85 + 0.05 * channel)
    return large.clamp_(0, 1)


def _doubled(painting: Tensor, extent: Extent, strength: float, follow: Follow) -> Tensor:
    """The painting at a larger size, its pixels drawn out along its strokes at each doubling."""
    for doubling in range(DOUBLINGS):
        side = max(painting.shape[-2:])
        if side < extent.long_side:
            larger = fit(extent, min(2 * side, extent.long_side))
            deviation = ALONG * (larger.long_side / side - 1) * strength

            def further(share: float, done: int = doubling) -> None:
                follow((done + share) / 3)

            painting = drawn_out(painting, larger, deviation, further)
    return resize(painting, extent, lambda share: follow((2 + share) / 3))


def _slope(painting: Tensor, light: Tensor) -> Tensor:
    """Of the painting's channels over the content's lightness, in the window around each pixel."""
    mean = window(light, RADIUS)
    variance = window(light.square(), RADIUS) - mean.square()
    covariance = window(light * painting, RADIUS) - mean * window(painting, RADIUS)
    return window(covariance / (variance + NOISE), RADIUS)
