"""Gradient descent, without momentum."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor


class GradientDescent:
    """Gradient descent whose steps all have the same length.

    The learning rate is the root mean square of a step over those pixels whose gradient is not 0.
    A gradient's size depends on the weights, on the network and on how many pixels share the loss,
    so it is divided out. One factor for all steps, taken from the first gradient, was too small
    for VGG-19 and too large for a network of random weights.
    """

    def __init__(self, picture: Tensor) -> None:
        """Start from a picture, shape (1, 3, height, width)."""
        self._picture = picture

    def step(self, gradient: Tensor, learning_rate: float | Tensor) -> Tensor:
        """Take one step, and return the new picture: see :class:`Optimizer`."""
        moving = (gradient != 0).sum().clamp(min=1)
        size = (gradient.square().sum() / moving).sqrt()
        unit = learning_rate / size.clamp(min=torch.finfo(size.dtype).tiny)
        self._picture = (self._picture - unit * gradient).clamp_(0, 1)
        return self._picture

    @property
    def tensors(self) -> Iterable[Tensor]:
        return (self._picture,)
