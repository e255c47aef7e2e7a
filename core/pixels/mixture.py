"""A painting of less than its full strength: mixed with its content, and as rich in contrast.

Where two textures are not alike, their mean has less contrast than either: with halves of two that
have nothing to do with each other, 0.7 times theirs. A picture of half the strength would be flat,
with both seen through a fog. So what is finer than a few pixels of the painting is mixed and then
amplified, until its mean square is the mixture of both mean squares. It is what mixing the
statistics of features does (Huang and Belongie 2017, section 7.2), for the contrast of pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.bridge.contract.geometry import Box
from core.pixels.imaging import bands, box_filter, cut, extent_of
from core.system.stopping import Follow, alone

FINE = 2
"""Radius of the window, in pixels of the size that was painted at, whose mean is taken off to see
what is fine."""

MOST = 1.5
"""The largest amplification. Two textures without likeness need 1.41; two that are each other's
opposite would need any, and what they leave is rounding."""

_TINY = 1e-6
"""A mean square of half a step of 8 bits, below which there is nothing to amplify."""


def mixed(
    content: Tensor,
    painting: Tensor,
    strength: Tensor,
    ratio: float = 1.0,
    follow: Follow = alone,
) -> Tensor:
    """A painting at some strength.

    Args:
        content: what was painted on, shape (1, 3, height, width), 0..1.
        painting: of its size, at full strength.
        strength: of each pixel, shape (1, 1, height, width): 0 gives the content and 1 the
            painting, to rounding.
        ratio: how many pixels one of the size that was painted at has become, along a side.
        follow: called after each band of rows.
    """
    radius = _radius(ratio)
    extent = extent_of(content)
    found = torch.empty_like(painting)
    for band in bands(Box.of(extent)):
        wide = band.grow(reach(ratio)).intersect(Box.of(extent))
        here = _mixed(cut(content, wide), cut(painting, wide), cut(strength, wide), radius)
        cut(found, band).copy_(cut(here, band.inside(wide)))
        follow(band.bottom / extent.height)
    return found


def reach(ratio: float) -> int:
    """How many pixels around a pixel decide what becomes of it."""
    return 4 * _radius(ratio) + 1


def _radius(ratio: float) -> int:
    return max(FINE, round(FINE * ratio))


def _mixed(content: Tensor, painting: Tensor, share: Tensor, radius: int) -> Tensor:
    coarse, fine = _parted(content, radius)
    painted_coarse, painted_fine = _parted(painting, radius)
    wanted = torch.lerp(_square(fine, radius), _square(painted_fine, radius), share)
    mixture = torch.lerp(fine, painted_fine, share)
    there = _square(mixture, radius)
    gain = ((wanted + _TINY) / (there + _TINY)).sqrt_().clamp_(1, MOST)
    return torch.lerp(coarse, painted_coarse, share).add_(mixture.mul_(gain)).clamp_(0, 1)


def _parted(picture: Tensor, radius: int) -> tuple[Tensor, Tensor]:
    """What is coarse in a picture, and what is fine."""
    coarse = box_filter(box_filter(picture, radius), radius)
    return coarse, picture - coarse


def _square(fine: Tensor, radius: int) -> Tensor:
    """The mean square of what is fine around each pixel, shape (1, 1, height, width)."""
    return box_filter(fine.square().mean(dim=1, keepdim=True), 2 * radius + 1)
