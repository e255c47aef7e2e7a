"""The searches: how a picture goes down its loss, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from core.painterly.optimizers.lbfgs import LBFGS
from core.painterly.optimizers.pyramid import FIRST_FALL, PyramidAdam


class Descent(Protocol):
    """A search on its way from the picture it was made with."""

    def step(self, gradient: Tensor, rate: float) -> Tensor:
        """Go down the gradient at the picture, and give the new one, clipped to 0..1.

        Args:
            gradient: of the loss by the picture's pixels, shape (1, 3, height, width).
            rate: how far, in pixel values.
        """


class GradientDescent:
    """Gradient descent without memory.

    By each step the pixels that move at all move by the rate, in the root mean square. How large
    gradients are depends on the weights, on the network and on how many pixels share the loss. One
    factor for all steps, given by the first gradient, was too small in VGG-19 and too large in a
    network of random weights.
    """

    def __init__(self, picture: Tensor) -> None:
        self._picture = picture

    def step(self, gradient: Tensor, rate: float) -> Tensor:
        moving = (gradient != 0).sum().clamp(min=1)
        size = (gradient.square().sum() / moving).sqrt()
        unit = rate / size.clamp(min=torch.finfo(size.dtype).tiny)
        self._picture = (self._picture - unit * gradient).clamp_(0, 1)
        return self._picture


class Search(NamedTuple):
    """A search, and what it wants of a recipe, whose words the rest are.

    Attributes:
        begin: makes it for the first scale, given the picture, shape (1, 3, height, width).
        refine: makes it for a picture of a finer scale, what is coarse in it being settled.
        whole, averaging: as in :class:`core.painterly.recipe.Recipe`.
    """

    begin: Callable[[Tensor], Descent]
    refine: Callable[[Tensor], Descent]
    whole: int
    averaging: float


_pyramid = partial(PyramidAdam, fall=FIRST_FALL)
_adam = partial(PyramidAdam, levels=1, betas=(0.9, 0.999))

SEARCHES: Mapping[str, Search] = {
    "pyramid": Search(_pyramid, PyramidAdam, whole=2, averaging=0.93),
    "adam": Search(_adam, _adam, whole=2, averaging=0.93),
    # These have no momentum to carry a layer's slope over the steps that leave it out.
    "lbfgs": Search(LBFGS, LBFGS, whole=1, averaging=0.0),
    "gradient": Search(GradientDescent, GradientDescent, whole=1, averaging=0.0),
}


class Average:
    """An exponential average of the iterates, corrected for its start."""

    def __init__(self, decay: float) -> None:
        self._decay = decay
        self._sum: Tensor | None = None
        self._weight = 0.0

    def add(self, picture: Tensor) -> None:
        self._sum = torch.zeros_like(picture) if self._sum is None else self._sum
        self._sum.mul_(self._decay).add_(picture, alpha=1 - self._decay)
        self._weight = self._weight * self._decay + 1 - self._decay

    def value(self) -> Tensor:
        assert self._sum is not None
        return self._sum / self._weight
