"""A region's statistics at a layer: weighted mean and covariance of its features.

With weights w and features f: mean = sum(w f) / sum(w), second moment = sum(w f f^T) / sum(w),
covariance = second moment - mean mean^T. Each position's outer product is weighted once, so a mask
of 0.5 everywhere gives the same as a mask of 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

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
        return cls(mean, torch.addr(second, mean, mean, alpha=-1))

    @property
    def second(self) -> Tensor:
        """The second moment: the Gram matrix over the number of positions."""
        return self.covariance + torch.outer(self.mean, self.mean)

    @cached_property
    def spread(self) -> Tensor:
        """The Frobenius norm of the covariance, shape ()."""
        norm: Tensor = torch.linalg.vector_norm(self.covariance)
        return norm

    @classmethod
    def mixed(cls, parts: Iterable[tuple[Statistics, float]]) -> Statistics:
        """A mixture of several: the weighted sums of the means and of the covariances.

        These are not the statistics of the pictures side by side, whose covariance would include
        the distance between the means. Half a red style and half a blue one is purple here, not
        red and blue.
        """
        means, covariances = zip(
            *((weight * one.mean, weight * one.covariance) for one, weight in parts), strict=True
        )
        return cls(sum(means[1:], start=means[0]), sum(covariances[1:], start=covariances[0]))


@dataclass(frozen=True)
class Weighting:
    """The weight of each position at a layer, of a region or of a part of it.

    Attributes:
        values: shape (height, width), at least 0.
        total: the sum over the whole region, so that the moments of its parts add up to its own.
        even: the value of all weights if they are equal, else None.
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
        weights: of the same positions.
    """
    mean, second = _sums(features.squeeze(0).flatten(1), weights)
    share = 1 / weights.total.to(mean.dtype).clamp(min=torch.finfo(mean.dtype).tiny)
    return mean * share, second * share


def exact(values: Tensor) -> Tensor:
    """The values in the type that sums are made in: float32, or their own if that is finer."""
    return values.to(exact_type(values))


def exact_type(values: Tensor) -> torch.dtype:
    """The type of :func:`exact`, for functions that convert while they sum."""
    return torch.promote_types(values.dtype, torch.float32)


def add_slope(
    gradient: Tensor,
    features: Tensor,
    weights: Weighting,
    to_mean: Tensor,
    to_second: Tensor,
) -> None:
    """Add the slope of a function of the moments to the gradient at features, in place.

    d/df of <A, sum(w f f^T)/W> + <a, sum(w f)/W> is w/W * ((A + A^T) f + a). The product is made
    in the features' own type: the convolution that the gradient passes next uses that type too.

    Args:
        gradient: shape (1, channels, height, width), as the features.
        features, weights: as for :func:`moments`.
        to_mean, to_second: the slopes a and A of the function, by the first and second moment.
    """
    total = exact(weights.total)
    share = 1 / total.clamp(min=torch.finfo(total.dtype).tiny)
    flat = None if weights.even is None else _matrix(gradient)
    if flat is not None and weights.even is not None:
        share = share * weights.even
    symmetric = (to_second + to_second.T).mul_(share)
    bias = to_mean * share
    if flat is not None:
        flat.addmm_(symmetric.to(flat.dtype), features.squeeze(0).flatten(1))
        gradient.add_(bias.to(gradient.dtype)[:, None, None])
        return
    product = torch.addmm(
        bias.to(features.dtype)[:, None],
        symmetric.to(features.dtype),
        features.squeeze(0).flatten(1),
    )
    gradient.addcmul_(product.view_as(features[0])[None], weights.values.to(gradient.dtype))


def _even(weights: Tensor) -> float | None:
    """The value of all weights if they are equal, else None."""
    if weights.numel() == 0:
        return None
    first = float(weights.flatten()[0])
    return first if bool((weights == first).all()) else None


def _matrix(features: Tensor) -> Tensor | None:
    """A view of shape (channels, positions); None if the memory's layout allows none."""
    try:
        return features.squeeze(0).view(features.shape[1], -1)
    except RuntimeError:
        return None


BLOCKS = 64
"""The number of blocks in which moments are summed in half precision, if there are enough
positions. Each block's sum is rounded to bfloat16's 8 bits, and the sums are added in float32. At
512x512 px that costs 2.5e-4 of the covariance (1.7e-3 in one block) and takes a fifth of the time
of a product in float32."""

STRIPS = 4
"""The number of strips in which a symmetric product is made in float32."""


def _sums(flat: Tensor, weights: Weighting) -> tuple[Tensor, Tensor]:
    """The sums of w f and w f f^T over the columns of (channels, positions), in the exact type."""
    channels, positions = flat.shape
    if torch.finfo(flat.dtype).bits >= 32 and weights.even is not None:
        return weights.even * flat.sum(dim=1), weights.even * _symmetric(flat, flat)
    if torch.finfo(flat.dtype).bits >= 32 or positions < BLOCKS * channels:
        return _products(exact(flat).T, weights.values.flatten())
    whole = positions // BLOCKS * BLOCKS
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
    return weighted.sum(dim=0), _symmetric(weighted.T, rows.T)


def _symmetric(left: Tensor, right: Tensor) -> Tensor:
    """The product of (channels, positions) with the transpose of another, if it is symmetric.

    What is below the diagonal is copied from above it. In four strips that leaves out 3/8 of the
    multiplications, and takes 0.65 to 0.75 of the time where there are many positions.
    """
    channels, positions = left.shape
    if positions < channels // 2:
        return left @ right.T
    found = left.new_empty(channels, channels)
    step = -(-channels // STRIPS)
    for start in range(0, channels, step):
        stop = start + step
        found[start:stop, start:] = left[start:stop] @ right[start:].T
        found[stop:, start:stop] = found[start:stop, stop:].T
    return found
