"""Style: the distance between a layer's statistics and the style's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.features.statistics import Statistics, Weighting, add_slope, moments
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Needs, Term
from core.painterly.tiling import Tile

if TYPE_CHECKING:
    from core.painterly.recipe import Recipe

_TINY = 1e-12


class StyleTerm(Term):
    """The distance between the region's statistics and the styles', at each of its layers."""

    name = "style"

    def __init__(self, scale: Scale, wanted: Mapping[str, Statistics]) -> None:
        self.wanted = wanted
        """The statistics wanted at each layer."""
        weights = scale.recipe.style_layers
        self.layers = {layer: weights[layer] for layer in wanted}
        self._scale = scale
        self._distance = DISTANCES[scale.recipe.statistics]
        self._parts: dict[tuple[str, Tile], Weighting] = {}

    @classmethod
    def weights(cls, recipe: Recipe) -> Mapping[str, float]:
        return recipe.style_layers

    @classmethod
    def needs(cls, recipe: Recipe) -> Needs:
        return Needs(statistics=recipe.style_layers)

    @classmethod
    def of(cls, scale: Scale) -> StyleTerm:
        return cls(scale, _wanted(scale))

    def sums(self, layer: str, features: Tensor, tile: Tile) -> Sequence[Tensor]:
        """The first and the second moment."""
        return moments(tile.keep(features, self._scale.stride(layer)), self._part(layer, tile))

    def loss(self, sums: Mapping[str, Sequence[Tensor]]) -> Tensor:
        losses = (
            self.layers[layer] * self._distance(Statistics.of(*both), self.wanted[layer])
            for layer, both in sums.items()
        )
        return sum(losses, start=self._scale.zero())

    def add_slope(
        self, layer: str, features: Tensor, gradient: Tensor, tile: Tile, slopes: Sequence[Tensor]
    ) -> None:
        add_slope(gradient, features, self._part(layer, tile), *slopes)

    def _part(self, layer: str, tile: Tile) -> Weighting:
        """The weights of the positions of a tile's core, computed once."""
        if (layer, tile) not in self._parts:
            whole = self._scale.weighting(layer)
            own = tile.own(whole.values, self._scale.stride(layer))
            self._parts[layer, tile] = whole.part(own)
        return self._parts[layer, tile]


def _wanted(scale: Scale) -> dict[str, Statistics]:
    """The statistics wanted at each layer: a mixture of the styles', by their shares.

    A layer is left out if the region, or every one of these pictures, is too small to have a
    position there.
    """
    mixture = [(style.extracted.statistics, style.share) for style in scale.styles]
    found = {}
    for layer in scale.seen_at(scale.recipe.style_layers):
        parts = [(statistics[layer], w) for statistics, w in mixture if layer in statistics]
        total = sum(weight for _, weight in parts)
        if total > 0:
            found[layer] = Statistics.mixed((one, weight / total) for one, weight in parts)
    return found


def gaussian_loss(painted: Statistics, style: Statistics) -> Tensor:
    """The distance of mean and covariance: |C - C_s| / |C_s| + |mu - mu_s|^2 / |mu_s|^2.

    The norms are Frobenius norms. Gatys et al. (2016) take the squared distance of Gram matrices.
    A departure: mean and covariance are compared separately, and the covariance's distance is not
    squared, so that its gradient does not fade near the style.
    """
    away: Tensor = torch.linalg.vector_norm(painted.covariance - style.covariance)
    spread = away / style.spread.clamp(min=_TINY)
    mean = (painted.mean - style.mean).square().sum() / style.mean.square().sum().add(_TINY)
    return spread + mean


def gram_loss(painted: Statistics, style: Statistics) -> Tensor:
    """E of :func:`gram_energy` over its value where G = 0.

    The division is a departure. It is a constant weight for each layer: E grows with the fourth
    power of the features' size, which differs between networks and layers.
    """
    nothing = 4 * len(style.mean) ** 2 / style.second.square().sum().add(_TINY)
    return gram_energy(painted, style) * nothing


def gram_energy(painted: Statistics, style: Statistics) -> Tensor:
    """E = 1/(4 N^2 M^2) sum (G - A)^2 of Gatys et al. (2016), for N channels and M positions.

    G = sum F F^T. The painting and the style may differ in M, so G/M and A/M_s are compared. Under
    a mask M is the sum of the weights.
    """
    channels = len(style.mean)
    return (painted.second - style.second).square().sum() / (4 * channels**2)


DISTANCES: Mapping[str, Callable[[Statistics, Statistics], Tensor]] = {
    "gaussian": gaussian_loss,
    "gram": gram_loss,
}
"""The distance of a painting's statistics from the style's, by the recipe's ``statistics``."""
