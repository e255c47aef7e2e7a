"""A network's view of pictures of any size, in as many tiles as the memory asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.features.network import Features, Trace
from core.features.regions import layer_weights
from core.features.statistics import Statistics, Weighting, moments
from core.painterly.tiling import Memory, Tile
from core.pixels.imaging import Picture
from core.system.stopping import ShouldStop, ask

T = TypeVar("T")


@dataclass(frozen=True)
class Look:
    """What one pass through the network finds of a picture, where its alpha is above 0.

    Attributes:
        statistics: of each layer that has a neuron there.
        features: whole layers, shape (1, channels, height, width).
        weights: of the neurons of all of these layers, shape (height, width).
    """

    statistics: Mapping[str, Statistics]
    features: Mapping[str, Tensor]
    weights: Mapping[str, Tensor]


class View:
    """A network and the memory it has."""

    def __init__(self, network: Features, memory: Memory) -> None:
        self._features, self._memory = network, memory
        self._dtype = next(network.parameters()).dtype
        self.network = network.network

    def within(self, work: Callable[[], T]) -> T:
        """As :meth:`core.painterly.tiling.Memory.within`."""
        return self._memory.within(work)

    def tiles(self, mask: Tensor, layers: Collection[str]) -> list[Tile]:
        """The tiles of a picture that hold some of its mask, shape (1, 1, height, width)."""
        if not layers:
            return []
        extent = Extent(mask.shape[-1], mask.shape[-2])
        tiles = self._memory.split(extent, self.network, layers)
        return [tile for tile in tiles if bool(tile.own(mask).any())] or tiles[:1]

    def features(
        self, color: Tensor, tile: Tile, layers: Collection[str], should_stop: ShouldStop
    ) -> dict[str, Tensor]:
        """What the network makes of what a tile sees."""
        found: dict[str, Tensor] = self._features(
            tile.see(color).to(self._dtype), layers, partial(ask, should_stop)
        )
        return found

    def trace(
        self, color: Tensor, tile: Tile, layers: Collection[str], should_stop: ShouldStop
    ) -> Trace:
        """As :meth:`features`, and the way back."""
        asking = partial(ask, should_stop)
        return self._features.trace(tile.see(color).to(self._dtype), layers, asking)

    def stride(self, layer: str) -> int:
        return self.network.layer(layer).stride

    @torch.no_grad()
    def look(
        self,
        picture: Picture,
        measured: Collection[str],
        kept: Collection[str],
        should_stop: ShouldStop = lambda: False,
    ) -> Look:
        """Pass a picture through the network once.

        Args:
            picture: of a size that the network takes.
            measured: the layers whose statistics are wanted.
            kept: those whose features are.
            should_stop: asked before each step of the network.
        """
        layers = list(dict.fromkeys([*measured, *kept]))
        weights = layer_weights(picture.alpha, self.network, layers)
        wanted = {name: Weighting.of(weights[name]) for name in measured}
        wanted = {name: weighting for name, weighting in wanted.items() if weighting.total > 0}

        def passing() -> Look:
            whole: dict[str, Tensor] = {}
            parts: dict[str, list[tuple[Tensor, Tensor]]] = {name: [] for name in wanted}
            for tile in self.tiles(picture.alpha, layers):
                found = self.features(picture.color, tile, layers, should_stop)
                for name, weighting in wanted.items():
                    stride = self.stride(name)
                    own = weighting.part(tile.own(weighting.values, stride))
                    parts[name].append(moments(tile.keep(found[name], stride), own))
                for name in kept:
                    self.put(whole, name, found[name], tile, weights[name])
            statistics = {
                name: Statistics.of(
                    *(torch.stack(sums).sum(dim=0) for sums in zip(*layer, strict=True))
                )
                for name, layer in parts.items()
            }
            return Look(statistics, whole, weights)

        return self.within(passing)

    def put(
        self, whole: dict[str, Tensor], name: str, features: Tensor, tile: Tile, like: Tensor
    ) -> None:
        """A tile's features to their place in the whole layer's, 0 where there is no tile.

        Args:
            whole: layers by name.
            name: of this one.
            features: of what the tile sees.
            tile: whose.
            like: of the whole layer's height and width.
        """
        if tile.core == tile.seen:
            whole[name] = features
            return
        if name not in whole:
            shape = (1, features.shape[1], *like.shape)
            whole[name] = features.new_zeros(shape).to(memory_format=torch.channels_last)
        stride = self.stride(name)
        tile.own(whole[name], stride).copy_(tile.keep(features, stride))
