"""The pull towards the mean colour, which keeps pixels away from black and white."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Term
from core.painterly.tiling import Tile

MEAN_COLOR = (0.485, 0.456, 0.406)
"""Mean red, green and blue of ImageNet's pictures, on which the networks were trained."""


class MeanTerm(Term):
    """Half the squared distance from the mean colour, per pixel and channel of the region."""

    name = "mean"

    def __init__(self, scale: Scale) -> None:
        self.layers = {}
        self._support = scale.support
        self._weight = scale.recipe.mean / (3 * scale.area)

    @classmethod
    def of(cls, scale: Scale) -> MeanTerm | None:
        return cls(scale) if scale.recipe.mean else None

    def add_at_pixels(self, picture: Tensor, gradient: Tensor, tiles: Sequence[Tile]) -> Tensor:
        with torch.enable_grad():
            leaf = picture.detach().requires_grad_()
            loss = self._weight * away_from_mean(leaf, self._support)
        gradient.add_(torch.autograd.grad(loss, leaf)[0])
        return loss.detach()


def away_from_mean(picture: Tensor, mask: Tensor) -> Tensor:
    """1/2 sum (x - mean)^2 over the pixels under the mask, and channels.

    Args:
        picture: shape (1, 3, height, width).
        mask: shape (1, 1, height, width).
    """
    mean = picture.new_tensor(MEAN_COLOR).view(1, 3, 1, 1)
    return ((picture - mean).square() * mask).sum() / 2
