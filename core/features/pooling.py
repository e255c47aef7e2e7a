"""A max pooling with a backward pass that keeps all threads busy."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from core.features.operators import max_pool_backward


class Pooled:
    """A square max pooling of a picture, ready for its backward pass.

    On a CPU PyTorch's backward pass gives each thread some pictures of the batch, and here is one
    picture. So its rows of windows are taken for a batch, where windows don't overlap and lie one
    after another in memory. The result is the same.

    Attributes:
        made: the output.
    """

    def __init__(self, given: Tensor, kernel: int, stride: int, padding: int) -> None:
        """Pool.

        Args:
            given: the input, shape (1, channels, height, width).
            kernel, stride, padding: of the windows.
        """
        self._given, self._window = given, (kernel, stride, padding)
        self._rows = given.shape[2] // stride
        apart = kernel == stride and padding == 0 and given.device.type == "cpu"
        self._strips = apart and given.is_contiguous(memory_format=torch.channels_last)
        seen = _strips(given, stride, self._rows) if self._strips else given
        made, self._places = functional.max_pool2d(
            seen, kernel, stride, padding, return_indices=True
        )
        self.made: Tensor = _whole(made) if self._strips else made

    def back(self, slope: Tensor) -> Tensor:
        """The gradient at the input, from that at the output."""
        found = torch.empty_like(self._given)
        if not self._strips:
            max_pool_backward(slope, self._given, self._places, *self._window, out=found)
            return found
        stride = self._window[1]
        found[:, :, self._rows * stride :] = 0
        max_pool_backward(
            _strips(slope.contiguous(memory_format=torch.channels_last), 1, self._rows),
            _strips(self._given, stride, self._rows),
            self._places,
            *self._window,
            out=_strips(found, stride, self._rows),
        )
        return found


def _strips(picture: Tensor, height: int, count: int) -> Tensor:
    """A picture's first strips as a batch of pictures of that height, a view."""
    _, channels, _, width = picture.shape
    rows = picture.permute(0, 2, 3, 1)[0, : height * count]
    return rows.view(count, height, width, channels).permute(0, 3, 1, 2)


def _whole(strips: Tensor) -> Tensor:
    """The inverse of :func:`_strips`."""
    count, channels, height, width = strips.shape
    rows = strips.permute(0, 2, 3, 1).reshape(1, count * height, width, channels)
    return rows.permute(0, 3, 1, 2)
