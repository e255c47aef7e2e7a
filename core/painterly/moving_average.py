"""The exponential moving average of an optimisation's pictures."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor


class MovingAverage:
    """An exponential moving average of pictures, corrected for its start at 0."""

    def __init__(self, decay: float) -> None:
        """Start an average that keeps ``decay``, 0..1, of itself at each picture."""
        self._decay = decay
        self._sum: Tensor | None = None
        self._weight = 0.0

    def add(self, picture: Tensor) -> None:
        """Take in one more picture. All have the same shape."""
        self._sum = torch.zeros_like(picture) if self._sum is None else self._sum
        self._sum.mul_(self._decay).add_(picture, alpha=1 - self._decay)
        self._weight = self._weight * self._decay + 1 - self._decay

    @property
    def tensors(self) -> Iterable[Tensor]:
        """All that it remembers."""
        return () if self._sum is None else (self._sum,)

    def value(self) -> Tensor:
        """The average of what was added, at least one picture."""
        assert self._sum is not None
        return self._sum / self._weight
