"""Total variation, which keeps neighbouring pixels alike."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Term
from core.painterly.tiling import Tile
from core.pixels.imaging import extent_of


class TotalVariationTerm(Term):
    """The squared differences of neighbours, per pixel and channel of the region."""

    name = "variation"

    def __init__(self, scale: Scale) -> None:
        self.layers = {}
        self._support, self._wraps = scale.support, scale.network.wraps
        self._weight = scale.recipe.total_variation / (3 * scale.area)

    @classmethod
    def of(cls, scale: Scale) -> TotalVariationTerm | None:
        return cls(scale) if scale.recipe.total_variation else None

    def add_at_pixels(self, picture: Tensor, gradient: Tensor, tiles: Sequence[Tile]) -> Tensor:
        total = torch.zeros_like(self._weight)
        for tile in tiles:
            if self._wraps:
                tile = tile.with_next()
            with torch.enable_grad():
                leaf = tile.see(picture).requires_grad_()
                onward = tile.onward(leaf), tile.onward(tile.see(self._support))
                loss = self._weight * total_variation(*onward, tile.core.extent)
            tile.add(gradient, torch.autograd.grad(loss, leaf)[0])
            total += loss.detach()
        return total


def total_variation(picture: Tensor, mask: Tensor, part: Extent | None = None) -> Tensor:
    """The sum of squared differences of neighbours, where the mask lets both through.

    Mahendran and Vedaldi (2015) with exponent 2.

    Args:
        picture: shape (1, 3, height, width).
        mask: shape (1, 1, height, width).
        part: count only the differences that start in a part of this size at the top left. The
            parts of a picture add up to the whole, if each is given with its neighbours to the
            right and below.
    """
    width, height = part or extent_of(picture)
    rows, row_mask = picture[..., :height, : width + 1], mask[..., :height, : width + 1]
    columns, column_mask = picture[..., : height + 1, :width], mask[..., : height + 1, :width]
    across = rows.diff(dim=-1).square() * row_mask[..., 1:] * row_mask[..., :-1]
    down = columns.diff(dim=-2).square() * column_mask[..., 1:, :] * column_mask[..., :-1, :]
    return across.sum() + down.sum()
