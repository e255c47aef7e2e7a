"""What painterly minimises. Relative to its target, each is about 1 where nothing matches yet."""

from __future__ import annotations

from torch import Tensor

from core.bridge.geometry import Extent
from core.statistics import Statistics, exact

_TINY = 1e-12


def style_loss(painted: Statistics, style: Statistics) -> Tensor:
    """Distance of a layer's statistics: |C - C_s| / |C_s| + |mu - mu_s|^2 / |mu_s|^2.

    Gatys et al. (2016) take the squared distance of Gram matrices. A departure: mean and
    covariance apart, and the covariance's distance not squared, so that its gradient does not
    fade as the style comes near. Norms are Frobenius norms.
    """
    spread = (painted.covariance - style.covariance).square().sum().add(_TINY).sqrt()
    spread = spread / style.covariance.square().sum().add(_TINY).sqrt()
    mean = (painted.mean - style.mean).square().sum() / style.mean.square().sum().add(_TINY)
    return spread + mean


def content_distance(painted: Tensor, content: Tensor, weights: Tensor) -> Tensor:
    """Squared distance of features, sum w |F - P|^2; those of a picture's parts add up to its own.

    Args:
        painted, content: shape (1, channels, height, width).
        weights: shape (height, width).
    """
    return ((exact(painted) - exact(content)).square() * weights).sum()


def content_loss(distance: Tensor, size: Tensor) -> Tensor:
    """Relative squared distance of features, squared: (sum w |F - P|^2 / size)^2.

    Gatys et al. (2016) without the division, which makes the weight independent of picture,
    layer and region, and without the outer square. That lets a style near the content go its way
    and holds on to the content the harder the further a style pulls it: one weight then does for
    both, where a plain distance needs a smaller one for the first and a larger for the second.

    Args:
        distance: of the whole region from :func:`content_distance`.
        size: of the features it is relative to, a sum of squares under the same weights.
    """
    return (distance / (size + _TINY)).square()


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
