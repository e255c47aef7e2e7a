"""What every algorithm of a convolution offers, and the ordinary one: PyTorch's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional


class Algorithm(Protocol):
    """A square convolution and the ReLU behind it."""

    def forward(self, given: Tensor, padding: int) -> Tensor:
        """What the ReLU makes.

        Args:
            given: the input, shape (1, channels, height, width).
            padding: zeros to put around it.
        """

    def backward(self, slope: Tensor, made: Tensor, given: Tensor, padding: int) -> Tensor:
        """The gradient at the input.

        Args:
            slope: that at the ReLU's output. It may be overwritten.
            made: that output.
            given, padding: those of the forward pass.
        """


@dataclass(frozen=True)
class Ordinary:
    """PyTorch's own convolution, of any size, stride and type, on any device."""

    weight: Tensor
    bias: Tensor
    stride: int = 1

    def forward(self, given: Tensor, padding: int) -> Tensor:
        # In place: the gradient of a convolution does not need its output.
        made = functional.conv2d(given, self.weight, self.bias, self.stride, padding)
        return functional.relu_(made)

    def backward(self, slope: Tensor, made: Tensor, given: Tensor, padding: int) -> Tensor:
        aten = torch.ops.aten
        aten.threshold_backward.grad_input(slope, made, 0, grad_input=slope)
        found: Tensor = aten.convolution_backward(
            slope, given, self.weight, None, [self.stride] * 2, [padding] * 2, [1, 1], False,
            [0, 0], 1, [True, False, False],
        )[0]  # fmt: skip
        return found
