"""L-BFGS, which estimates the curvature of the loss from its last steps."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from torch import Tensor

HISTORY = 20
"""How many steps it remembers. Each takes the memory of two pictures."""

_RISING = 1e-6
"""The smallest cosine between a step and the change of gradient along it that is used. Below it the
change is rounding, or the loss curves downwards; either would lead uphill."""


class _Pair(NamedTuple):
    """A step, the change of gradient along it, and 1 over their product."""

    step: Tensor
    change: Tensor
    scale: Tensor


class LBFGS:
    """L-BFGS (Nocedal 1980; Liu and Nocedal 1989), the optimizer of Gatys et al. (2016).

    There is no line search, as in the first author's code: the sum of all pixels' changes is at
    most 1 in the first step, and the later steps are as long as the curvature makes them.

    A departure: pixels are clipped to 0..1. A step is measured to where it ended after clipping,
    and pixels at the end of the range that would leave it take no part in the next step (Bertsekas
    1982, "Projected Newton methods for optimization problems with simple constraints").
    """

    def __init__(self, picture: Tensor, history: int = HISTORY) -> None:
        """Start from a picture, shape (1, 3, height, width)."""
        self._picture = picture.clone()
        self._pairs: deque[_Pair] = deque(maxlen=history)
        self._before: tuple[Tensor, Tensor] | None = None

    def step(self, gradient: Tensor, learning_rate: float | Tensor = 0.0) -> Tensor:
        """Take one step, and return the new picture, clipped to 0..1.

        Args:
            gradient: of the loss at the current picture. Every step needs that of the whole loss.
            learning_rate: not used; the curvature decides the length.
        """
        if self._before is not None:
            self._learn(self._picture - self._before[0], gradient - self._before[1])
        free = ~self._held(gradient)
        direction = self._direction(gradient * free) * free
        if not self._pairs:
            direction = direction / direction.abs().sum().clamp(min=1.0)
        self._before = self._picture, gradient
        self._picture = (self._picture - direction).clamp_(0, 1)
        return self._picture

    @property
    def tensors(self) -> Iterable[Tensor]:
        pairs = (tensor for pair in self._pairs for tensor in pair)
        return (self._picture, *(self._before or ()), *pairs)

    def _held(self, gradient: Tensor) -> Tensor:
        """True at pixels that are at the end of the range and would leave it."""
        picture = self._picture
        return ((picture <= 0) & (gradient > 0)) | ((picture >= 1) & (gradient < 0))

    def _learn(self, step: Tensor, change: Tensor) -> None:
        product = (step * change).sum()
        if product > _RISING * step.norm() * change.norm():
            self._pairs.append(_Pair(step, change, 1 / product))

    def _direction(self, gradient: Tensor) -> Tensor:
        """The inverse of the curvature times the gradient, by the two-loop recursion.

        The gradient is overwritten.
        """
        direction, along = gradient, []
        for pair in reversed(self._pairs):
            along.append(pair.scale * (pair.step * direction).sum())
            direction.addcmul_(pair.change, along[-1], value=-1)
        if self._pairs:
            last = self._pairs[-1]
            direction /= last.scale * last.change.square().sum()
        for pair, share in zip(self._pairs, reversed(along), strict=True):
            back = pair.scale * (pair.change * direction).sum()
            direction.addcmul_(pair.step, share - back)
        return direction
