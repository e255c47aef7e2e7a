"""Painterly: optimisation on the pixels, from coarse to fine scales.

Gatys, Ecker and Bethge (2016), "Image style transfer using convolutional neural networks", with
statistics over a soft mask and these departures: Adam with the pixels clipped instead of L-BFGS,
scales from coarse to fine with the optimiser's state carried along, and an average of the
iterates as the result (after Crowson's style-transfer-pytorch).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from core.bridge.errors import Stopped
from core.bridge.geometry import Extent
from core.features.network import Features
from core.imaging import Picture, fit, resize
from core.losses import content_distance, content_loss, style_loss, variation
from core.regions import Region, layer_weights, support
from core.statistics import Statistics, moments
from core.tiling import Memory, Tile


@dataclass(frozen=True)
class Recipe:
    """The weights and the course of an optimisation.

    The defaults were found by measurement, against the recipe with Wasserstein statistics of
    Crowson's style-transfer-pytorch at 256 px, by networks that neither optimises (VGG-16's patches
    for the style, LPIPS with AlexNet for the content; smaller is nearer). Tubingen as The Starry
    Night: that recipe 0.784 and 0.570; these weights, in 300 steps from
    128 px on, 0.834 and 0.548. What was tried and left:
    equal weights with content at 0.3, not squared, 0.703 and 0.674, in which the town is gone;
    equal weights with content at 1.5 and a rate of 0.03, 0.840 and 0.562, with blocks of noise in
    flat skies, which more variation, more noise at the start or a floor under Adam's divisor did
    not cure: weight on the shallow layers and a rate of 0.02 did. In a flat sky of 512x237 px the
    blocks came back with a first scale of 128 px and stayed to the end (style 2.13, content 1.55);
    from 250 px on there are hardly any (1.06, 0.83), at twice the time; 180 px lies between.

    Attributes:
        style_layers: weight of each layer's style loss.
        content_layers: weight of each layer's content loss.
        variation: weight of the total variation.
        steps: iterations over all scales.
        coarsest: long side of the first scale in pixels.
        fading: steps of a scale over those of the one before.
        rate: Adam's step in pixel values, falling to ``rate * last_rate`` within each scale.
        averaging: share of the average that each iterate leaves as it was.
        noise: standard deviation of the noise the first scale starts with.
        seed: of that noise.
    """

    style_layers: Mapping[str, float] = field(
        default_factory=lambda: {
            "relu1_1": 8.0,
            "relu2_1": 4.0,
            "relu3_1": 2.0,
            "relu4_1": 0.5,
            "relu5_1": 0.1,
        }
    )
    content_layers: Mapping[str, float] = field(default_factory=lambda: {"relu4_2": 1.0})
    variation: float = 8.0
    steps: int = 200
    coarsest: int = 180
    fading: float = 0.5
    rate: float = 0.02
    last_rate: float = 0.3
    averaging: float = 0.97
    noise: float = 0.02
    seed: int = 0


@dataclass(frozen=True)
class Iteration:
    """What one step tells: where it stands and the losses before it moved."""

    fraction: float
    """0 to 1 of the whole optimisation's arithmetic."""
    step: int
    extent: Extent
    losses: Mapping[str, float]
    memory: str = ""
    """In words, what is done where memory ran short."""


MIN_SIDE = 32
"""The shortest side of a scale in pixels: two neurons of relu5_1."""


def scales(extent: Extent, coarsest: int) -> list[Extent]:
    """Sizes from coarse to fine, each about the square root of 2 times the one before."""
    sizes = [extent]
    while True:
        smaller = fit(extent, round(extent.long_side / 2 ** (len(sizes) / 2)))
        if smaller.long_side < coarsest or min(smaller) < MIN_SIDE:
            return sizes[::-1]
        sizes.append(smaller)


def schedule(sizes: list[Extent], recipe: Recipe) -> list[int]:
    """Steps of each scale, at least one, most of them where they are cheap."""
    shares = [recipe.fading**place for place in range(len(sizes))]
    return [max(1, round(recipe.steps * share / sum(shares))) for share in shares]


