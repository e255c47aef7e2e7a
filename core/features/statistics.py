"""A region's statistics at a layer: weighted mean and covariance of its features.

With weights w and features f: mean = sum(w f) / sum(w), second moment = sum(w f f^T) / sum(w),
covariance = second moment - mean mean^T. Each neuron's outer product counts by its weight once,
so a mask of 0.5 everywhere gives what a mask of 1 gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Statistics:
    """Mean, shape (channels,), and covariance, shape (channels, channels), of a region."""

    mean: Tensor
    covariance: Tensor

    @classmethod
    def of(cls, mean: Tensor, second: Tensor) -> Statistics:
        """From first and second moments."""
        return cls(mean, second - torch.outer(mean, mean))

    @property
    def second(self) -> Tensor:
        """The second moment: the Gram matrix over the number of neurons."""
        return self.covariance + torch.outer(self.mean, self.mean)

    @classmethod
    def mixed(cls, parts: Iterable[tuple[Statistics, float]]) -> Statistics:
        """Between several: the means and the covariances, each weighted.

        Not those of the pictures side by side, in which the distance between two means would be
        spread as well: half of a red style and half of a blue one is purple, not red and blue.
        """
        means, covariances = zip(
            *((weight * one.mean, weight * one.covariance) for one, weight in parts), strict=True
        )
        return cls(sum(means[1:], start=means[0]), sum(covariances[1:], start=covariances[0]))


@dataclass(frozen=True)
class Weighting:
    """What each neuron counts, of a region at a layer or of a part of it.

    Attributes:
        values: shape (height, width), at least 0.
        total: the sum over the whole region. The moments of its parts then add up to its own.
        even: the one value that all have; None where they differ.
    """

    values: Tensor
    total: Tensor
    even: float | None

    @classmethod
    def of(cls, values: Tensor) -> Weighting:
        """Of a whole region."""
        return cls(values, values.sum(), _even(values))

    def part(self, values: Tensor) -> Weighting:
        """Of a part of the region."""
        return Weighting(values, self.total, _even(values) if self.even is None else self.even)


def statistics(features: Tensor, weights: Tensor) -> Statistics:
    """Weighted mean and covariance, in float32 or the features' own precision if higher.

    Args:
        features: shape (1, channels, height, width), any float type.
        weights: shape (height, width), at least 0; where they are all 0 the result is 0.
    """
    return Statistics.of(*moments(features, Weighting.of(weights)))


def moments(features: Tensor, weights: Weighting) -> tuple[Tensor, Tensor]:
    """Weighted first and second moments: shapes (channels,) and (channels, channels).

    Args:
        features: as for :func:`statistics`, of a region or of a part of it.
        weights: of the same neurons.
    """
    mean, second = _sums(features.squeeze(0).flatten(1), weights)
    share = 1 / weights.total.to(mean.dtype).clamp(min=torch.finfo(mean.dtype).tiny)
    return mean * share, second * share


def exact(values: Tensor) -> Tensor:
    """In the type sums are made in: float32, or their own where it is finer."""
    return values.to(exact_type(values))


def exact_type(values: Tensor) -> torch.dtype:
    """That type, for what converts as it sums."""
    return torch.promote_types(values.dtype, torch.float32)


def add_slope(
    gradient: Tensor,
    features: Tensor,
    weights: Weighting,
    to_mean: Tensor,
    to_second: Tensor,
) -> None:
    """Add to the gradient at features, in place, that of what rises with their moments.

    d/df of <A, sum(w f f^T)/W> + <a, sum(w f)/W> is w/W * ((A + A^T) f + a). The product is made
    in the features' own type, as the convolution behind it computes in that type anyway.

    Args:
        gradient: shape (1, channels, height, width), as the features.
        features, weights: as for :func:`moments`.
        to_mean, to_second: the slopes a and A.
    """
    total = exact(weights.total)
    share = 1 / total.clamp(min=torch.finfo(total.dtype).tiny)
    symmetric = (to_second + to_second.T) * share
    bias = to_mean * share
    even = weights.even
    if even is not None and (flat := _matrix(gradient)) is not None:
        flat.addmm_((symmetric * even).to(flat.dtype), features.squeeze(0).flatten(1))
        gradient.add_((bias * even).to(gradient.dtype)[:, None, None])
        return
    product = torch.addmm(
        bias.to(features.dtype)[:, None],
        symmetric.to(features.dtype),
        features.squeeze(0).flatten(1),
    )
    gradient.addcmul_(product.view_as(features[0])[None], weights.values.to(gradient.dtype))


def _even(weights: Tensor) -> float | None:
    """The one value that all weights have; None where they differ."""
    if weights.numel() == 0:
        return None
    first = float(weights.flatten()[0])
    return first if bool((weights == first).all()) else None


def _matrix(features: Tensor) -> Tensor | None:
    """The same memory as (channels, neurons); None where it is no such matrix."""
    try:
        return features.squeeze(0).view(features.shape[1], -1)
    except RuntimeError:
        return None


BLOCKS = 64
"""In how many parts half precision's moments are summed where there are neurons enough. Each sum is
rounded to the 8 bits that bfloat16 has, and added in float32: 2.5e-4 of the covariance is lost at
512x512 px (1.7e-3 in one part), in a fifth of the time of a product in float32."""


def _sums(flat: Tensor, weights: Weighting) -> tuple[Tensor, Tensor]:
    """Of w f and w f f^T over the columns of (channels, neurons), in the exact type."""
    channels, neurons = flat.shape
    if torch.finfo(flat.dtype).bits >= 32 or neurons < BLOCKS * channels:
        return _products(exact(flat).T, weights.values.flatten())
    whole = neurons // BLOCKS * BLOCKS
    rows, values, even = flat.T, weights.values.flatten(), weights.even
    weighted = rows if even is not None else rows * values.to(rows.dtype)[:, None]
    left, right = (part[:whole].reshape(BLOCKS, -1, channels) for part in (weighted, rows))
    mean = torch.bmm(rows.new_ones(BLOCKS, 1, whole // BLOCKS), left)
    second = torch.bmm(left.transpose(1, 2), right)
    share = 1.0 if even is None else even
    mean, second = (share * exact(part).sum(dim=0) for part in (mean[:, 0], second))
    rest = _products(exact(rows[whole:]), values[whole:])
    return mean + rest[0], second + rest[1]


def _products(rows: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    weighted = rows * weights.to(rows.dtype)[:, None]
    return weighted.sum(dim=0), weighted.T @ rows
