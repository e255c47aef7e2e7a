"""Content: the distance between the painting's features and the content's, position by position."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.features.statistics import exact_type
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Needs, Term
from core.painterly.tiling import Tile

if TYPE_CHECKING:
    from core.painterly.recipe import Recipe

_TINY = 1e-12


class ContentTerm(Term):
    """The distance between the region's features and the content's, at each of its layers."""

    name = "content"

    def __init__(self, scale: Scale) -> None:
        self.layers = scale.recipe.content_layers
        self._scale = scale
        self._distance = DISTANCES[scale.recipe.statistics]
        self._wanted = scale.own.features
        # The plain weights will do: what a position sees beyond the border is the content, in the
        # painting as well as here.
        self._weights = {layer: scale.plain_weights(layer) for layer in self.layers}
        self._sizes = {layer: self._size(layer) for layer in self.layers}

    @classmethod
    def weights(cls, recipe: Recipe) -> Mapping[str, float]:
        return recipe.content_layers

    @classmethod
    def needs(cls, recipe: Recipe) -> Needs:
        styled = recipe.style_layers or recipe.matching_layers
        return Needs(
            features=recipe.content_layers if styled else (), own_features=recipe.content_layers
        )

    @classmethod
    def of(cls, scale: Scale) -> ContentTerm:
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
        return sum(losses, start=self._scale.zero())

    def add_slope(
        self, layer: str, features: Tensor, gradient: Tensor, tile: Tile, slopes: Sequence[Tensor]
    ) -> None:
        stride, (slope,) = self._scale.stride(layer), slopes
        weights = tile.own(self._weights[layer], stride) * (2 * slope)
        away = features - tile.own(self._wanted[layer], stride)
        gradient.addcmul_(away, weights.to(away.dtype))

    def _size(self, layer: str) -> Tensor:
        """What a distance is divided by: the mean size of the content's features and the styles'.

        With the content's alone, a flat content could not move towards a lively style.
        """
        own, weights = self._wanted[layer], self._weights[layer]
        ours = content_distance(own, torch.zeros_like(own), weights)
        if not self._scale.styles:
            return ours
        theirs, tiny = torch.zeros_like(ours), torch.finfo(ours.dtype).tiny
        for style in self._scale.styles:
            found = style.extracted.features[layer]
            visible = self._scale.plain_weights(layer, style.picture.alpha)
            size = content_distance(found, torch.zeros_like(found), visible)
            theirs += style.share * size / visible.sum().clamp(min=tiny)
        return (ours + theirs * weights.sum()) / 2


def content_distance(painted: Tensor, content: Tensor, weights: Tensor) -> Tensor:
    """Squared distance of features, sum w |F - P|^2; the parts of a picture add up to the whole.

    Args:
        painted, content: shape (1, channels, height, width).
        weights: shape (height, width).
    """
    away = painted - content
    length: Tensor = torch.linalg.vector_norm(away, dim=1, dtype=exact_type(away))
    return (length.square() * weights).sum()


def content_loss(distance: Tensor, size: Tensor) -> Tensor:
    """Relative squared distance of features, squared: (sum w |F - P|^2 / size)^2.

    Two departures from Gatys et al. (2016). The division makes the weight independent of picture,
    layer and region. The outer square makes the pull weak where a style stays near the content,
    and stronger the further it goes: one weight serves both, where a plain distance needs a small
    weight for the first and a large one for the second.
    """
    return (distance / (size + _TINY)).square()


def content_share(distance: Tensor, size: Tensor) -> Tensor:
    """L of :func:`content_energy` over its value where F = 0.

    The division is a constant weight, as in :func:`core.painterly.terms.style.gram_loss`. E is a
    mean over positions and L is a sum, so their balance would depend on the size of the picture.
    """
    return content_energy(distance) / (content_energy(size) + _TINY)


def content_energy(distance: Tensor) -> Tensor:
    """L = 1/2 sum (F - P)^2 of Gatys et al. (2016), from :func:`content_distance`."""
    return distance / 2


DISTANCES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "gaussian": content_loss,
    "gram": content_share,
}
"""The loss of a distance, given the features' size, by the recipe's ``statistics``."""
