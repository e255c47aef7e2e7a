"""What each optimizer offers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from torch import Tensor


class Optimizer(Protocol):
    """An optimizer of one picture's pixels, made with the picture that it starts from."""

    def step(self, gradient: Tensor, learning_rate: float | Tensor) -> Tensor:
        """Take one step, and return the new picture, clipped to 0..1.

        Args:
            gradient: of the loss at the current picture, shape (1, 3, height, width).
            learning_rate: the length of the step, in pixel values; or that at each place, shape
                (1, 1, height, width).
        """

    @property
    def tensors(self) -> Iterable[Tensor]:
        """All that it remembers."""
