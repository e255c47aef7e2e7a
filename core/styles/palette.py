"""Palette: a style's colours changed before anything is painted from it.

Two changes, of which the second is a guard that most styles pass untouched:

- :func:`matched` gives the style the mean and the covariance of the content's colours. Gatys et al.
  (2017), "Controlling perceptual factors in neural style transfer", section 5, do so in RGB by
  symmetric roots; here it is in Oklab (:mod:`core.pixels.color`), where equal steps look equal, by
  the map that moves colours least (Pitié and Kokaram 2007, "The linear Monge-Kantorovitch linear
  colour mapping"). ``core/bench/notes/colours.md`` says how the others look.
- :func:`guarded` takes weight from what is black in a style that has more of it than the content
  can bear, and would turn parts of the painting into black patches.

Both look at a region of each: the content under the region's mask, the style under its alpha.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.features.statistics import Statistics, statistics
from core.pixels.color import from_oklab, in_bands, mix, to_oklab
from core.pixels.imaging import Picture, box_filter, fit, resize

_SEEN = 256
"""Long side in pixels of the picture whose colours are counted."""

CONTRAST = 4.0
"""How many times more or less contrast than it has a palette may be given along any axis. What is
grey but for its noise would become a rainbow, and a style for a flat sky would lose its strokes."""

KNEE = 0.1
"""Width of the lightest and the darkest part of the scale, into which what a palette's map sends
beyond it is bent. Cut off, a sun's rings would be one white."""

BLACK = 0.20, 0.35
"""Lightness of a place up to which it is black, and from which on it is not: in sRGB 22 and 58 of
255."""

PLACE = 4
"""Radius in pixels of the window that makes a place, of a picture of ``_SEEN`` px: what is dark
between strokes is theirs."""

MOST = 0.2
"""Share of a style that may be black beyond the content's. The Scream has 0.11, The Starry Night
0.10, Turner's Shipwreck 0.196; a tower at night 0.33, bright strokes on black 0.46 to 0.80."""

LEAST = 0.02
"""What a black place counts at least: where all is black something must be painted from."""

_TINY = 1e-10
"""Variance in Oklab below which an axis is none: a tenth of the step between two of 16 bits."""


def measured(picture: Picture) -> Statistics:
    """Mean and covariance of the colours that are visible, each pixel counting by its alpha.

    In Oklab, float64 on the CPU.
    """
    return statistics(to_oklab(picture.color.cpu().double()), picture.alpha.cpu().double()[0, 0])


def transport(own: Statistics, other: Statistics) -> tuple[Tensor, Tensor]:
    """The matrix A and the offset b for which A x + b has the other palette's mean and covariance.

    A is symmetric and positive, so no colour turns into its opposite: with S and T the two
    covariances, A = S^-1/2 (S^1/2 T S^1/2)^1/2 S^-1/2. Its stretch along each of its axes stays
    within ``CONTRAST``.
    """
    covariance = own.covariance + _TINY * torch.eye(3, dtype=own.covariance.dtype)
    root = _power(covariance, 0.5)
    inverse = _power(covariance, -0.5)
    matrix = inverse @ _power(root @ other.covariance @ root, 0.5) @ inverse
    values, axes = torch.linalg.eigh(matrix)
    matrix = axes * values.clamp(1 / CONTRAST, CONTRAST) @ axes.T
    return matrix, other.mean - matrix @ own.mean


def prepared(
    style: Picture, content: Picture, mask: Tensor, *, match: bool, robust: bool
) -> Picture:
    """The style as it is to be painted from.

    Args:
        style: what is painted from, where its alpha is above 0.
        content: what is painted on.
        mask: of the region, shape (1, 1, height, width) of the content.
        match: give the style the content's palette.
        robust: take weight from its black where it has far more than the content.

    Returns:
        The style itself where nothing is to be changed.
    """
    seen = _seen(content)
    region = Picture(seen.color, seen.alpha * resize(mask, seen.extent))
    if match:
        style = matched(style, region)
    return guarded(style, region) if robust else style


def matched(style: Picture, content: Picture) -> Picture:
    """The style in the content's palette, each as far as it is visible."""
    matrix, offset = transport(measured(_seen(style)), measured(content))

    def moved(color: Tensor) -> Tensor:
        lab = mix(matrix, to_oklab(color), offset)
        return from_oklab(torch.cat([_bent(lab[:, :1]), lab[:, 1:]], dim=1))

    return Picture(in_bands(moved, style.color), style.alpha)


def guarded(style: Picture, content: Picture) -> Picture:
    """The style with less weight on its black, where it has more than the content can bear.

    With b how black a place is, 0 to 1, and w its weight, sum(w b) / sum(w) is brought down to
    ``MOST`` beyond the content's own share by w = 1 - u b. Colours stay: bright strokes on black
    are still that, and no longer far apart.

    Returns:
        The style itself where its share is no larger; else one whose alpha has the weights in it.
    """
    seen = _seen(style)
    blackness = _blackness(seen)
    allowed = MOST + float(_mean(_blackness(content), content.alpha))
    share = float(_mean(blackness, seen.alpha))
    if share <= allowed:
        return style
    reach = float(_mean(blackness.square(), seen.alpha)) - allowed * share
    taken = min(1 - LEAST, (share - allowed) / reach)
    weights = resize(1 - taken * blackness, style.extent)
    return Picture(style.color, style.alpha * weights)


def black(picture: Picture) -> float:
    """How black a picture is, 0 to 1. Up to ``MOST``, :func:`guarded` leaves a style as it is."""
    seen = _seen(picture)
    return float(_mean(_blackness(seen), seen.alpha))


def _blackness(picture: Picture) -> Tensor:
    """How black each place is, 0 to 1, shape (1, 1, height, width)."""
    weight = box_filter(picture.alpha, PLACE).clamp(min=_TINY)
    lightness = box_filter(to_oklab(picture.color)[:, :1] * picture.alpha, PLACE) / weight
    dark, light = BLACK
    part = ((light - lightness) / (light - dark)).clamp(0, 1)
    return part.square() * (3 - 2 * part)


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum().clamp(min=_TINY)


def _bent(lightness: Tensor) -> Tensor:
    """Into 0..1, the more the farther out; what lies within the knees stays."""
    inner = lightness.clamp(KNEE, 1 - KNEE)
    return inner + KNEE * torch.tanh((lightness - inner) / KNEE)


def _seen(picture: Picture) -> Picture:
    return picture.resize(fit(picture.extent, _SEEN))


def _power(matrix: Tensor, exponent: float) -> Tensor:
    """Of a symmetric matrix that is not negative."""
    values, axes = torch.linalg.eigh(matrix)
    power: Tensor = axes * values.clamp(min=0) ** exponent @ axes.T
    return power
