"""What painterly minimises. Relative to its target, each is about 1 where nothing matches yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from core.bridge.geometry import Extent
from core.statistics import Statistics, exact_type

_TINY = 1e-12

MEAN_COLOR = (0.485, 0.456, 0.406)
"""Red, green and blue of ImageNet's pictures in the mean, which the networks were trained on."""


class Measure(NamedTuple):
    """How far a painting is from its style and from its content, at one layer.

    Attributes:
        style: of the painting's statistics from the style's.
        content: of the distance from :func:`content_distance` and of the size of the features it
            is relative to, a sum of squares under the same weights.
    """

    style: Callable[[Statistics, Statistics], Tensor]
    content: Callable[[Tensor, Tensor], Tensor]


# --- as in the paper ------------------------------------------------------------------------------


def gram_energy(painted: Statistics, style: Statistics) -> Tensor:
    """E = 1/(4 N^2 M^2) sum (G - A)^2 of Gatys et al. (2016), for N features of M neurons.

    G = sum F F^T. Where M is not the same on both sides, G/M and A/M_s are what can be compared;
    under a mask M is the sum of the weights.
    """
    channels = len(style.mean)
    return (painted.second - style.second).square().sum() / (4 * channels**2)


def content_energy(distance: Tensor) -> Tensor:
    """L = 1/2 sum (F - P)^2 of Gatys et al. (2016), from :func:`content_distance`."""
    return distance / 2


def gram_loss(painted: Statistics, style: Statistics) -> Tensor:
    """E over what it is where G = 0.

    A departure that is a constant weight for each layer: E goes with the fourth power of the
    features, whose size each network and each layer has its own of.
    """
    nothing = 4 * len(style.mean) ** 2 / style.second.square().sum().add(_TINY)
    return gram_energy(painted, style) * nothing


def content_share(distance: Tensor, size: Tensor) -> Tensor:
    """L over what it is where F = 0. A constant weight as in :func:`gram_loss`: as E is a mean
    over neurons and L is a sum, their balance would be another one for each size of picture."""
    return content_energy(distance) / (content_energy(size) + _TINY)


# --- as found better ------------------------------------------------------------------------------


def gaussian_loss(painted: Statistics, style: Statistics) -> Tensor:
    """Distance of a layer's statistics: |C - C_s| / |C_s| + |mu - mu_s|^2 / |mu_s|^2.

    Gatys et al. (2016) take the squared distance of Gram matrices. A departure: mean and
    covariance apart, and the covariance's distance not squared, so that its gradient does not
    fade as the style comes near. Norms are Frobenius norms.
    """
    spread = (painted.covariance - style.covariance).square().sum().add(_TINY).sqrt()
    spread = spread / style.covariance.square().sum().add(_TINY).sqrt()
    mean = (painted.mean - style.mean).square().sum() / style.mean.square().sum().add(_TINY)
    return spread + mean


def content_loss(distance: Tensor, size: Tensor) -> Tensor:
    """Relative squared distance of features, squared: (sum w |F - P|^2 / size)^2.

    Gatys et al. (2016) without the division, which makes the weight independent of picture,
    layer and region, and without the outer square. That lets a style near the content go its way
    and holds on to the content the harder the further a style pulls it: one weight then does for
    both, where a plain distance needs a smaller one for the first and a larger for the second.
    """
    return (distance / (size + _TINY)).square()


MEASURES = {
    "gaussian": Measure(gaussian_loss, content_loss),
    "gram": Measure(gram_loss, content_share),
}


# --- for both -------------------------------------------------------------------------------------


def content_distance(painted: Tensor, content: Tensor, weights: Tensor) -> Tensor:
    """Squared distance of features, sum w |F - P|^2; those of a picture's parts add up to its own.

    Args:
        painted, content: shape (1, channels, height, width).
        weights: shape (height, width).
    """
    away = painted - content
    length: Tensor = torch.linalg.vector_norm(away, dim=1, dtype=exact_type(away))
    return (length.square() * weights).sum()


def variation(picture: Tensor, mask: Tensor, part: Extent | None = None) -> Tensor:
    """Sum of squared steps between neighbours, both of which the mask lets through.

    Mahendran and Vedaldi (2015) with exponent 2.

    Args:
        picture: shape (1, 3, height, width).
        mask: shape (1, 1, height, width).
        part: count the steps that start there, in the top left corner, only. Over the parts of a
            picture, each seen with what follows it, they add up to the whole's.
    """
    width, height = part or (picture.shape[-1], picture.shape[-2])
    rows, row_mask = picture[..., :height, : width + 1], mask[..., :height, : width + 1]
    columns, column_mask = picture[..., : height + 1, :width], mask[..., : height + 1, :width]
    across = rows.diff(dim=-1).square() * row_mask[..., 1:] * row_mask[..., :-1]
    down = columns.diff(dim=-2).square() * column_mask[..., 1:, :] * column_mask[..., :-1, :]
    return across.sum() + down.sum()


def away_from_mean(picture: Tensor, mask: Tensor) -> Tensor:
    """1/2 sum (x - mean)^2 over pixels and channels, which keeps from black and white.

    Args:
        picture: shape (1, 3, height, width).
        mask: shape (1, 1, height, width).
    """
    mean = picture.new_tensor(MEAN_COLOR).view(1, 3, 1, 1)
    return ((picture - mean).square() * mask).sum() / 2
