"""Matching: each feature vector is pulled to its nearest neighbour in the style.

:mod:`core.painterly.nearest` searches for the neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.painterly.nearest import NearestNeighbors, StyleFeatures
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Needs, Term
from core.painterly.tiling import Tile

if TYPE_CHECKING:
    from core.painterly.recipe import Recipe


class MatchingTerm(Term):
    """The cosine distance of each feature vector from its nearest neighbour in the style.

    The neighbours are searched every ``rematch_every`` steps and kept in between.
    """

    name = "matching"

    def __init__(self, scale: Scale, neighbors: Mapping[str, NearestNeighbors]) -> None:
        weights = scale.recipe.matching_layers
        self.layers = {layer: weights[layer] for layer in neighbors}
        self._scale, self._neighbors = scale, neighbors
        self._step = 0
        self._matched: dict[str, int] = {}
        self._searching: dict[str, Tensor] = {}
        self._pulls: dict[str, Tensor] = {}

    @classmethod
    def weights(cls, recipe: Recipe) -> Mapping[str, float]:
        return recipe.matching_layers

    @classmethod
    def needs(cls, recipe: Recipe) -> Needs:
        return Needs(features=recipe.matching_layers)

    @classmethod
    def of(cls, scale: Scale) -> MatchingTerm | None:
        found = _neighbors(scale)
        return cls(scale, found) if found else None

    def begin(self, step: int) -> None:
        self._step = step
        self._searching.clear()

    def sums(self, layer: str, features: Tensor, tile: Tile) -> Sequence[Tensor]:
        """No sums. When a search is due, the tile's features are kept for it."""
        every = self._scale.recipe.rematch_every
        if self._step - self._matched.get(layer, -every) >= every:
            like = self._scale.weighting(layer).values
            self._scale.network.put(self._searching, layer, features, tile, like)
        return ()

    def loss(self, sums: Mapping[str, Sequence[Tensor]]) -> Tensor:
        """The loss of orthogonal features. What the cosines take off it, :meth:`add_slope` says."""
        for layer, features in self._searching.items():
            weights = self._scale.weighting(layer).values
            kinds = self._scale.kinds_at(layer)
            self._pulls[layer] = self._neighbors[layer].pull(features, weights, kinds)
            self._matched[layer] = self._step
        self._searching.clear()
        return self._scale.zero() + sum(self.layers[layer] for layer in sums)

    def add_slope(
        self, layer: str, features: Tensor, gradient: Tensor, tile: Tile, slopes: Sequence[Tensor]
    ) -> Tensor:
        weight = self.layers[layer]
        pull = tile.own(self._pulls[layer], self._scale.stride(layer))
        return -weight * self._neighbors[layer].add_slope(gradient, features, pull, weight)


def _neighbors(scale: Scale) -> dict[str, NearestNeighbors]:
    """The styles' feature vectors, at each layer where the region and a style have a position."""
    generator = torch.Generator().manual_seed(scale.recipe.seed)
    found = {}
    for layer in scale.seen_at(scale.recipe.matching_layers):
        styles = [style for style in scale.styles if bool(style.extracted.weights[layer].any())]
        total = sum(style.share for style in styles)
        if styles:
            features = [
                StyleFeatures(
                    style.extracted.features[layer],
                    style.extracted.weights[layer],
                    style.share / total,
                    scale.kinds_of(layer, style),
                )
                for style in styles
            ]
            found[layer] = NearestNeighbors(features, generator)
    return found
