"""A recipe: what painterly weighs against what, and the course it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.bridge.geometry import Extent
from core.features.descriptor import Network
from core.imaging import fit

MIN_SIDE = 32
"""The shortest side of a scale in pixels: two neurons of relu5_1."""


@dataclass(frozen=True)
class Recipe:
    """The weights and the course of an optimisation.

    The defaults were found by measurement; ``core/bench/NOTES.md`` has the figures.

    Attributes:
        style_layers: weight of each layer's statistics.
        content_layers: weight of each layer's content loss.
        matching_layers: weight of the neurons' pull at each layer.
        variation: weight of the total variation.
        steps: iterations over all scales.
        coarsest: long side of the first scale in pixels.
        fading: steps of a scale over those of the one before.
        whole: every so many steps all layers take part, in between those up to ``shallow`` only,
            at a third of the arithmetic. The deep ones' slopes change slowly, and Adam's momentum
            carries them over.
        shallow: stride in pixels of the deepest layer of the steps in between.
        rematch: every so many steps neurons look for their likest again.
        rate: Adam's step in pixel values at the finest level, falling to ``rate * last_rate``
            within each scale.
        warming: steps of each scale over which the rate rises first. Adam knows nothing of the
            slopes' sizes yet, and what it stirs up at once takes more steps to settle.
        averaging: share of the average that each iterate leaves as it was.
        noise: standard deviation of the noise the first scale starts with.
        seed: of that noise, and of the sample of a large style's neurons.
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
    content_layers: Mapping[str, float] = field(default_factory=lambda: {"relu4_2": 20.0})
    matching_layers: Mapping[str, float] = field(
        default_factory=lambda: {"relu3_1": 16.0, "relu4_1": 16.0}
    )
    variation: float = 3.0
    steps: int = 200
    coarsest: int = 128
    fading: float = 0.8
    whole: int = 2
    shallow: int = 4
    rematch: int = 10
    rate: float = 0.02
    last_rate: float = 0.1
    warming: int = 8
    averaging: float = 0.93
    noise: float = 0.02
    seed: int = 0

    def layers(self, network: Network, step: int = 0) -> list[str]:
        """Those of a network that take part in one of a scale's steps, counted from 0."""
        named = [*self.style_layers, *self.matching_layers, *self.content_layers]
        every = list(dict.fromkeys(named))
        shallow = [name for name in every if network.layer(name).stride <= self.shallow]
        between = step % self.whole and any(name in self.style_layers for name in shallow)
        return shallow if between else every


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


def rate(number: int, count: int, recipe: Recipe) -> float:
    """Adam's step at one of a scale's steps, counted from 0."""
    fallen = recipe.rate * (1 - (1 - recipe.last_rate) * number / count)
    return fallen * min(1.0, (number + 1) / recipe.warming)


def arithmetic(sizes: list[Extent], recipe: Recipe) -> int:
    """Pixels times steps of all scales."""
    steps = schedule(sizes, recipe)
    return sum(count * size.area for count, size in zip(steps, sizes, strict=True))
