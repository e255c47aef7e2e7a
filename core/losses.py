"""What painterly minimises. Relative to its target, each is about 1 where nothing matches yet."""

from __future__ import annotations

from torch import Tensor

from core.statistics import Statistics

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


def content_loss(painted: Tensor, content: Tensor, weights: Tensor) -> Tensor:
    """Relative squared distance of features, squared: (sum w |F - P|^2 / sum w |P|^2)^2.

    Gatys et al. (2016) without the division, which makes the weight independent of picture,
    layer and region, and without the outer square. That lets a style near the content go its way
    and holds on to the content the harder the further a style pulls it: one weight then does for
    both, where a plain distance needs a smaller one for the first and a larger for the second.

    Args:
        painted, content: shape (1, channels, height, width).
        weights: shape (height, width).
    """
    difference = (painted.float() - content.float()).square() * weights
    size = (content.float().square() * weights).sum().add(_TINY)
    return (difference.sum() / size).square()


def total_variation(picture: Tensor, mask: Tensor) -> Tensor:
    """Mean squared step between neighbours, both of which the mask lets through.

    Mahendran and Vedaldi (2015) with exponent 2.

    Args:
        picture: shape (1, 3, height, width).
        mask: shape (1, 1, height, width).
    """
    across = (picture[..., 1:] - picture[..., :-1]).square() * mask[..., 1:] * mask[..., :-1]
    down = (
        (picture[..., 1:, :] - picture[..., :-1, :]).square() * mask[..., 1:, :] * mask[..., :-1, :]
    )
    return (across.sum() + down.sum()) / (3 * mask.sum().clamp(min=1.0))
