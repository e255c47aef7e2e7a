"""PyTorch's own convolution with its kernel laid out once, and its ReLU in the same pass.

PyTorch's convolutions on a CPU are oneDNN's, which wants a kernel in a layout of its own. A plain
call lays it out anew each time. For the 512x512 channels of VGG-19's last layers at 128x128 px that
takes as long as the convolution.
"""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from core.features.convolutions.algorithm import relu_slope
from core.features.operators import PackedKernel

LEAST = 256
"""The fewest channels, given and made, at which it is worth the memory of both layouts. At 64
channels the layout takes no time, and oneDNN was slower with the ReLU than without on one machine.
"""


class Packed:
    """A 3x3 convolution of stride 1 with its ReLU, on a CPU.

    The first call of each pass keeps the kernel in its layout, which takes as much memory as the
    kernel itself: 25 MB for each pass of VGG-19 down to relu5_1 in bfloat16.
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        """Build on tensors, which are not copied."""
        self._weight, self._bias = weight, bias

    def forward(self, given: Tensor, padding: int) -> Tensor:
        return self._forward.convolve(given, padding, self._bias, relu=True)

    def backward(self, slope: Tensor, made: Tensor | None, given: Tensor, padding: int) -> Tensor:
        relu_slope(slope, made)
        return self._backward.convolve(slope, self._weight.shape[-1] - 1 - padding)

    @cached_property
    def _forward(self) -> PackedKernel:
        return PackedKernel(self._weight)

    @cached_property
    def _backward(self) -> PackedKernel:
        """The gradient of a convolution is one with the kernel turned and its channels swapped."""
        turned = self._weight.transpose(0, 1).flip(2, 3)
        return PackedKernel(turned.contiguous(memory_format=torch.channels_last))
