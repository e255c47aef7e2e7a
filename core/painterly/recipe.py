"""A recipe: what painterly weighs against what, and the course it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import Settings
from core.bridge.contract.weighted import weighted
from core.features.descriptor import Network
from core.features.models.vgg19 import ROLES
from core.painterly.optimizers.descent import SEARCHES
from core.painterly.terms import TERMS
from core.painterly.terms.term import Term
from core.pixels.imaging import fit

MIN_SIDE = 32
"""The shortest side of a scale in pixels: two neurons of VGG's relu5_1."""


class Balance(NamedTuple):
    """What each kind of statistics multiplies a network's own weights with, and what it has of its
    own. A mean weight of 1 takes about a tenth of the contrast."""

    style: float
    content: float
    matching: float
    variation: float
    mean: float


BALANCES: Mapping[str, Balance] = {
    "gaussian": Balance(style=1.0, content=1.0, matching=1.0, variation=3.0, mean=50.0),
    # As in the paper there is no matching.
    "gram": Balance(style=1.0, content=0.045, matching=0.0, variation=0.15, mean=4.0),
}


@dataclass(frozen=True)
class Recipe:
    """The weights and the course of an optimisation.

    The defaults were found by measurement; ``core/bench/notes`` has the figures.

    Attributes:
        style_layers: weight of each layer's statistics.
        content_layers: weight of each layer's content loss.
        matching_layers: weight of the neurons' pull at each layer.
        statistics: ``gaussian`` or ``gram``, see :mod:`core.painterly.terms.style`.
        variation: weight of the total variation.
        mean: weight of what draws pixels to the mean colour.
        start: what the first scale starts from, see :data:`core.painterly.starts.STARTS`.
        search: how a scale goes down, see :data:`core.painterly.optimizers.descent.SEARCHES`.
        steps: iterations over all scales.
        coarsest: long side of the first scale in pixels.
        least: shortest side of any scale in pixels; a network may need more than ``MIN_SIDE``.
        fading: steps of a scale over those of the one before.
        settling: steps of the first scale, which finds the composition and the colours, over what
            ``fading`` alone would give it. They are the cheapest there are.
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
        snapshots: every so many steps the picture is told as it is; 0 never.
        terms: what is minimised, see :mod:`core.painterly.terms`.
    """

    style_layers: Mapping[str, float] = field(default_factory=lambda: ROLES.style)
    content_layers: Mapping[str, float] = field(default_factory=lambda: ROLES.content)
    matching_layers: Mapping[str, float] = field(default_factory=lambda: ROLES.matching)
    statistics: str = "gaussian"
    variation: float = 3.0
    mean: float = 0.0
    start: str = "content"
    search: str = "pyramid"
    steps: int = 165
    coarsest: int = 128
    least: int = MIN_SIDE
    fading: float = 0.8
    settling: float = 2.0
    whole: int = 2
    shallow: int = 4
    rematch: int = 10
    rate: float = 0.02
    last_rate: float = 0.1
    warming: int = 8
    averaging: float = 0.93
    noise: float = 0.02
    seed: int = 0
    snapshots: int = 0
    terms: tuple[type[Term], ...] = TERMS

    @classmethod
    def of(cls, settings: Settings, network: Network) -> Recipe:
        """What a person's settings come to with a network.

        Weights are multiples of the recipe's own, and layers that are named share what the
        network's own have together. What weighs nothing is not there, and so not computed.

        Raises:
            BadInput: a layer the network does not have, or weights that leave nothing to paint.
        """
        own, roles = BALANCES[settings.statistics], network.roles
        content = settings.content_weight * own.content
        style = settings.style_weight * own.style
        matching = settings.matching_weight * own.matching
        search = SEARCHES[settings.optimizer]
        recipe = cls(
            style_layers=_layers(settings.style_layers, roles.style, style, network),
            content_layers=_layers(settings.content_layers, roles.content, content, network),
            matching_layers=_layers("", roles.matching, matching, network),
            statistics=settings.statistics,
            variation=settings.variation_weight * own.variation,
            mean=settings.mean_weight * own.mean,
            start=settings.start,
            search=settings.optimizer,
            steps=settings.steps,
            coarsest=settings.coarsest,
            whole=search.whole,
            rate=settings.rate,
            averaging=search.averaging,
            seed=settings.seed,
            snapshots=settings.snapshots,
        )
        if not (recipe.style_layers or recipe.content_layers or recipe.matching_layers):
            raise BadInput(
                "Nothing would be painted, as the weights of content, style and matching are all "
                "0: give at least one of them some weight."
            )
        return replace(recipe, least=max(MIN_SIDE, network.least(recipe.layers(network))))

    def settled_by_statistics(self) -> Recipe:
        """For the first of several scales: without matching, where there is a style besides.

        Which of a style's neurons one of a flat sky is likest to is chance. Drawn to it from the
        start, a sky fills with specks where statistics alone would make it flow.
        """
        return replace(self, matching_layers={}) if self.style_layers else self

    def layers(self, network: Network, step: int = 0) -> list[str]:
        """Those of a network that take part in one of a scale's steps, counted from 0."""
        every = list(dict.fromkeys(name for term in self.terms for name in term.weights(self)))
        shallow = [name for name in every if network.layer(name).stride <= self.shallow]
        between = step % self.whole and any(name in self.style_layers for name in shallow)
        return shallow if between else every


def _layers(
    text: str, own: Mapping[str, float], multiple: float, network: Network
) -> dict[str, float]:
    """The weights of the layers that a text names, or else of the network's own; none that is 0."""
    named = weighted(text)
    found = {network.layer(name).name: weight for name, weight in named.items()}
    if len(found) < len(named):
        raise BadInput(
            "'{text}' names a layer twice: a convolution and its ReLU are one here.", text=text
        )
    if found:
        multiple *= (sum(own.values()) or 1.0) / sum(found.values())
    weights = {name: weight * multiple for name, weight in (found or own).items()}
    return {name: weight for name, weight in weights.items() if weight > 0}


def scales(extent: Extent, coarsest: int, least: int = MIN_SIDE) -> list[Extent]:
    """Sizes from coarse to fine, each about the square root of 2 times the one before.

    Args:
        extent: the last size.
        coarsest, least: as in :class:`Recipe`.
    """
    sizes = [extent]
    while True:
        smaller = fit(extent, round(extent.long_side / 2 ** (len(sizes) / 2)))
        if smaller.long_side < coarsest or min(smaller) < least:
            return sizes[::-1]
        sizes.append(smaller)


def schedule(sizes: list[Extent], recipe: Recipe) -> list[int]:
    """Steps of each scale, at least one, most of them where they are cheap."""
    shares = [recipe.fading**place for place in range(len(sizes))]
    shares[0] *= recipe.settling
    return [max(1, round(recipe.steps * share / sum(shares))) for share in shares]


def rate(number: int, count: int, recipe: Recipe) -> float:
    """Adam's step at one of a scale's steps, counted from 0."""
    fallen = recipe.rate * (1 - (1 - recipe.last_rate) * number / count)
    return fallen * min(1.0, (number + 1) / recipe.warming)


def arithmetic(sizes: list[Extent], recipe: Recipe) -> int:
    """Pixels times steps of all scales."""
    steps = schedule(sizes, recipe)
    return sum(count * size.area for count, size in zip(steps, sizes, strict=True))
