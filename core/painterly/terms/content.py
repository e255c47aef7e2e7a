"""Content: the distance of features from the content's own, at their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.features.statistics import exact_type
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Looks, Term
from core.painterly.tiling import Tile

if TYPE_CHECKING:
    from core.painterly.recipe import Recipe

_TINY = 1e-12


class Content(Term):
    """The distance of the region's features from the content's, at each of its layers."""

    name = "content"

    def __init__(self, scale: Scale) -> None:
        self.layers = scale.recipe.content_layers
        self._scale = scale
        self._distance = DISTANCES[scale.recipe.statistics]
        self._wanted = scale.own.features
        # Across the border a position sees the content on both sides of this comparison.
        self._weights = {layer: scale.plain_weights(layer) for layer in self.layers}
        self._sizes = {layer: self._size(layer) for layer in self.layers}

    @classmethod
    def weights(cls, recipe: Recipe) -> Mapping[str, float]:
        return recipe.content_layers

    @classmethod
    def looks(cls, recipe: Recipe, strength: float) -> Looks:
        styled = recipe.style_layers or recipe.matching_layers
        return Looks(
            features=recipe.content_layers if styled else (), own_features=recipe.content_layers
        )

    @classmethod
    def of(cls, scale: Scale) -> Content:
        return cls(scale)

    def sums(self, layer: str, features: Tensor, tile: Tile) -> Sequence[Tensor]:
        """The squared distance."""
        stride = self._scale.stride(layer)
        weights = tile.own(self._weights[layer], stride)
        wanted = tile.own(self._wanted[layer], stride)
        return (content_distance(tile.keep(features, stride), wanted, weights),)

    def loss(self, sums: Mapping[str, Sequence[Tensor]]) -> Tensor:
        losses = (
            self.layers[layer] * self._distance(distance, self._sizes[layer])
            for layer, (distance,) in sums.items()
        )
        return sum(losses, start=self._scale.nothing())

    def add_slope(
        self, layer: str, features: Tensor, gradient: Tensor, tile: Tile, slopes: Sequence[Tensor]
    ) -> None:
        stride, (slope,) = self._scale.stride(layer), slopes
        weights = tile.own(self._weights[layer], stride) * (2 * slope)
        away = features - tile.own(self._wanted[layer], stride)
        gradient.addcmul_(away, weights.to(away.dtype))

    def _size(self, layer: str) -> Tensor:
        """What a distance is relative to: the size of the content's features and the styles'.

        Half of both. By the content's alone, a flat content beside a lively style could not move.
        """
        own, weights = self._wanted[layer], self._weights[layer]
        ours = content_distance(own, torch.zeros_like(own), weights)
        if not self._scale.styles:
            return ours
        theirs, tiny = torch.zeros_like(ours), torch.finfo(ours.dtype).tiny
        for picture, share, look in self._scale.styles:
            found = look.features[layer]
            visible = self._scale.plain_weights(layer, picture.alpha)
            size = content_distance(found, torch.zeros_like(found), visible)
            theirs += share * size / visible.sum().clamp(min=tiny)
        return (ours + theirs * weights.sum()) / 2


def content_distance(painted: Tensor, content: Tensor, weights: Tensor) -> Tensor:
    """Squared distance of features, sum w |F - P|^2; those of a picture's parts add up to its own.

    Args:
        painted, content: shape (1, channels, height, width).
        weights: shape (height, width).
    """
    away = painted - content
    length: Tensor = torch.linalg.vector_norm(away, dim=1, dtype=exact_type(away))
    return (length.square() * weights).sum()


def content_loss(distance: Tensor, size: Tensor) -> Tensor:
    """Relative squared distance of features, squared: (sum w |F - P|^2 / size)^2.

    Gatys et al. (2016) without the division, which makes the weight independent of picture,
    layer and region, and without the outer square. That lets a style near the content go its way
    and holds on to the content the harder the further a style pulls it: one weight then does for
    both, where a plain distance needs a smaller one for the first and a larger for the second.
    """
    return (distance / (size + _TINY)).square()


def content_share(distance: Tensor, size: Tensor) -> Tensor:
    """L over what it is where F = 0. A constant weight as in :func:`gram_loss`: as E is a mean
    over neurons and L is a sum, their balance would be another one for each size of picture."""
    return content_energy(distance) / (content_energy(size) + _TINY)


def content_energy(distance: Tensor) -> Tensor:
    """L = 1/2 sum (F - P)^2 of Gatys et al. (2016), from :func:`content_distance`."""
    return distance / 2


DISTANCES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "gaussian": content_loss,
    "gram": content_share,
}
"""By the recipe's kind of statistics: the loss of a distance, relative to the features' size."""