def paint(
    content: Picture,
    region: Region,
    network: Features,
    recipe: Recipe,
    on_iteration: Callable[[Iteration], None],
    should_stop: Callable[[], bool],
    memory: Memory | None = None,
) -> Tensor:
    """Paint a region by optimisation.

    Args:
        content: the picture at the size of the work, each side at least 32 px.
        region: its mask of the content's size.
        network: the features whose statistics are matched.
        recipe: weights and course.
        on_iteration: told about every step.
        should_stop: asked before every step.
        memory: how much of the picture the network sees at once; by default what its device has.

    Returns:
        A picture of the content's size, painted wherever the mask is above 0, the content
        elsewhere.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    memory = memory or Memory(content.color.device)
    sizes = scales(content.extent, recipe.coarsest)
    steps = schedule(sizes, recipe)
    total, done = arithmetic(sizes, recipe), 0
    picture = _start(content.color, sizes[0], recipe)
    adam: ClippedAdam | None = None
    for size, count in zip(sizes, steps, strict=True):
        target = Target(content.resize(size), region, network, recipe, memory)
        picture = torch.lerp(target.content, resize(picture, size), target.support)
        adam = ClippedAdam(picture, adam)
        average = Average(recipe.averaging)
        for number in range(count):
            if should_stop():
                raise Stopped("The job was cancelled.")
            gradient, losses = target.gradient(picture)
            rate = recipe.rate * (1 - (1 - recipe.last_rate) * number / count)
            picture = adam.step(picture, gradient, rate)
            average.add(picture)
            done += size.area
            on_iteration(Iteration(done / total, number + 1, size, losses, memory.told()))
        picture = average.value()
    return picture


def arithmetic(sizes: list[Extent], recipe: Recipe) -> int:
    """Pixels times steps of all scales."""
    steps = schedule(sizes, recipe)
    return sum(count * size.area for count, size in zip(steps, sizes, strict=True))


def _start(content: Tensor, size: Extent, recipe: Recipe) -> Tensor:
    """The content, with the seed's noise."""
    small = resize(content, size)
    generator = torch.Generator().manual_seed(recipe.seed)
    noise = torch.randn(small.shape, generator=generator).to(small)
    return (small + recipe.noise * noise).clamp(0, 1)


class Target:
    """What a scale's picture is compared with: the content's features, the style's statistics.

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
        self._network, self._recipe = network, recipe
        self._dtype = next(network.parameters()).dtype
        self._layers = [*recipe.style_layers, *recipe.content_layers]
        self._weights = layer_weights(self._mask, network.network, recipe.style_layers)
        self._totals = {name: weights.sum() for name, weights in self._weights.items()}
        # What a neuron sees across the border is the content on both sides of this comparison.
        self._content_weights = layer_weights(
            self._mask, network.network, recipe.content_layers, border_share=0
        )
        with torch.no_grad():
            self._content = memory.within(self._content_features)
            self._sizes = [
                content_distance(features, torch.zeros_like(features), self._content_weights[name])
                for name, features in self._content.items()
            ]
            style = region.style.resize(fit(region.style.extent, content.extent.long_side))
            self._style = memory.within(lambda: self._statistics(style))
            if region.strength < 1:
                masked = Picture(content.color, self._mask)
                before = memory.within(lambda: self._statistics(masked))
                self._style = [
                    own.toward(wanted, region.strength)
                    for own, wanted in zip(before, self._style, strict=True)
                ]

    def gradient(self, picture: Tensor) -> tuple[Tensor, dict[str, float]]:
        """The direction of rising loss at ``picture``, 0 outside of the region; and the losses."""
        return self._memory.within(lambda: self._gradient(picture.detach()))

    def _gradient(self, picture: Tensor) -> tuple[Tensor, dict[str, float]]:
        tiles = self._tiles(self._mask, self._layers)
        pieces = [tile.see(picture).requires_grad_() for tile in tiles]
        # The losses need the whole region's sums. One tile's have their graph; of several, each
        # makes its own again when the losses' slopes are known.
        with torch.set_grad_enabled(len(tiles) == 1):
            parts = [self._sums(*pair) for pair in zip(pieces, tiles, strict=True)]
        sums = [torch.stack(values).sum(dim=0).detach() for values in zip(*parts, strict=True)]
        leaves = [value.requires_grad_() for value in sums]
        losses = self._losses(leaves)
        slopes = torch.autograd.grad(torch.stack(list(losses.values())).sum(), leaves)
        gradient = torch.zeros_like(picture)
        for piece, tile, part in zip(pieces, tiles, parts, strict=True):
            own = part if len(tiles) == 1 else self._sums(piece, tile)
            (slope,) = torch.autograd.grad(own, piece, slopes)
            tile.see(gradient).add_(slope)
        told = {name: float(loss.detach()) for name, loss in losses.items()}
        return gradient.mul_(self.support), told

    def _sums(self, piece: Tensor, tile: Tile) -> list[Tensor]:
        """What a tile adds to all that the losses are made of.

        Mean and second moment for each style layer, the distance for each content layer, and the
        variation.
        """
        features = self._features(piece, tile, self._layers)
        sums: list[Tensor] = []
        for name, weights in self._weights.items():
            own = tile.own(weights, self._stride(name))
            sums += moments(features[name], own, self._totals[name])
        for name, content in self._content.items():
            own = tile.own(self._content_weights[name], self._stride(name))
            content = tile.own(content, self._stride(name))
            sums.append(content_distance(features[name], content, own))
        onward = tile.onward(piece), tile.onward(tile.see(self.support))
        return [*sums, variation(*onward, tile.core.extent)]

    def _losses(self, sums: Sequence[Tensor]) -> dict[str, Tensor]:
        recipe, values = self._recipe, iter(sums)
        style = [
            style_loss(Statistics.of(next(values), next(values)), wanted) for wanted in self._style
        ]
        content = [content_loss(next(values), size) for size in self._sizes]
        pixels = 3 * self.support.sum().clamp(min=1.0)
        nothing = pixels.new_zeros(())
        return {
            "content": _weighted(recipe.content_layers, content, nothing),
            "style": _weighted(recipe.style_layers, style, nothing),
            "variation": recipe.variation * next(values) / pixels,
        }

    def _statistics(self, picture: Picture) -> list[Statistics]:
        """Of a picture at each style layer, where its alpha is above 0."""
        layers = self._recipe.style_layers
        weights = layer_weights(picture.alpha, self._network.network, layers)
        parts = []
        for tile in self._tiles(picture.alpha, layers):
            features = self._features(tile.see(picture.color), tile, layers)
            parts.append(
                [
                    moments(features[name], tile.own(w, self._stride(name)), w.sum())
                    for name, w in weights.items()
                ]
            )
        return [
            Statistics.of(*(torch.stack(values).sum(dim=0) for values in zip(*layer, strict=True)))
            for layer in zip(*parts, strict=True)
        ]

    def _content_features(self) -> dict[str, Tensor]:
        """The content's at each content layer, put together from the tiles'; 0 where none is."""
        layers = self._recipe.content_layers
        whole: dict[str, Tensor] = {}
        for tile in self._tiles(self._mask, layers) if layers else ():
            features = self._features(tile.see(self.content), tile, layers)
            for name in layers:
                part = features[name]
                if name not in whole:
                    shape = (1, part.shape[1], *self._content_weights[name].shape)
                    whole[name] = part.new_zeros(shape).to(memory_format=torch.channels_last)
                tile.own(whole[name], self._stride(name)).copy_(part)
        return whole

    def _tiles(self, mask: Tensor, layers: Collection[str]) -> list[Tile]:
        """The tiles of a picture that hold some of its mask."""
        extent = Extent(mask.shape[-1], mask.shape[-2])
        tiles = self._memory.split(extent, self._network.network, layers)
        return [tile for tile in tiles if bool(tile.own(mask).any())] or tiles[:1]

    def _features(self, piece: Tensor, tile: Tile, layers: Collection[str]) -> dict[str, Tensor]:
        """Those of the core, from the part of a picture that the tile sees."""
        features = self._network(piece.to(self._dtype), layers)
        return {name: tile.keep(value, self._stride(name)) for name, value in features.items()}

    def _stride(self, layer: str) -> int:
        return self._network.network.layer(layer).stride


def _weighted(weights: Mapping[str, float], losses: Sequence[Tensor], start: Tensor) -> Tensor:
    """The weighted sum of a kind's losses over its layers."""
    return sum((w * loss for w, loss in zip(weights.values(), losses, strict=True)), start=start)


