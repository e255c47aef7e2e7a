"""What every algorithm of a convolution offers, and PyTorch's own algorithm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor
from torch.nn import functional

from core.features.operators import convolution_backward, relu_backward


class Algorithm(Protocol):
    """A square convolution and the ReLU behind it."""

    def forward(self, given: Tensor, padding: int) -> Tensor:
        """The output of the ReLU.

        Args:
            given: the input, shape (1, channels, height, width).
            padding: the zeros that are added on each side.
        """

    def backward(self, slope: Tensor, made: Tensor | None, given: Tensor, padding: int) -> Tensor:
        """The gradient at the input.

        Args:
            slope: the gradient at the ReLU's output. It may be overwritten.
            made: the ReLU's output; None if ``slope`` is the gradient at the ReLU's input.
            given, padding: as in the forward pass.
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

    def backward(self, slope: Tensor, made: Tensor | None, given: Tensor, padding: int) -> Tensor:
        relu_slope(slope, made)
        return convolution_backward(slope, given, self.weight, self.stride, padding)


def relu_slope(slope: Tensor, made: Tensor | None) -> None:
    """Make of the gradient at a ReLU's output, in place, that at its input.

    Args:
        slope: the gradient.
        made: the ReLU's output; None if it is the gradient at its input already.
    """
    if made is not None:
        relu_backward(slope, made, out=slope)
