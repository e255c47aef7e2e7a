"""L-BFGS, which learns from the last steps how the slope changes along them."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from torch import Tensor

HISTORY = 20
"""Steps that are remembered, each with two pictures."""

_RISING = 1e-6
"""Cosine between a step and the change of slope along it, from which on that says something of the
curvature. Below it is rounding, or the loss curves the other way, and both would lead uphill."""


class _Pair(NamedTuple):
    """A step, the change of the slope along it, and 1 over their product."""

    step: Tensor
    change: Tensor
    scale: Tensor


class LBFGS:
    """L-BFGS (Nocedal 1980; Liu and Nocedal 1989), which Gatys et al. (2016) descend with.

    Without a line search, as the first author's code has it: the first step is 1 long at most in
    the sum of all pixels, the others are as long as they come out. A departure: pixels are clipped
    to 0..1. What is learned from a step is learned from where it ended, and pixels at the border
    that would leave the range have no part in the next one (Bertsekas 1982, "Projected Newton
    methods for optimization problems with simple constraints").
    """

    def __init__(self, picture: Tensor, history: int = HISTORY) -> None:
        """Start from a picture, shape (1, 3, height, width)."""
        self._picture = picture.clone()
        self._pairs: deque[_Pair] = deque(maxlen=history)
        self._before: tuple[Tensor, Tensor] | None = None

    def step(self, gradient: Tensor, rate: float = 0.0) -> Tensor:
        """Go down the gradient at the picture, and give the new one, clipped to 0..1.

        Args:
            gradient: of the loss by the picture's pixels, of the whole loss at every step.
            rate: does nothing; the curvature says how far.
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

    def _held(self, gradient: Tensor) -> Tensor:
        """The pixels at the border of the range that would leave it."""
        picture = self._picture
        return ((picture <= 0) & (gradient > 0)) | ((picture >= 1) & (gradient < 0))

    def _learn(self, step: Tensor, change: Tensor) -> None:
        product = (step * change).sum()
        if product > _RISING * step.norm() * change.norm():
            self._pairs.append(_Pair(step, change, 1 / product))

    def _direction(self, gradient: Tensor) -> Tensor:
        """The inverse of the curvature times the gradient, by the two-loop recursion.

        What is given is used up.
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