class ClippedAdam:
    """Adam (Kingma and Ba 2015) on pixels, clipped to 0..1 after each step.

    Its moments are carried to the next scale, so that it does not start cold there.
    """

    def __init__(
        self,
        picture: Tensor,
        before: ClippedAdam | None = None,
        betas: tuple[float, float] = (0.9, 0.99),
        epsilon: float = 1e-8,
    ) -> None:
        self._betas, self._epsilon = betas, epsilon
        self._count = 0
        self._mean = torch.zeros_like(picture)
        self._square = torch.zeros_like(picture)
        if before is not None:
            extent = Extent(picture.shape[-1], picture.shape[-2])
            self._count = before._count
            self._mean = resize(before._mean, extent)
            self._square = resize(before._square, extent)

    def step(self, picture: Tensor, gradient: Tensor, rate: float) -> Tensor:
        first, second = self._betas
        self._count += 1
        self._mean.lerp_(gradient, 1 - first)
        self._square.lerp_(gradient.square(), 1 - second)
        mean = self._mean / (1 - first**self._count)
        spread = (self._square / (1 - second**self._count)).sqrt_().add_(self._epsilon)
        return (picture - rate * mean / spread).clamp_(0, 1)


class Average:
    """An exponential average of the iterates, corrected for its start."""

    def __init__(self, decay: float) -> None:
        self._decay = decay
        self._sum: Tensor | None = None
        self._weight = 0.0

    def add(self, picture: Tensor) -> None:
        self._sum = torch.zeros_like(picture) if self._sum is None else self._sum
        self._sum.mul_(self._decay).add_(picture, alpha=1 - self._decay)
        self._weight = self._weight * self._decay + 1 - self._decay

    def value(self) -> Tensor:
        assert self._sum is not None
        return self._sum / self._weight
