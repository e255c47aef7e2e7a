"""What a scale's picture is compared with, and the slope of all that is weighed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from core.features.network import Features, Trace
from core.imaging import Picture, fit, mirrored, resize
from core.losses import MEASURES, away_from_mean, content_distance, variation
from core.matching import Matching, Neurons
from core.recipe import Recipe
from core.regions import Region, Share, layer_weights, support
from core.statistics import Statistics, Weighting, add_slope, moments
from core.stopping import ShouldStop, ask
from core.tiling import Memory, Tile
from core.view import Look, View


class Target:
    """The content's features, the styles' statistics and their neurons.

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
        self._view = view = View(network, memory or Memory(content.color.device))
        self.content = content.color
        self._mask = resize(region.mask, content.extent) * content.alpha
        self.support = support(self._mask)
        self._area = self.support.sum().clamp(min=1.0)
        self._recipe, self._measure = recipe, MEASURES[recipe.statistics]
        self._layers = recipe.layers(view.network)
        self._weights = {
            name: Weighting.of(weights)
            for name, weights in layer_weights(
                self._mask, view.network, {*recipe.style_layers, *recipe.matching_layers}
            ).items()
        }
        self._parts: dict[tuple[str, Tile], Weighting] = {}
        # What a neuron sees across the border is the content on both sides of this comparison.
        self._content_weights = layer_weights(
            self._mask, view.network, recipe.content_layers, border_share=0
        )
        self._pulls: dict[str, Tensor] = {}
        self._looking: dict[str, Tensor] = {}
        self._matched: dict[str, int] = {}
        self._steps = 0
        self._told: dict[str, float] = {}
        before = recipe.style_layers if region.strength < 1 else ()
        own = view.look(Picture(content.color, self._mask), before, recipe.content_layers)
        styles = self._styles(content, region)
        self._content = own.features
        self._sizes = {name: self._content_size(name, styles) for name in recipe.content_layers}
        self._matchings = self._sample(styles)
        self._pull_weights = {
            name: recipe.matching_layers[name] * region.strength for name in self._matchings
        }
        looks = [(look, share.weight * region.strength) for share, look in styles]
        self._style = self._mixed([*looks, (own, 1 - region.strength)])

    def _styles(self, content: Picture, region: Region) -> list[tuple[Share, Look]]:
        """Each style at the content's scale, and what the network finds of it.

        Of a strip the short side may have shrunk to less than the network takes: mirrored, it is
        wide enough, and all of it is still the style.
        """
        recipe = self._recipe
        if not (recipe.style_layers or recipe.matching_layers):
            return []
        kept = {*recipe.content_layers, *recipe.matching_layers}
        least = self._view.network.least({*recipe.style_layers, *kept})
        side = content.extent.long_side
        seen = [
            Share(mirrored(style.resize(fit(style.extent, side)), least), weight)
            for style, weight in region.styles
            if weight > 0
        ]
        return [
            (share, self._view.look(share.picture, recipe.style_layers, kept)) for share in seen
        ]

    def _mixed(self, looks: Sequence[tuple[Look, float]]) -> dict[str, Statistics]:
        """The statistics wanted of each layer that the region and a picture have neurons of."""
        found = {}
        for name in self._seen_at(self._recipe.style_layers):
            parts = [(look.statistics[name], w) for look, w in looks if name in look.statistics]
            total = sum(weight for _, weight in parts)
            if total > 0:
                found[name] = Statistics.mixed((one, weight / total) for one, weight in parts)
        return found

    def _sample(self, styles: Sequence[tuple[Share, Look]]) -> dict[str, Matching]:
        generator = torch.Generator().manual_seed(self._recipe.seed)
        found = {}
        for name in self._seen_at(self._recipe.matching_layers):
            seen = [(s, look) for s, look in styles if bool(look.weights[name].any())]
            total = sum(share.weight for share, _ in seen)
            if seen:
                neurons = [
                    Neurons(look.features[name], look.weights[name], share.weight / total)
                    for share, look in seen
                ]
                found[name] = Matching(neurons, generator)
        return found

    def _seen_at(self, layers: Iterable[str]) -> list[str]:
        """Those of the layers at which some neuron is the region's."""
        return [name for name in layers if float(self._weights[name].total) > 0]

    def gradient(
        self, picture: Tensor, should_stop: ShouldStop = lambda: False
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
        return self._view.within(lambda: self._gradient(picture.detach(), should_stop))

    @torch.no_grad()
    def _gradient(
        self, picture: Tensor, should_stop: ShouldStop
    ) -> tuple[Tensor, dict[str, float]]:
        layers = self._recipe.layers(self._view.network, self._steps)
        tiles = self._view.tiles(self._mask, layers)
        # The losses need the whole region's sums. The way through one tile is kept for going
        # back; through several, each is gone again when the losses' slopes are known.
        kept = [self._view.trace(picture, tile, layers) for tile in tiles if len(tiles) == 1]
        parts = []
        for tile in _asking(tiles, should_stop):
            features = kept[0].features if kept else self._view.features(picture, tile, layers)
            parts.append(self._sums(features, tile))
            self._remember(features, tile)
            del features
        self._rematch()
        sums = [torch.stack(values).sum(dim=0) for values in zip(*parts, strict=True)]
        losses, slopes = self._losses(sums, layers)
        gradient = torch.zeros_like(picture)
        taken = picture.new_zeros(())
        for tile in _asking(tiles, should_stop):
            trace = kept.pop() if kept else self._view.trace(picture, tile, layers)
            slope, drawn = self._back(trace, tile, slopes)
            tile.see(gradient).add_(slope)
            taken = taken + drawn
        if self._recipe.variation:
            losses["variation"] = self._add_variation(picture, gradient, tiles)
        if self._recipe.mean:
            losses["mean"] = self._add_mean(picture, gradient)
        if self._matchings:
            pull = sum(weight for name, weight in self._pull_weights.items() if name in layers)
            losses["matching"] = pull - taken
        if len(layers) == len(self._layers):
            self._told = {name: float(loss) for name, loss in losses.items()}
        self._steps += 1
        return gradient.mul_(self.support), self._told

    def _sums(self, features: Mapping[str, Tensor], tile: Tile) -> list[Tensor]:
        """What a tile adds to all that the losses are made of.

        Mean and second moment for each style layer, the distance for each content layer.
        """
        sums: list[Tensor] = []
        for name in self._style:
            if name in features:
                kept = tile.keep(features[name], self._view.stride(name))
                sums += moments(kept, self._part(name, tile))
        for name, content in self._content.items():
            if name in features:
                stride = self._view.stride(name)
                own = tile.own(self._content_weights[name], stride)
                kept = tile.keep(features[name], stride)
                sums.append(content_distance(kept, tile.own(content, stride), own))
        return sums

    def _part(self, name: str, tile: Tile) -> Weighting:
        """What the neurons of a tile's core count, looked at once."""
        if (name, tile) not in self._parts:
            whole = self._weights[name]
            own = tile.own(whole.values, self._view.stride(name))
            self._parts[name, tile] = whole.part(own)
        return self._parts[name, tile]

    def _losses(
        self, sums: Sequence[Tensor], layers: Collection[str]
    ) -> tuple[dict[str, Tensor], dict[str, list[Tensor]]]:
        """The losses by kind; and for each layer's sums, the slopes of all losses together."""
        recipe, measure = self._recipe, self._measure
        with torch.enable_grad():
            leaves = [value.detach().requires_grad_() for value in sums]
            values = iter(leaves)
            style = {
                name: recipe.style_layers[name]
                * measure.style(Statistics.of(next(values), next(values)), wanted)
                for name, wanted in self._style.items()
                if name in layers
            }
            content = {
                name: weight * measure.content(next(values), self._sizes[name])
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
        stride = self._view.stride(name)
        core, own = tile.keep(gradient, stride), tile.keep(features[name], stride)
        if f"style {name}" in slopes:
            add_slope(core, own, self._part(name, tile), *slopes[f"style {name}"])
        if f"content {name}" in slopes:
            (slope,) = slopes[f"content {name}"]
            weights = tile.own(self._content_weights[name], stride) * (2 * slope)
            away = own - tile.own(self._content[name], stride)
            core.addcmul_(away, weights.to(away.dtype))
        if name in self._matchings:
            weight = self._pull_weights[name]
            pull = tile.own(self._pulls[name], stride)
            drawn.append(weight * self._matchings[name].add_slope(core, own, pull, weight))

    def _add_variation(self, picture: Tensor, gradient: Tensor, tiles: list[Tile]) -> Tensor:
        """Add the total variation's slope, and return its loss."""
        weight = self._recipe.variation / (3 * self._area)
        total = torch.zeros_like(weight)
        for tile in tiles:
            with torch.enable_grad():
                leaf = tile.see(picture).requires_grad_()
                onward = tile.onward(leaf), tile.onward(tile.see(self.support))
                loss = weight * variation(*onward, tile.core.extent)
            tile.see(gradient).add_(torch.autograd.grad(loss, leaf)[0])
            total += loss.detach()
        return total

    def _add_mean(self, picture: Tensor, gradient: Tensor) -> Tensor:
        """Add the slope of what draws pixels to the mean colour, and return its loss."""
        weight = self._recipe.mean / (3 * self._area)
        with torch.enable_grad():
            leaf = picture.detach().requires_grad_()
            loss = weight * away_from_mean(leaf, self.support)
        gradient.add_(torch.autograd.grad(loss, leaf)[0])
        return loss.detach()

    def _remember(self, features: Mapping[str, Tensor], tile: Tile) -> None:
        """Keep the features of neurons that are to look for their likest again."""
        for name in self._matchings:
            due = self._steps - self._matched.get(name, -self._recipe.rematch)
            if name in features and due >= self._recipe.rematch:
                like = self._weights[name].values
                self._view.put(self._looking, name, features[name], tile, like)

    def _rematch(self) -> None:
        for name, features in self._looking.items():
            self._pulls[name] = self._matchings[name].pull(features, self._weights[name].values)
            self._matched[name] = self._steps
        self._looking.clear()

    def _content_size(self, name: str, styles: Sequence[tuple[Share, Look]]) -> Tensor:
        """What a content layer's distance is relative to: the features of content and styles.

        Half of both. By the content's alone, a flat content beside a lively style could not move.
        """
        own, weights = self._content[name], self._content_weights[name]
        ours = content_distance(own, torch.zeros_like(own), weights)
        if not styles:
            return ours
        theirs, tiny = torch.zeros_like(ours), torch.finfo(ours.dtype).tiny
        for (style, share), look in styles:
            found = look.features[name]
            seen = layer_weights(style.alpha, self._view.network, [name], border_share=0)[name]
            size = content_distance(found, torch.zeros_like(found), seen)
            theirs += share * size / seen.sum().clamp(min=tiny)
        return (ours + theirs * weights.sum()) / 2


def _asking(tiles: Sequence[Tile], should_stop: ShouldStop) -> Iterator[Tile]:
    """The tiles, as long as nobody wants to stop."""
    for tile in tiles:
        ask(should_stop)
        yield tile
