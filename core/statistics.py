"""A region's statistics at a layer: weighted mean and covariance of its features.

With weights w and features f: mean = sum(w f) / sum(w), second moment = sum(w f f^T) / sum(w),
covariance = second moment - mean mean^T. Each neuron's outer product counts by its weight once,
so a mask of 0.5 everywhere gives what a mask of 1 gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


@dataclass(frozen=True)
class Statistics:
    """Mean, shape (channels,), and covariance, shape (channels, channels), of a region."""

    mean: Tensor
    covariance: Tensor

    @classmethod
    def of(cls, mean: Tensor, second: Tensor) -> Statistics:
        """From first and second moments."""
        return cls(mean, second - torch.outer(mean, mean))

    def toward(self, other: Statistics, amount: float) -> Statistics:
        """A part of the way to other statistics: 0 is these, 1 the others."""
        return Statistics(
            torch.lerp(self.mean, other.mean, amount),
            torch.lerp(self.covariance, other.covariance, amount),
        )


def statistics(features: Tensor, weights: Tensor) -> Statistics:
    """Weighted mean and covariance, in float32 or the features' own precision if higher.

    Args:
        features: shape (1, channels, height, width), any float type.
        weights: shape (height, width), at least 0; where they are all 0 the result is 0.
    """
    return Statistics.of(*moments(features, weights, weights.sum()))


def moments(features: Tensor, weights: Tensor, total: Tensor) -> tuple[Tensor, Tensor]:
    """Weighted first and second moments: shapes (channels,) and (channels, channels).

    Args:
        features, weights: as for :func:`statistics`, of a region or of a part of it.
        total: the sum of the whole region's weights. The moments of its parts then add up to its
            own.
    """
    result: tuple[Tensor, Tensor] = _Moments.apply(features.squeeze(0), weights, total)
    return result


def exact(values: Tensor) -> Tensor:
    """In the type sums are made in: float32, or their own where it is finer."""
    return values.to(torch.promote_types(values.dtype, torch.float32))


class _Moments(torch.autograd.Function):
    """The moments with a backward of one matrix product instead of autograd's two.

    d/df of <A, sum(w f f^T)/W> + <a, sum(w f)/W> is w/W * ((A + A^T) f + a). The product is made
    in the features' own type, as the convolution behind it computes in that type anyway.
    """

    @staticmethod
    def forward(
        ctx: Any, features: Tensor, weights: Tensor, total: Tensor
    ) -> tuple[Tensor, Tensor]:
        flat = exact(features.flatten(1))
        share = weights.flatten().to(flat.dtype)
        share = share / total.to(flat.dtype).clamp(min=torch.finfo(flat.dtype).tiny)
        weighted = flat * share
        ctx.save_for_backward(features, share)
        return weighted.sum(dim=1), weighted @ flat.T

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, to_mean: Tensor, to_second: Tensor) -> tuple[Tensor, None, None]:
        features, share = ctx.saved_tensors
        symmetric = (to_second + to_second.T).to(features.dtype)
        product = torch.addmm(
            to_mean.to(features.dtype).unsqueeze(1), symmetric, features.flatten(1)
        )
        return (product * share.to(features.dtype)).view_as(features), None, None
