"""Mean and standard deviation per channel: measured, mixed, and replaced by a style's.

Adaptive instance normalisation (Huang and Belongie 2017) and conditional instance normalisation
(Dumoulin et al. 2017) both replace them. The first measures the new ones on a style, the second has
learnt them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor

VARIANCE = 1e-5
"""Added to a variance before its root is taken, as in the training of both networks."""


class Spread(NamedTuple):
    """Mean and standard deviation of features per channel, shape (1, channels, 1, 1)."""

    mean: Tensor
    deviation: Tensor


def spread(features: Tensor, weights: Tensor) -> Spread:
    """Weighted mean and standard deviation per channel, in the precision of the weights.

    Args:
        features: shape (1, channels, height, width), any float type.
        weights: shape (height, width), at least 0; where they are all 0 the mean is 0.
    """
    flat = features.to(weights.dtype).flatten(2)
    share = weights.flatten() / weights.sum().clamp(min=torch.finfo(weights.dtype).tiny)
    mean = (flat @ share).unsqueeze(-1)
    variance = (flat - mean).square_() @ share
    deviation = variance.add(VARIANCE).sqrt()
    return Spread(mean.unsqueeze(-1), deviation.view(1, -1, 1, 1))


def mixed(shares: Iterable[tuple[Spread, float]]) -> Spread:
    """A mixture of several; the weights sum to 1.

    Both papers mix styles in this way. Features restyled by the mixture are the mixture of the
    features restyled by each.
    """
    parts = [(found.mean * weight, found.deviation * weight) for found, weight in shares]
    means, deviations = zip(*parts, strict=True)
    return Spread(sum(means[1:], means[0]), sum(deviations[1:], deviations[0]))


def restyle(features: Tensor, own: Spread, style: Spread) -> Tensor:
    """The features with the style's mean and deviation in place of their own."""
    centred = features - own.mean
    return centred.mul_(style.deviation / own.deviation).add_(style.mean)
