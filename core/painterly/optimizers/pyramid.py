"""Adam on the levels of a picture's pyramid, or on its pixels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Extent

LEVELS = 5
"""Of the pyramid at most, the finest one counted; the coarsest keeps two pixels a side."""

FALL = 0.5
"""A level's step over that of the next finer one. Beyond the first scale the coarse levels are
settled; with equal steps they are stirred up again at each, and 512 px end in a grid of blocks."""

FIRST_FALL = 0.7
"""The same at the first scale, where the coarse levels are to take on the style's colours. With
0.5 that is what most of its steps are needed for; with 1 blocks of noise come with them."""


class PyramidAdam:
    """Adam (Kingma and Ba 2015) on a Laplacian pyramid of the picture (Burt and Adelson 1983).

    On single pixels Adam moves each by the same step, whatever its neighbours do: flat skies fill
    with blocks of noise that the later scales don't lose again. In a pyramid a patch of colour is
    one number, as in Kolkin et al. (2022), and there are none.
    """

    def __init__(
        self,
        picture: Tensor,
        levels: int = LEVELS,
        betas: tuple[float, float] = (0.9, 0.97),
        epsilon: float = 1e-8,
        fall: float = FALL,
    ) -> None:
        """Start from a picture, shape (1, 3, height, width)."""
        self._betas, self._epsilon, self._fall = betas, epsilon, fall
        self._count = 0
        self._levels = decompose(picture, levels)
        self._means = [torch.zeros_like(level) for level in self._levels]
        self._squares = [torch.zeros_like(level) for level in self._levels]

    def step(self, gradient: Tensor, rate: float) -> Tensor:
        """Go down the gradient at the picture, and give the new one, clipped to 0..1.

        Args:
            gradient: of the loss by the picture's pixels.
            rate: of the finest level, in pixel values.
        """
        first, second = self._betas
        self._count += 1
        scale = rate / (1 - first**self._count)
        known = 1 - second**self._count
        slopes = self._slopes(gradient)
        for level, mean, square, slope in zip(
            self._levels, self._means, self._squares, slopes, strict=True
        ):
            mean.lerp_(slope, 1 - first)
            square.lerp_(slope.square(), 1 - second)
            level.addcdiv_(mean, square.div(known).sqrt_().add_(self._epsilon), value=-scale)
            scale *= self._fall
        return compose(self._levels).clamp_(0, 1)

    def _slopes(self, gradient: Tensor) -> tuple[Tensor, ...]:
        with torch.enable_grad():
            leaves = [level.detach().requires_grad_() for level in self._levels]
            return torch.autograd.grad(compose(leaves), leaves, gradient)


def decompose(picture: Tensor, levels: int) -> list[Tensor]:
    """The details of each level, finest first, and at the end what is left; :func:`compose` undoes
    it."""
    found: list[Tensor] = []
    while len(found) < levels - 1 and min(picture.shape[-2:]) >= 4:
        height, width = picture.shape[-2:]
        half = functional.interpolate(
            picture, (height // 2, width // 2), mode="bilinear", antialias=True
        )
        found.append(picture - _enlarge(half, Extent(width, height)))
        picture = half
    return [*found, picture.clone()]


def compose(levels: list[Tensor]) -> Tensor:
    """The picture that a pyramid stands for."""
    picture = levels[-1]
    for level in levels[-2::-1]:
        picture = _enlarge(picture, Extent(level.shape[-1], level.shape[-2])) + level
    return picture.clone() if picture is levels[-1] else picture


def _enlarge(picture: Tensor, extent: Extent) -> Tensor:
    return functional.interpolate(picture, (extent.height, extent.width), mode="bilinear")
