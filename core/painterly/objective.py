"""The objective: the sum of a recipe's terms at one scale, and its gradient, tile by tile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from core.features.network import FeatureNetwork
from core.features.regions import StyledMask
from core.painterly.recipe import Recipe
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Term
from core.painterly.tiled import TiledNetwork
from core.painterly.tiling import Tile, Tiler
from core.pixels.imaging import Picture
from core.system.stopping import ShouldStop, ask

_Sums = Mapping[str, Sequence[Tensor]]
"""Of one term, by layer."""


class Objective:
    """A recipe's terms at one scale.

    Attributes:
        content: at that scale, shape (1, 3, height, width).
        support: 1 where the region paints, else 0, shape (1, 1, height, width).
        terms: those of the recipe whose weight is not 0.
    """

    def __init__(
        self,
        content: Picture,
        region: StyledMask,
        network: FeatureNetwork,
        recipe: Recipe,
        tiler: Tiler | None = None,
        should_stop: ShouldStop = lambda: False,
    ) -> None:
        """Pass the content and the styles through the network. Raises as :meth:`gradient` does."""
        self._network = TiledNetwork(network, tiler or Tiler(content.color.device))
        self._recipe, self._layers = recipe, recipe.layers(network.network)
        scale = Scale(content, region, self._network, recipe, should_stop)
        self.content, self.support, self._mask = scale.content, scale.support, scale.mask
        made = [kind.of(scale) for kind in recipe.terms]
        self.terms: Sequence[Term] = [term for term in made if term is not None]
        self._losses: dict[str, float] = {}

    def gradient(
        self, picture: Tensor, step: int, should_stop: ShouldStop = lambda: False
    ) -> tuple[Tensor, dict[str, float]]:
        """The gradient of the loss at ``picture``, 0 outside the region; and each term's loss.

        The recipe decides which layers take part in a step. In a step without the deep layers, the
        losses are those of the last step with all layers.

        Args:
            picture: of the content's size.
            step: of this scale, counted from 0.
            should_stop: asked before each step of the network.

        Raises:
            Stopped: ``should_stop`` returned True.
        """
        return self._network.run(lambda: self._gradient(picture.detach(), step, should_stop))

    @torch.no_grad()
    def _gradient(
        self, picture: Tensor, step: int, should_stop: ShouldStop
    ) -> tuple[Tensor, dict[str, float]]:
        layers = self._recipe.layers(self._network.network, step)
        tiles = self._network.tiles(self._mask, layers)
        for term in self.terms:
            term.begin(step)
        # The losses need the sums of the whole region. If there is one tile, its forward pass is
        # kept for the backward pass. If there are several, each one's forward pass is computed
        # again once the slopes of the losses are known.
        traced = partial(self._network.trace, picture, layers=layers, should_stop=should_stop)
        kept = [traced(tile=tile) for tile in tiles if len(tiles) == 1]
        parts = []
        for tile in _asking(tiles, should_stop):
            features = (
                kept[0].features
                if kept
                else self._network.features(picture, tile, layers, should_stop)
            )
            parts.append([_sums(term, features, tile) for term in self.terms])
            del features
        losses: dict[str, list[Tensor]] = {}
        slopes = []
        for place, term in enumerate(self.terms):
            loss, slope = _loss(term, _added_up([sums[place] for sums in parts]))
            losses[term.name] = [] if loss is None else [loss]
            slopes.append(slope)
        gradient = torch.zeros_like(picture)
        for tile in _asking(tiles, should_stop):
            trace = kept.pop() if kept else traced(tile=tile)
            back = trace.back(partial(self._add, trace.features, tile, slopes, losses))
            tile.add(gradient, back.to(gradient.dtype))
        for term in self.terms:
            loss = term.add_at_pixels(picture, gradient, tiles)
            losses[term.name] += [] if loss is None else [loss]
        if len(layers) == len(self._layers):
            self._losses = {name: float(sum(each)) for name, each in losses.items()}
        return gradient.mul_(self.support), self._losses

    def _add(
        self,
        features: Mapping[str, Tensor],
        tile: Tile,
        slopes: Sequence[_Sums],
        losses: Mapping[str, list[Tensor]],
        layer: str,
        gradient: Tensor,
    ) -> None:
        """Add all terms' slopes at a layer to the gradient at the positions of a tile's core."""
        stride = self._network.stride(layer)
        core, own = tile.keep(gradient, stride), tile.keep(features[layer], stride)
        for term, found in zip(self.terms, slopes, strict=True):
            if layer in found:
                more = term.add_slope(layer, own, core, tile, found[layer])
                losses[term.name] += [] if more is None else [more]


def _sums(term: Term, features: Mapping[str, Tensor], tile: Tile) -> _Sums:
    return {
        layer: term.sums(layer, features[layer], tile) for layer in term.layers if layer in features
    }


def _added_up(tiles: Sequence[_Sums]) -> _Sums:
    """The sums of the whole picture."""
    if len(tiles) == 1:
        return tiles[0]
    return {
        layer: [
            torch.stack(values).sum(dim=0)
            for values in zip(*(sums[layer] for sums in tiles), strict=True)
        ]
        for layer in (tiles[0] if tiles else ())
    }


def _loss(term: Term, sums: _Sums) -> tuple[Tensor | None, _Sums]:
    """A term's loss, and its slope for each of the sums."""
    leaves = {
        layer: [one.detach().requires_grad_() for one in each] for layer, each in sums.items()
    }
    with torch.enable_grad():
        loss = term.loss(leaves)
    every = [leaf for each in leaves.values() for leaf in each]
    slopes = iter(
        torch.autograd.grad(loss, every, materialize_grads=True)  # the loss may not use every sum
        if loss is not None and every
        else ()
    )
    found = {layer: [next(slopes) for _ in each] for layer, each in leaves.items()}
    return None if loss is None else loss.detach(), found


def _asking(tiles: Sequence[Tile], should_stop: ShouldStop) -> Iterator[Tile]:
    """The tiles; before each one, ``should_stop`` is asked."""
    for tile in tiles:
        ask(should_stop)
        yield tile
