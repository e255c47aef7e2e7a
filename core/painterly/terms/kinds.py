"""Kinds: faces take on the features of the styles' faces, a subject those of their subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.features.statistics import exact
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Needs, Term
from core.painterly.tiling import Tile
from core.pixels.imaging import Picture

if TYPE_CHECKING:
    from core.painterly.recipe import Recipe


@dataclass(frozen=True)
class Wanted:
    """What the kinds are to become at a layer.

    Attributes:
        weights: of each position in each kind's mean, shape (kinds, height, width). They sum to 1.
        means: of the styles' features, shape (kinds, channels).
        shares: of each kind in the loss, over the size of its mean, shape (kinds,). It is 0 where
            the region or the styles have no position of a kind.
    """

    weights: Tensor
    means: Tensor
    shares: Tensor


class KindsTerm(Term):
    """The distance of each kind's mean features from those of the styles' same kind.

    At a layer it is sum_k s_k |mu_k - m_k|^2 / |m_k|^2, with s_k the kind's share of the region.
    The style's statistics say nothing of where in the picture a colour belongs. With the kinds'
    covariances beside their means a painting took 1.5 times as long, and was no better.
    """

    name = "kinds"

    def __init__(self, scale: Scale, wanted: Mapping[str, Wanted]) -> None:
        weights, factor = scale.recipe.style_layers, scale.recipe.kinds
        self.layers = {layer: factor * weights[layer] for layer in wanted}
        self._scale, self._wanted = scale, wanted

    @classmethod
    def weights(cls, recipe: Recipe) -> Mapping[str, float]:
        return recipe.style_layers if recipe.kinds else {}

    @classmethod
    def needs(cls, recipe: Recipe) -> Needs:
        """No more than the style term does; the kinds' means are found apart."""
        return Needs(statistics=cls.weights(recipe))

    @classmethod
    def of(cls, scale: Scale) -> KindsTerm | None:
        found = _wanted(scale) if scale.recipe.kinds else {}
        return cls(scale, found) if found else None

    def sums(self, layer: str, features: Tensor, tile: Tile) -> Sequence[Tensor]:
        """The kinds' means, shape (kinds, channels)."""
        own = exact(tile.keep(features, self._scale.stride(layer))).squeeze(0).flatten(1)
        return (self._part(layer, tile).flatten(1).to(own.dtype) @ own.T,)

    def loss(self, sums: Mapping[str, Sequence[Tensor]]) -> Tensor:
        losses = (
            self.layers[layer] * self._distance(layer, means) for layer, (means,) in sums.items()
        )
        return sum(losses, start=self._scale.zero())

    def add_slope(
        self, layer: str, features: Tensor, gradient: Tensor, tile: Tile, slopes: Sequence[Tensor]
    ) -> None:
        (slope,), part = slopes, self._part(layer, tile)
        for kind, weights in enumerate(part):
            gradient.addcmul_(
                slope[kind].to(gradient.dtype)[:, None, None], weights.to(gradient.dtype)
            )

    def _distance(self, layer: str, means: Tensor) -> Tensor:
        wanted = self._wanted[layer]
        return ((means - wanted.means).square().sum(dim=1) * wanted.shares).sum()

    def _part(self, layer: str, tile: Tile) -> Tensor:
        weights = self._wanted[layer].weights[None]
        return tile.own(weights, self._scale.stride(layer))[0]


def _wanted(scale: Scale) -> dict[str, Wanted]:
    """What is wanted at each of the style's layers where a kind has a position on both sides."""
    layers = scale.recipe.style_layers
    styles = [style for style in scale.styles if style.kinds is not None]
    if scale.kinds is None or not styles:
        return {}
    found = {}
    masks = [scale.mask * kind for kind in scale.kinds.chunk(scale.kinds.shape[1], dim=1)]
    theirs = [_means(scale, kind, layers) for kind in range(len(masks))]
    for layer in scale.seen_at(layers):
        weights = torch.stack([scale.weights(layer, mask) for mask in masks])
        totals = exact(weights).sum(dim=(1, 2))
        known = next((kind[layer] for kind in theirs if layer in kind), None)
        if known is None:
            continue
        means = torch.stack([kind.get(layer, torch.zeros_like(known)) for kind in theirs])
        sizes = means.square().sum(dim=1)
        there = (totals > 0) & (sizes > 0)
        shares = torch.where(there, totals / totals.sum().clamp(min=1e-12), 0)
        if bool(there.any()):
            tiny = torch.finfo(sizes.dtype).tiny
            found[layer] = Wanted(
                weights / totals.clamp(min=1e-12)[:, None, None],
                means,
                shares.to(sizes.dtype) / sizes.clamp(min=tiny),
            )
    return found


def _means(scale: Scale, kind: int, layers: Mapping[str, float]) -> dict[str, Tensor]:
    """The mean features of one kind of the styles, by layer, mixed by the styles' shares."""
    parts: dict[str, list[tuple[Tensor, float]]] = {}
    for style in scale.styles:
        if style.kinds is not None:
            visible = style.picture.alpha * style.kinds[:, kind : kind + 1]
            seen = Picture(style.picture.color, visible)
            for layer, found in scale.extract(seen, layers).statistics.items():
                parts.setdefault(layer, []).append((found.mean, style.share))
    return {
        layer: torch.stack([share * mean for mean, share in each]).sum(dim=0)
        / sum(share for _, share in each)
        for layer, each in parts.items()
    }
