"""What a scale's picture is compared with, and the slope of all that is weighed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from core.bridge.errors import Stopped
from core.bridge.geometry import Extent
from core.features.network import Features, Trace
from core.imaging import Picture, fit, resize
from core.losses import content_distance, content_loss, style_loss, variation
from core.matching import Matching, Neurons
from core.recipe import Recipe
from core.regions import Region, Share, layer_weights, support
from core.statistics import Statistics, add_slope, moments
from core.tiling import Memory, Tile


class Target:
    """The content's features, the style's statistics and its neurons.

    All that the losses are made of are sums over neurons or pixels, so the picture is seen in as
    many tiles as the memory asks for. One is the ordinary case.
    """

    def __init__(
        self,
        content: Picture,
        region: Region,
        network: Features,
        recipe: Recipe,
        memory: Memory | None = None,
    ) -> None:
        self._memory = memory = memory or Memory(content.color.device)
        self.content = content.color
        self._mask = resize(region.mask, content.extent) * content.alpha
        self.support = support(self._mask)
        self._network, self._recipe, self._strength = network, recipe, region.strength
        self._dtype = next(network.parameters()).dtype
        self._layers = recipe.layers(network.network)
        self._weights = layer_weights(
            self._mask, network.network, {*recipe.style_layers, *recipe.matching_layers}
        )
        self._totals = {name: weights.sum() for name, weights in self._weights.items()}
        # What a neuron sees across the border is the content on both sides of this comparison.
        self._content_weights = layer_weights(
            self._mask, network.network, recipe.content_layers, border_share=0
        )
        self._pulls: dict[str, Tensor] = {}
        self._looking: dict[str, Tensor] = {}
        self._matched: dict[str, int] = {}
        self._steps = 0
        self._told: dict[str, float] = {}
        styles = [
            Share(style.resize(fit(style.extent, content.extent.long_side)), weight)
            for style, weight in region.styles
            if weight > 0
        ]
        with torch.no_grad():
            self._content = memory.within(
                lambda: self._gather(self.content, self._mask, recipe.content_layers)
            )
            whole = {*recipe.content_layers, *recipe.matching_layers}
            theirs = memory.within(
                lambda: [self._gather(style.color, style.alpha, whole) for style, _ in styles]
            )
            self._sizes = {
                name: self._content_size(name, styles, [features[name] for features in theirs])
                for name in recipe.content_layers
            }
            self._matchings = self._sample(styles, theirs)
            del theirs
            parts = [
                (memory.within(partial(self._statistics, style)), weight * region.strength)
                for style, weight in styles
            ]
            if region.strength < 1:
                masked = Picture(content.color, self._mask)
                before = memory.within(lambda: self._statistics(masked))
                parts.append((before, 1 - region.strength))
            self._style = {
                name: Statistics.mixed((found[name], weight) for found, weight in parts)
                for name in recipe.style_layers
            }

    def _sample(
        self, styles: Sequence[Share], features: Sequence[Mapping[str, Tensor]]
    ) -> dict[str, Matching]:
        layers = self._recipe.matching_layers
        seen = [layer_weights(style.alpha, self._network.network, layers) for style, _ in styles]
        generator = torch.Generator().manual_seed(self._recipe.seed)
        return {
            name: Matching(
                [
                    Neurons(found[name], weights[name], share.weight)
                    for found, weights, share in zip(features, seen, styles, strict=True)
                ],
                generator,
            )
            for name in layers
        }

    def gradient(
        self, picture: Tensor, should_stop: Callable[[], bool] = lambda: False
    ) -> tuple[Tensor, dict[str, float]]:
        """The direction of rising loss at ``picture``, 0 outside of the region; and the losses.

        The first call and then one in so many looks at all layers, the others at the shallow ones
        and give the losses of the last that did.

        Args:
            picture: of the content's size.
            should_stop: asked before each tile.

        Raises:
            Stopped: ``should_stop`` said so.
        """
        return self._memory.within(lambda: self._gradient(picture.detach(), should_stop))

    @torch.no_grad()
    def _gradient(
        self, picture: Tensor, should_stop: Callable[[], bool]
    ) -> tuple[Tensor, dict[str, float]]:
        layers = self._recipe.layers(self._network.network, self._steps)
        tiles = self._tiles(self._mask, layers)
        # The losses need the whole region's sums. The way through one tile is kept for going
        # back; through several, each is gone again when the losses' slopes are known.
        kept = [self._trace(picture, tile, layers) for tile in tiles if len(tiles) == 1]
        parts = []
        for tile in _asking(tiles, should_stop):
            features = kept[0].features if kept else self._features(picture, tile, layers)
            parts.append(self._sums(features, tile))
            self._remember(features, tile)
            del features
        self._rematch()
        sums = [torch.stack(values).sum(dim=0) for values in zip(*parts, strict=True)]
        losses, slopes = self._losses(sums, layers)
        gradient = torch.zeros_like(picture)
        taken = picture.new_zeros(())
        for tile in _asking(tiles, should_stop):
            trace = kept.pop() if kept else self._trace(picture, tile, layers)
            slope, drawn = self._back(trace, tile, slopes)
            tile.see(gradient).add_(slope)
            taken = taken + drawn
        losses["variation"] = self._add_variation(picture, gradient, tiles)
        if self._matchings:
            pull = sum(weight for name, weight in self._pull_weights().items() if name in layers)
            losses["matching"] = pull - taken
        if len(layers) == len(self._layers):
            self._told = {name: float(loss) for name, loss in losses.items()}
        self._steps += 1
        return gradient.mul_(self.support), self._told

    def _features(
        self, picture: Tensor, tile: Tile, layers: Collection[str]
    ) -> Mapping[str, Tensor]:
        features: dict[str, Tensor] = self._network(tile.see(picture).to(self._dtype), layers)
        return features

    def _trace(self, picture: Tensor, tile: Tile, layers: Collection[str]) -> Trace:
        return self._network.trace(tile.see(picture).to(self._dtype), layers)

    def _sums(self, features: Mapping[str, Tensor], tile: Tile) -> list[Tensor]:
        """What a tile adds to all that the losses are made of.

        Mean and second moment for each style layer, the distance for each content layer.
        """
        sums: list[Tensor] = []
        for name in self._recipe.style_layers:
            if name in features:
                stride = self._stride(name)
                own = tile.own(self._weights[name], stride)
                kept = tile.keep(features[name], stride)
                sums += moments(kept, own, self._totals[name])
        for name, content in self._content.items():
            if name in features:
                stride = self._stride(name)
                own = tile.own(self._content_weights[name], stride)
                kept = tile.keep(features[name], stride)
                sums.append(content_distance(kept, tile.own(content, stride), own))
        return sums

    def _losses(
        self, sums: Sequence[Tensor], layers: Collection[str]
    ) -> tuple[dict[str, Tensor], dict[str, list[Tensor]]]:
        """The losses by kind; and for each layer's sums, the slopes of all losses together."""
        recipe = self._recipe
        with torch.enable_grad():
            leaves = [value.detach().requires_grad_() for value in sums]
            values = iter(leaves)
            style = {
                name: weight * style_loss(Statistics.of(next(values), next(values)), wanted)
                for (name, weight), wanted in zip(
                    recipe.style_layers.items(), self._style.values(), strict=True
                )
                if name in layers
            }
            content = {
                name: weight * content_loss(next(values), self._sizes[name])
                for name, weight in recipe.content_layers.items()
                if name in layers
            }
            nothing = self.support.new_zeros(())
            losses = {
                "content": sum(content.values(), start=nothing),
                "style": sum(style.values(), start=nothing),
            }
            total = torch.stack(list(losses.values())).sum()
        slopes = iter(torch.autograd.grad(total, leaves) if leaves else ())
        found = {f"style {name}": [next(slopes), next(slopes)] for name in style}
        found |= {f"content {name}": [next(slopes)] for name in content}
        return {name: loss.detach() for name, loss in losses.items()}, found

    def _back(
        self, trace: Trace, tile: Tile, slopes: Mapping[str, Sequence[Tensor]]
    ) -> tuple[Tensor, Tensor]:
        """The gradient at what a tile sees, and what its neurons take off the matching's loss."""
        drawn: list[Tensor] = []
        trace_back = trace.back(partial(self._add, trace.features, tile, slopes, drawn))
        taken = torch.stack(drawn).sum() if drawn else self.support.new_zeros(())
        return trace_back.to(self.content.dtype), taken

    def _add(
        self,
        features: Mapping[str, Tensor],
        tile: Tile,
        slopes: Mapping[str, Sequence[Tensor]],
        drawn: list[Tensor],
        name: str,
        gradient: Tensor,
    ) -> None:
        """The slopes of a layer's losses, added at the neurons of a tile's core."""
        stride = self._stride(name)
        core, own = tile.keep(gradient, stride), tile.keep(features[name], stride)
        if f"style {name}" in slopes:
            weights = tile.own(self._weights[name], stride)
            add_slope(core, own, weights, self._totals[name], *slopes[f"style {name}"])
        if f"content {name}" in slopes:
            (slope,) = slopes[f"content {name}"]
            weights = tile.own(self._content_weights[name], stride) * (2 * slope)
            away = own - tile.own(self._content[name], stride)
            core.addcmul_(away, weights.to(away.dtype))
        if name in self._matchings:
            weight = self._pull_weights()[name]
            pull = tile.own(self._pulls[name], stride)
            drawn.append(weight * self._matchings[name].add_slope(core, own, pull, weight))

    def _pull_weights(self) -> dict[str, float]:
        return {name: w * self._strength for name, w in self._recipe.matching_layers.items()}

    def _add_variation(self, picture: Tensor, gradient: Tensor, tiles: list[Tile]) -> Tensor:
        """Add the total variation's slope, and return its loss."""
        weight = self._recipe.variation / (3 * self.support.sum().clamp(min=1.0))
        total = torch.zeros_like(weight)
        for tile in tiles:
            with torch.enable_grad():
                leaf = tile.see(picture).requires_grad_()
                onward = tile.onward(leaf), tile.onward(tile.see(self.support))
                loss = weight * variation(*onward, tile.core.extent)
            tile.see(gradient).add_(torch.autograd.grad(loss, leaf)[0])
            total += loss.detach()
        return total

    def _remember(self, features: Mapping[str, Tensor], tile: Tile) -> None:
        """Keep the features of neurons that are to look for their likest again."""
        for name in self._matchings:
            due = self._steps - self._matched.get(name, -self._recipe.rematch)
            if name in features and due >= self._recipe.rematch:
                self._put(self._looking, name, self._weights[name], features[name], tile)

    def _rematch(self) -> None:
        for name, features in self._looking.items():
            self._pulls[name] = self._matchings[name].pull(features, self._weights[name])
            self._matched[name] = self._steps
        self._looking.clear()

    def _statistics(self, picture: Picture) -> dict[str, Statistics]:
        """Of a picture at each style layer, where its alpha is above 0."""
        layers = self._recipe.style_layers
        weights = layer_weights(picture.alpha, self._network.network, layers)
        parts = []
        for tile in self._tiles(picture.alpha, layers):
            features = self._features(picture.color, tile, layers)
            kept = {name: tile.keep(features[name], self._stride(name)) for name in layers}
            parts.append(
                [
                    moments(kept[name], tile.own(w, self._stride(name)), w.sum())
                    for name, w in weights.items()
                ]
            )
        return {
            name: Statistics.of(
                *(torch.stack(values).sum(dim=0) for values in zip(*layer, strict=True))
            )
            for name, layer in zip(layers, zip(*parts, strict=True), strict=True)
        }

    def _content_size(
        self, name: str, styles: Sequence[Share], features: Sequence[Tensor]
    ) -> Tensor:
        """What a content layer's distance is relative to: the features of content and styles.

        Half of both. By the content's alone, a flat content beside a lively style could not move.
        """
        own, weights = self._content[name], self._content_weights[name]
        ours = content_distance(own, torch.zeros_like(own), weights)
        tiny = torch.finfo(ours.dtype).tiny
        theirs = torch.zeros_like(ours)
        for (style, share), found in zip(styles, features, strict=True):
            seen = layer_weights(style.alpha, self._network.network, [name], border_share=0)[name]
            size = content_distance(found, torch.zeros_like(found), seen)
            theirs += share * size / seen.sum().clamp(min=tiny)
        return (ours + theirs * weights.sum()) / 2

    def _gather(self, color: Tensor, mask: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """Of a whole picture, put together from its tiles'; 0 where there is no mask."""
        whole: dict[str, Tensor] = {}
        shapes = layer_weights(mask, self._network.network, layers, border_share=0)
        for tile in self._tiles(mask, layers) if layers else ():
            features = self._features(color, tile, layers)
            for name in layers:
                self._put(whole, name, shapes[name], features[name], tile)
        return whole

    def _put(
        self, whole: dict[str, Tensor], name: str, like: Tensor, features: Tensor, tile: Tile
    ) -> None:
        """A tile's features to their place in the whole picture's."""
        stride = self._stride(name)
        if tile.core == tile.seen:
            whole[name] = features
            return
        if name not in whole:
            shape = (1, features.shape[1], *like.shape)
            whole[name] = features.new_zeros(shape).to(memory_format=torch.channels_last)
        tile.own(whole[name], stride).copy_(tile.keep(features, stride))

    def _tiles(self, mask: Tensor, layers: Collection[str]) -> list[Tile]:
        """The tiles of a picture that hold some of its mask."""
        extent = Extent(mask.shape[-1], mask.shape[-2])
        tiles = self._memory.split(extent, self._network.network, layers)
        return [tile for tile in tiles if bool(tile.own(mask).any())] or tiles[:1]

    def _stride(self, layer: str) -> int:
        return self._network.network.layer(layer).stride


def _asking(tiles: Sequence[Tile], should_stop: Callable[[], bool]) -> Iterator[Tile]:
    """The tiles, as long as nobody wants to stop."""
    for tile in tiles:
        if should_stop():
            raise Stopped("The job was cancelled.")
        yield tile
