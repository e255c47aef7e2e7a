"""Changes a style's colours before the style is painted from.

There are two changes:

- :func:`matched` gives the style the mean and the covariance of the content's colours. Gatys et al.
  (2017), "Controlling perceptual factors in neural style transfer", section 5, do so in RGB by
  symmetric roots. Here it is done in Oklab (:mod:`core.pixels.color`), where equal steps look
  equal, by the map that moves colours least (Pitié and Kokaram 2007, "The linear Monge-Kantorovitch
  linear colour mapping"). ``core/bench/notes/colours.md`` says how the other ways look.
- :func:`guarded` takes weight from the black of a style that has much more of it than the content,
  which would turn parts of the painting into black patches. It leaves most styles as they are.

The content counts under the region's mask, the style under its alpha.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.features.statistics import Statistics, statistics
from core.pixels.color import from_oklab, in_bands, mix, to_oklab
from core.pixels.imaging import Picture, box_filter, fit, resize

_SEEN = 256
"""Long side in pixels of the picture whose colours are measured."""

CONTRAST = 4.0
"""The largest factor by which a palette's contrast may grow or shrink along any axis. Without a
limit a grey picture with a little noise would become a rainbow, and a style on a flat sky would
lose its strokes."""

KNEE = 0.1
"""Width of the lightest and the darkest part of the range, into which values beyond the range are
compressed. If they were clipped, the rings around a sun would become one white."""

BLACK = 0.20, 0.35
"""Lightness up to which a place is black, and from which it is not; in sRGB 22 and 58 of 255."""

PLACE = 4
"""Radius in pixels of the window whose mean is a place, in a picture of ``_SEEN`` px. Dark gaps
between strokes are averaged with the strokes."""

MOST = 0.2
"""How much larger a style's share of black may be than the content's. The Scream has a share of
0.11, The Starry Night 0.10, Turner's Shipwreck 0.196, a tower at night 0.33, and bright strokes on
black 0.46 to 0.80."""

LEAST = 0.02
"""The smallest weight of a black place. If all is black, something must be left to paint from."""

_TINY = 1e-10
"""Variance in Oklab below which an axis counts as flat: a tenth of a step of 16 bits, squared."""


def measured(picture: Picture) -> Statistics:
    """Mean and covariance of the colours, weighted by alpha; in Oklab, float64, on the CPU."""
    return statistics(to_oklab(picture.color.cpu().double()), picture.alpha.cpu().double()[0, 0])


def transport(own: Statistics, other: Statistics) -> tuple[Tensor, Tensor]:
    """The matrix A and the offset b that give colours another palette's mean and covariance.

    The map is A x + b with A = S^-1/2 (S^1/2 T S^1/2)^1/2 S^-1/2, where S and T are the covariances
    of both palettes. A is symmetric and positive, so no colour turns into its opposite. Its
    eigenvalues are limited by ``CONTRAST``.
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
    """The style with the changes that are asked for.

    Args:
        style: the picture, where its alpha is above 0.
        content: the picture that is painted on.
        mask: of the region, shape (1, 1, height, width) of the content.
        match: apply :func:`matched`.
        robust: apply :func:`guarded`.

    Returns:
        The style itself if nothing changes.
    """
    seen = _seen(content)
    region = Picture(seen.color, seen.alpha * resize(mask, seen.extent))
    if match:
        style = matched(style, region)
    return guarded(style, region) if robust else style


def matched(style: Picture, content: Picture) -> Picture:
    """The style in the content's palette. Both count as far as they are visible."""
    matrix, offset = transport(measured(_seen(style)), measured(content))

    def moved(color: Tensor) -> Tensor:
        lab = mix(matrix, to_oklab(color), offset)
        return from_oklab(torch.cat([_bent(lab[:, :1]), lab[:, 1:]], dim=1))

    return Picture(in_bands(moved, style.color), style.alpha)


def guarded(style: Picture, content: Picture) -> Picture:
    """The style with less weight on its black, if it has much more black than the content.

    Let b be the blackness of a place, 0 to 1, and w its weight. The style's share of black,
    sum(w b) / sum(w), is reduced to the content's share plus ``MOST`` by the weights w = 1 - u b.
    Colours stay as they are: bright strokes on black become bright strokes with less black between.

    Returns:
        The style itself if its share is not larger, else the style with its alpha multiplied by the
        weights.
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
    """The share of black in a picture, 0..1. :func:`guarded` leaves a style of up to ``MOST``."""
    seen = _seen(picture)
    return float(_mean(_blackness(seen), seen.alpha))


def _blackness(picture: Picture) -> Tensor:
    """The blackness of each place, 0 to 1, shape (1, 1, height, width)."""
    weight = box_filter(picture.alpha, PLACE).clamp(min=_TINY)
    lightness = box_filter(to_oklab(picture.color)[:, :1] * picture.alpha, PLACE) / weight
    dark, light = BLACK
    part = ((light - lightness) / (light - dark)).clamp(0, 1)
    return part.square() * (3 - 2 * part)


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum().clamp(min=_TINY)


def _bent(lightness: Tensor) -> Tensor:
    """Lightness compressed into 0..1. Values between the knees stay."""
    inner = lightness.clamp(KNEE, 1 - KNEE)
    return inner + KNEE * torch.tanh((lightness - inner) / KNEE)


def _seen(picture: Picture) -> Picture:
    return picture.resize(fit(picture.extent, _SEEN))


def _power(matrix: Tensor, exponent: float) -> Tensor:
    """The power of a symmetric matrix without negative eigenvalues."""
    values, axes = torch.linalg.eigh(matrix)
    power: Tensor = axes * values.clamp(min=0) ** exponent @ axes.T
    return power
