"""Adam on the levels of a picture's pyramid; with one level, on its pixels."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Extent
from core.features.operators import enlarge_backward
from core.painterly.optimizers.adam import Moments
from core.pixels.imaging import extent_of, resize

LEVELS = 5
"""The most levels of a pyramid, the finest included. The coarsest keeps at least 2 px a side."""

FALL = 0.5
"""A level's step over that of the next finer level. After the first scale the coarse levels are
settled. Equal steps stir them up again at each scale, and 512 px end in a grid of blocks."""

FIRST_FALL = 0.7
"""The same at the first scale, where the coarse levels have to take on the style's colours. With
0.5, most of that scale's steps are spent on them; with 1, they come with blocks of noise."""


class PyramidAdam:
    """Adam (Kingma and Ba 2015) on a Laplacian pyramid of the picture (Burt and Adelson 1983).

    On single pixels Adam moves each by the same amount, whatever its neighbours do, and flat skies
    fill with blocks of noise that the later scales don't remove. In a pyramid a patch of colour is
    one number, as in Kolkin et al. (2022), and there are no such blocks.
    """

    def __init__(
        self,
        picture: Tensor,
        levels: int = LEVELS,
        betas: tuple[float, float] = (0.9, 0.97),
        epsilon: float = 1e-8,
        fall: float = FALL,
        wraps: bool = False,
    ) -> None:
        """Start from a picture, shape (1, 3, height, width); with ``wraps`` it repeats."""
        self._epsilon, self._fall, self._wraps = epsilon, fall, wraps
        self._levels = decompose(picture, levels, wraps)
        self._moments = [
            Moments(torch.zeros_like(level), torch.zeros_like(level), betas)
            for level in self._levels
        ]

    def step(self, gradient: Tensor, learning_rate: float | Tensor) -> Tensor:
        """Take one step, and return the new picture, clipped to 0..1.

        Args:
            gradient: of the loss at the current picture.
            learning_rate: of the finest level, in pixel values; or that at each place.
        """
        for moments, slope in zip(self._moments, self._slopes(gradient), strict=True):
            moments.update(slope, slope.square())
        step = learning_rate / self._moments[0].correction
        for level, moments in zip(self._levels, self._moments, strict=True):
            deviation = moments.deviation(self._epsilon)
            if isinstance(step, Tensor):
                level.addcdiv_(resize(step, extent_of(level)) * moments.mean, deviation, value=-1)
            else:
                level.addcdiv_(moments.mean, deviation, value=-step)
            step = step * self._fall
        return compose(self._levels, self._wraps).clamp_(0, 1)

    @property
    def tensors(self) -> Iterable[Tensor]:
        averages = (part for each in self._moments for part in (each.mean, each.square))
        return (*self._levels, *averages)

    def _slopes(self, gradient: Tensor) -> list[Tensor]:
        """The gradient at each level: :func:`compose` is linear in all of them."""
        slopes = [gradient]
        for level in self._levels[1:]:
            slopes.append(_enlarge_backward(slopes[-1], level, self._wraps))
        return slopes


def decompose(picture: Tensor, levels: int, wraps: bool = False) -> list[Tensor]:
    """A picture's Laplacian pyramid: the details of each level, the finest first, then the rest.

    :func:`compose` is its inverse.

    Args:
        picture: shape (1, 3, height, width).
        levels: the most levels.
        wraps: whether the picture repeats. There is then no further level at an odd side.
    """
    found: list[Tensor] = []
    while len(found) < levels - 1 and min(picture.shape[-2:]) >= 4:
        extent = extent_of(picture)
        if wraps and (extent.width % 2 or extent.height % 2):
            break
        half = _reduce(picture, Extent(extent.width // 2, extent.height // 2), wraps)
        found.append(picture - _enlarge(half, extent, wraps))
        picture = half
    return [*found, picture.clone()]


def compose(levels: list[Tensor], wraps: bool = False) -> Tensor:
    """The picture of a pyramid: the inverse of :func:`decompose`."""
    picture = levels[-1]
    for level in levels[-2::-1]:
        picture = _enlarge(picture, extent_of(level), wraps) + level
    return picture.clone() if picture is levels[-1] else picture


def _reduce(picture: Tensor, extent: Extent, wraps: bool) -> Tensor:
    """A picture at half its size."""
    size, around = (extent.height, extent.width), 2 * _REACH
    if not wraps:
        return functional.interpolate(picture, size, mode="bilinear", antialias=True)
    wide = functional.pad(picture, (around,) * 4, "circular")
    size = (extent.height + around, extent.width + around)
    half = functional.interpolate(wide, size, mode="bilinear", antialias=True)
    return half[..., _REACH:-_REACH, _REACH:-_REACH]


def _enlarge(picture: Tensor, extent: Extent, wraps: bool) -> Tensor:
    """A picture of half the size at this one, which may be odd if the picture does not wrap."""
    size = (extent.height, extent.width)
    if not wraps:
        return functional.interpolate(picture, size, mode="bilinear")
    wide = functional.pad(picture, (_REACH,) * 4, "circular")
    large = functional.interpolate(wide, scale_factor=2, mode="bilinear")
    return large[..., 2 * _REACH : -2 * _REACH, 2 * _REACH : -2 * _REACH]


def _enlarge_backward(slope: Tensor, given: Tensor, wraps: bool) -> Tensor:
    """The gradient at a picture of the size of ``given``, from that at what was made of it."""
    if not wraps:
        return enlarge_backward(slope, extent_of(given))
    with torch.enable_grad():
        leaf = torch.zeros_like(given).requires_grad_()
        (found,) = torch.autograd.grad(_enlarge(leaf, extent_of(slope), wraps), leaf, slope)
    return found


_REACH = 1
"""Pixels of the smaller picture that both see beyond a pixel."""
