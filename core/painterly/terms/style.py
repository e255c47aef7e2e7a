"""Style: the distance of a layer's statistics from the style's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from torch import Tensor

from core.features.statistics import Statistics, Weighting, add_slope, moments
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Looks, Term
from core.painterly.tiling import Tile

if TYPE_CHECKING:
    from core.painterly.recipe import Recipe

_TINY = 1e-12


class Style(Term):
    """The distance of the region's statistics from the styles', at each of its layers."""

    name = "style"

    def __init__(self, scale: Scale, wanted: Mapping[str, Statistics]) -> None:
        self.wanted = wanted
        """The statistics that each layer is to have."""
        weights = scale.recipe.style_layers
        self.layers = {layer: weights[layer] for layer in wanted}
        self._scale = scale
        self._distance = DISTANCES[scale.recipe.statistics]
        self._parts: dict[tuple[str, Tile], Weighting] = {}

    @classmethod
    def weights(cls, recipe: Recipe) -> Mapping[str, float]:
        return recipe.style_layers

    @classmethod
    def looks(cls, recipe: Recipe, strength: float) -> Looks:
        layers = recipe.style_layers
        return Looks(statistics=layers, own_statistics=layers if strength < 1 else ())

    @classmethod
    def of(cls, scale: Scale) -> Style:
        return cls(scale, _wanted(scale))

    def sums(self, layer: str, features: Tensor, tile: Tile) -> Sequence[Tensor]:
        """First and second moment."""
        return moments(tile.keep(features, self._scale.stride(layer)), self._part(layer, tile))

    def loss(self, sums: Mapping[str, Sequence[Tensor]]) -> Tensor:
        losses = (
            self.layers[layer] * self._distance(Statistics.of(*both), self.wanted[layer])
            for layer, both in sums.items()
        )
        return sum(losses, start=self._scale.nothing())

    def add_slope(
        self, layer: str, features: Tensor, gradient: Tensor, tile: Tile, slopes: Sequence[Tensor]
    ) -> None:
        add_slope(gradient, features, self._part(layer, tile), *slopes)

    def _part(self, layer: str, tile: Tile) -> Weighting:
        """What the positions of a tile's core count, looked at once."""
        if (layer, tile) not in self._parts:
            whole = self._scale.weighting(layer)
            own = tile.own(whole.values, self._scale.stride(layer))
            self._parts[layer, tile] = whole.part(own)
        return self._parts[layer, tile]


def _wanted(scale: Scale) -> dict[str, Statistics]:
    """What lies between the styles and, at part of the strength, the content.

    Without the layers at which the region or all of these pictures have no position: either may be
    too small for a deep one.
    """
    looks = [(seen.look, seen.share * scale.strength) for seen in scale.styles]
    looks.append((scale.own, 1 - scale.strength))
    found = {}
    for layer in scale.seen_at(scale.recipe.style_layers):
        parts = [(look.statistics[layer], w) for look, w in looks if layer in look.statistics]
        total = sum(weight for _, weight in parts)
        if total > 0:
            found[layer] = Statistics.mixed((one, weight / total) for one, weight in parts)
    return found


def gaussian_loss(painted: Statistics, style: Statistics) -> Tensor:
    """Distance of a layer's statistics: |C - C_s| / |C_s| + |mu - mu_s|^2 / |mu_s|^2.

    Gatys et al. (2016) take the squared distance of Gram matrices. A departure: mean and
    covariance apart, and the covariance's distance not squared, so that its gradient does not
    fade as the style comes near. Norms are Frobenius norms.
    """
    spread = (painted.covariance - style.covariance).square().sum().add(_TINY).sqrt()
    spread = spread / style.covariance.square().sum().add(_TINY).sqrt()
    mean = (painted.mean - style.mean).square().sum() / style.mean.square().sum().add(_TINY)
    return spread + mean


def gram_loss(painted: Statistics, style: Statistics) -> Tensor:
    """E over what it is where G = 0.

    A departure that is a constant weight for each layer: E goes with the fourth power of the
    features, whose size each network and each layer has its own of.
    """
    nothing = 4 * len(style.mean) ** 2 / style.second.square().sum().add(_TINY)
    return gram_energy(painted, style) * nothing


def gram_energy(painted: Statistics, style: Statistics) -> Tensor:
    """E = 1/(4 N^2 M^2) sum (G - A)^2 of Gatys et al. (2016), for N features of M neurons.

    G = sum F F^T. Where M is not the same on both sides, G/M and A/M_s are what can be compared;
    under a mask M is the sum of the weights.
    """
    channels = len(style.mean)
    return (painted.second - style.second).square().sum() / (4 * channels**2)


DISTANCES: Mapping[str, Callable[[Statistics, Statistics], Tensor]] = {
    "gaussian": gaussian_loss,
    "gram": gram_loss,
}
"""By the recipe's kind of statistics: how far a painting's are from its style's."""
