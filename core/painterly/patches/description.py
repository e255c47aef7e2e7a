"""Describes the neighbourhood of each place of a picture by a few numbers, to compare places by.

A neighbourhood is a window of pixels, averaged by twos, as the pictures that are compared lack
their finest band. Its principal components over the styles keep almost all of what its pixels say.
The colours less their mean count in full, and the mean with a weight of its own: the shape of the
strokes decides first, then their colour.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

POOL = 2
"""Side in pixels of the squares that are averaged. A style's windows are as many pixels apart."""

WINDOW = 10
"""Side of a window, in these squares."""

NUMBERS = 24
"""How many principal components are kept."""

MEAN = 0.5
"""Weight of the mean colour of a window over that of its pixels' differences from it."""

_SAMPLE = 16384
"""The most windows that the components are found from."""


class Description:
    """The principal components of a picture's windows."""

    def __init__(self, picture: Tensor) -> None:
        """Find them. The picture has shape (1, 3, height, width), no side below one window."""
        halved = functional.avg_pool2d(picture.cpu(), POOL)
        windows = halved.unfold(2, WINDOW, 1).unfold(3, WINDOW, 1)[0].permute(1, 2, 0, 3, 4)
        count = windows.shape[0] * windows.shape[1]
        chosen = torch.arange(0, count, -(-count // _SAMPLE))
        down, across = chosen // windows.shape[1], chosen % windows.shape[1]
        weighted = windows[down, across].flatten(1).double() @ _balance()
        centered = weighted - weighted.mean(dim=0)
        axes = torch.linalg.eigh(centered.T @ centered).eigenvectors[:, -NUMBERS:]
        filters = (axes.T @ _balance()).view(-1, 3, WINDOW, WINDOW)
        self._filters = filters.to(picture.device, picture.dtype)

    def of(self, picture: Tensor, step: int = 1) -> Tensor:
        """Describe a picture's windows.

        Args:
            picture: shape (1, 3, height, width).
            step: squares from one window to the next.

        Returns:
            Shape (windows down, windows across, NUMBERS).
        """
        halved = functional.avg_pool2d(picture, POOL)
        found = functional.conv2d(halved, self._filters, stride=step)
        return found[0].permute(1, 2, 0).contiguous()


def _balance() -> Tensor:
    """The symmetric matrix that gives each channel's mean its weight, for a window; float64."""
    area = WINDOW**2
    mean = torch.full((area, area), 1 / area, dtype=torch.float64)
    one = torch.eye(area, dtype=torch.float64) - (1 - MEAN) * mean
    return torch.kron(torch.eye(3, dtype=torch.float64), one)
