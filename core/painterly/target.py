"""The gradient of all terms at a scale's picture, found in as many tiles as the memory asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from core.features.network import Features
from core.features.regions import Region
from core.painterly.recipe import Recipe
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Term
from core.painterly.tiling import Memory, Tile
from core.painterly.view import View
from core.pixels.imaging import Picture
from core.system.stopping import ShouldStop, ask

_Sums = Mapping[str, Sequence[Tensor]]
"""Of one term, by layer."""


class Target:
    """A recipe's terms at one scale.

    Attributes:
        content: at that scale, shape (1, 3, height, width).
        support: 1 where the region paints, else 0, shape (1, 1, height, width).
        terms: those of the recipe that weigh anything.
    """

    def __init__(
        self,
        content: Picture,
        region: Region,
        network: Features,
        recipe: Recipe,
        memory: Memory | None = None,
        should_stop: ShouldStop = lambda: False,
    ) -> None:
        """Look at content and styles. Raises Stopped as :meth:`gradient` does."""
        self._view = View(network, memory or Memory(content.color.device))
        self._recipe, self._layers = recipe, recipe.layers(network.network)
        scale = Scale(content, region, self._view, recipe, should_stop)
        self.content, self.support, self._mask = scale.content, scale.support, scale.mask
        made = [kind.of(scale) for kind in recipe.terms]
        self.terms: Sequence[Term] = [term for term in made if term is not None]
        self._told: dict[str, float] = {}

    def gradient(
        self, picture: Tensor, step: int, should_stop: ShouldStop = lambda: False
    ) -> tuple[Tensor, dict[str, float]]:
        """The direction of rising loss at ``picture``, 0 outside of the region; and the losses.

        The first step and then one in so many looks at all layers, the others at the shallow ones
        and give the losses of the last that did.

        Args:
            picture: of the content's size.
            step: of this scale, counted from 0.
            should_stop: asked before each step of the network.

        Raises:
            Stopped: ``should_stop`` said so.
        """
        return self._view.within(lambda: self._gradient(picture.detach(), step, should_stop))

    @torch.no_grad()
    def _gradient(
        self, picture: Tensor, step: int, should_stop: ShouldStop
    ) -> tuple[Tensor, dict[str, float]]:
        layers = self._recipe.layers(self._view.network, step)
        tiles = self._view.tiles(self._mask, layers)
        for term in self.terms:
            term.begin(step)
        # The losses need the whole region's sums. The way through one tile is kept for going
        # back; through several, each is gone again when the losses' slopes are known.
        traced = partial(self._view.trace, picture, layers=layers, should_stop=should_stop)
        kept = [traced(tile=tile) for tile in tiles if len(tiles) == 1]
        parts = []
        for tile in _asking(tiles, should_stop):
            features = (
                kept[0].features
                if kept
                else self._view.features(picture, tile, layers, should_stop)
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
            tile.see(gradient).add_(back.to(gradient.dtype))
        for term in self.terms:
            loss = term.add_at_pixels(picture, gradient, tiles)
            losses[term.name] += [] if loss is None else [loss]
        if len(layers) == len(self._layers):
            self._told = {name: float(sum(each)) for name, each in losses.items()}
        return gradient.mul_(self.support), self._told

    def _add(
        self,
        features: Mapping[str, Tensor],
        tile: Tile,
        slopes: Sequence[_Sums],
        losses: Mapping[str, list[Tensor]],
        layer: str,
        gradient: Tensor,
    ) -> None:
        """All terms' slopes at a layer, added at the positions of a tile's core."""
        stride = self._view.stride(layer)
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
        torch.autograd.grad(loss, every, materialize_grads=True)  # a term may need no slope of some
        if loss is not None and every
        else ()
    )
    found = {layer: [next(slopes) for _ in each] for layer, each in leaves.items()}
    return None if loss is None else loss.detach(), found


def _asking(tiles: Sequence[Tile], should_stop: ShouldStop) -> Iterator[Tile]:
    """The tiles, as long as nobody wants to stop."""
    for tile in tiles:
        ask(should_stop)
        yield tile
