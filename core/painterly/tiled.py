"""A network that sees pictures of any size, in as many tiles as its memory needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import torch
from torch import Tensor

from core.features.network import FeatureNetwork, Trace
from core.features.regions import layer_weights
from core.features.statistics import Statistics, Weighting, moments
from core.painterly.tiling import Tile, Tiler
from core.pixels.imaging import Picture, extent_of
from core.system.stopping import ShouldStop, ask

T = TypeVar("T")


@dataclass(frozen=True)
class Extracted:
    """What the network finds in a picture, where its alpha is above 0.

    Attributes:
        statistics: of each layer that has a position there.
        features: of whole layers, shape (1, channels, height, width).
        weights: of the positions of all these layers, shape (height, width).
    """

    statistics: Mapping[str, Statistics]
    features: Mapping[str, Tensor]
    weights: Mapping[str, Tensor]

    def tensors(self) -> list[Tensor]:
        """All of it."""
        measured = [each for one in self.statistics.values() for each in (one.mean, one.covariance)]
        return [*measured, *self.features.values(), *self.weights.values()]


class TiledNetwork:
    """A network and the tiler that splits pictures for it."""

    def __init__(self, network: FeatureNetwork, tiler: Tiler) -> None:
        self._features, self._tiler = network, tiler
        self._dtype = next(network.parameters()).dtype
        self.network, self.wraps = network.network, network.wraps

    @property
    def identity(self) -> str:
        """A text that tells all that the features depend on besides the picture."""
        return f"{self._features.identity} {self._tiler.pixels}"

    @property
    def plain(self) -> TiledNetwork:
        """The same for pictures that end at their borders."""
        return TiledNetwork(self._features.plain, self._tiler)

    def run(self, work: Callable[[], T]) -> T:
        """As :meth:`core.painterly.tiling.Tiler.run`."""
        return self._tiler.run(work)

    def tiles(self, mask: Tensor, layers: Collection[str]) -> list[Tile]:
        """The tiles of a picture that hold some of its mask, shape (1, 1, height, width).

        There is at least one, unless there are no layers.
        """
        if not layers:
            return []
        extent = extent_of(mask)
        tiles = self._tiler.split(extent, self.network, layers, self.wraps)
        return [tile for tile in tiles if bool(tile.own(mask).any())] or tiles[:1]

    def features(
        self, color: Tensor, tile: Tile, layers: Collection[str], should_stop: ShouldStop
    ) -> dict[str, Tensor]:
        """The features of what a tile sees, by layer."""
        found: dict[str, Tensor] = self._for(tile)(
            tile.see(color).to(self._dtype), layers, partial(ask, should_stop)
        )
        return found

    def trace(
        self, color: Tensor, tile: Tile, layers: Collection[str], should_stop: ShouldStop
    ) -> Trace:
        """As :meth:`features`, with the backward pass."""
        asking = partial(ask, should_stop)
        return self._for(tile).trace(tile.see(color).to(self._dtype), layers, asking)

    def _for(self, tile: Tile) -> FeatureNetwork:
        """The network for a tile: with a halo it sees what lies beyond its borders by itself."""
        return self._features if tile.whole else self._features.plain

    def stride(self, layer: str) -> int:
        """Pixels between two positions of a layer."""
        return self.network.layer(layer).stride

    @torch.no_grad()
    def extract(
        self,
        picture: Picture,
        statistics: Collection[str],
        features: Collection[str],
        should_stop: ShouldStop = lambda: False,
    ) -> Extracted:
        """Pass a picture through the network once.

        Args:
            picture: of a size that the network takes.
            statistics: the layers whose statistics are returned.
            features: the layers whose features are returned.
            should_stop: asked before each step of the network.
        """
        layers = list(dict.fromkeys([*statistics, *features]))
        weights = layer_weights(picture.alpha, self.network, layers)
        measured = {name: Weighting.of(weights[name]) for name in statistics}
        measured = {name: weighting for name, weighting in measured.items() if weighting.total > 0}

        def extracted() -> Extracted:
            whole: dict[str, Tensor] = {}
            parts: dict[str, list[tuple[Tensor, Tensor]]] = {name: [] for name in measured}
            for tile in self.tiles(picture.alpha, layers):
                found = self.features(picture.color, tile, layers, should_stop)
                for name, weighting in measured.items():
                    stride = self.stride(name)
                    own = weighting.part(tile.own(weighting.values, stride))
                    parts[name].append(moments(tile.keep(found[name], stride), own))
                for name in features:
                    self.put(whole, name, found[name], tile, weights[name])
            sums = {
                name: [torch.stack(of_tiles).sum(dim=0) for of_tiles in zip(*layer, strict=True)]
                for name, layer in parts.items()
            }
            return Extracted(
                {name: Statistics.of(*both) for name, both in sums.items()}, whole, weights
            )

        return self.run(extracted)

    def put(
        self, whole: dict[str, Tensor], name: str, features: Tensor, tile: Tile, like: Tensor
    ) -> None:
        """Write a tile's features into the whole layer's, which are 0 where no tile is.

        Args:
            whole: layers by name; the layer is added if it is not there.
            name: of the layer.
            features: of what the tile sees.
            tile: where the features belong.
            like: has the whole layer's height and width.
        """
        if tile.whole:
            whole[name] = features
            return
        if name not in whole:
            shape = (1, features.shape[1], *like.shape)
            whole[name] = features.new_zeros(shape).to(memory_format=torch.channels_last)
        stride = self.stride(name)
        tile.own(whole[name], stride).copy_(tile.keep(features, stride))
