"""Matching: each feature vector is drawn to the nearest of the style.

The search for the nearest is :mod:`core.painterly.matching`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.painterly import matching
from core.painterly.matching import Neurons
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Looks, Term
from core.painterly.tiling import Tile

if TYPE_CHECKING:
    from core.painterly.recipe import Recipe


class Matching(Term):
    """The cosine distance of each position's feature vector from the one that it is drawn to.

    Who is nearest to whom is found every so many steps; in between each keeps to what it found.
    """

    name = "matching"

    def __init__(self, scale: Scale, matchings: Mapping[str, matching.Matching]) -> None:
        weights = scale.recipe.matching_layers
        self.layers = {layer: weights[layer] * scale.strength for layer in matchings}
        self._scale, self._matchings = scale, matchings
        self._step = 0
        self._matched: dict[str, int] = {}
        self._looking: dict[str, Tensor] = {}
        self._pulls: dict[str, Tensor] = {}

    @classmethod
    def weights(cls, recipe: Recipe) -> Mapping[str, float]:
        return recipe.matching_layers

    @classmethod
    def looks(cls, recipe: Recipe, strength: float) -> Looks:
        return Looks(features=recipe.matching_layers)

    @classmethod
    def of(cls, scale: Scale) -> Matching | None:
        found = _sampled(scale)
        return cls(scale, found) if found else None

    def begin(self, step: int) -> None:
        self._step = step
        self._looking.clear()

    def sums(self, layer: str, features: Tensor, tile: Tile) -> Sequence[Tensor]:
        """None; but where it is time to look for the nearest again, the features are kept."""
        every = self._scale.recipe.rematch
        if self._step - self._matched.get(layer, -every) >= every:
            like = self._scale.weighting(layer).values
            self._scale.view.put(self._looking, layer, features, tile, like)
        return ()

    def loss(self, sums: Mapping[str, Sequence[Tensor]]) -> Tensor:
        """All of the weight; what the features take off it shows on the way back."""
        for layer, features in self._looking.items():
            weights = self._scale.weighting(layer).values
            self._pulls[layer] = self._matchings[layer].pull(features, weights)
            self._matched[layer] = self._step
        self._looking.clear()
        return self._scale.nothing() + sum(self.layers[layer] for layer in sums)

    def add_slope(
        self, layer: str, features: Tensor, gradient: Tensor, tile: Tile, slopes: Sequence[Tensor]
    ) -> Tensor:
        weight = self.layers[layer]
        pull = tile.own(self._pulls[layer], self._scale.stride(layer))
        return -weight * self._matchings[layer].add_slope(gradient, features, pull, weight)


def _sampled(scale: Scale) -> dict[str, matching.Matching]:
    """What the styles have at each layer at which the region and any of them have a position."""
    generator = torch.Generator().manual_seed(scale.recipe.seed)
    found = {}
    for layer in scale.seen_at(scale.recipe.matching_layers):
        seen = [style for style in scale.styles if bool(style.look.weights[layer].any())]
        total = sum(style.share for style in seen)
        if seen:
            neurons = [
                Neurons(look.features[layer], look.weights[layer], share / total)
                for _, share, look in seen
            ]
            found[layer] = matching.Matching(neurons, generator)
    return found
