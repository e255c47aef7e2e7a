"""Total variation: what keeps neighbouring pixels alike."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Term
from core.painterly.tiling import Tile


class Variation(Term):
    """The squared steps between neighbours, per pixel and channel of the region."""

    name = "variation"

    def __init__(self, scale: Scale) -> None:
        self.layers = {}
        self._support = scale.support
        self._weight = scale.recipe.variation / (3 * scale.area)

    @classmethod
    def of(cls, scale: Scale) -> Variation | None:
        return cls(scale) if scale.recipe.variation else None

    def add_at_pixels(self, picture: Tensor, gradient: Tensor, tiles: Sequence[Tile]) -> Tensor:
        total = torch.zeros_like(self._weight)
        for tile in tiles:
            with torch.enable_grad():
                leaf = tile.see(picture).requires_grad_()
                onward = tile.onward(leaf), tile.onward(tile.see(self._support))
                loss = self._weight * variation(*onward, tile.core.extent)
            tile.see(gradient).add_(torch.autograd.grad(loss, leaf)[0])
            total += loss.detach()
        return total


def variation(picture: Tensor, mask: Tensor, part: Extent | None = None) -> Tensor:
    """Sum of squared steps between neighbours, both of which the mask lets through.

    Mahendran and Vedaldi (2015) with exponent 2.

    Args:
        picture: shape (1, 3, height, width).
        mask: shape (1, 1, height, width).
        part: count the steps that start there, in the top left corner, only. Over the parts of a
            picture, each seen with what follows it, they add up to the whole's.
    """
    width, height = part or (picture.shape[-1], picture.shape[-2])
    rows, row_mask = picture[..., :height, : width + 1], mask[..., :height, : width + 1]
    columns, column_mask = picture[..., : height + 1, :width], mask[..., : height + 1, :width]
    across = rows.diff(dim=-1).square() * row_mask[..., 1:] * row_mask[..., :-1]
    down = columns.diff(dim=-2).square() * column_mask[..., 1:, :] * column_mask[..., :-1, :]
    return across.sum() + down.sum()
