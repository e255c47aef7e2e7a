"""A recipe: the weights of painterly's terms, and the course of the optimisation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from core.bridge.contract.course import FIRST_SCALE_FACTOR, STEPS_RATIO, shares
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import DEFAULTS, Settings
from core.bridge.contract.weighted import weighted
from core.features.descriptor import Network
from core.features.models.vgg19 import ROLES
from core.painterly.optimizers.known import OPTIMIZERS
from core.painterly.terms import TERMS
from core.painterly.terms.term import Term
from core.pixels.imaging import fit

MIN_SIDE = 32
"""The shortest side of a scale in pixels: two positions of VGG's relu5_1."""


KINDS = 0.5
"""Weight of the kinds' means over that of the style's statistics."""


BEFORE = "before"
"""The start of a frame that goes on from the one before."""

FRAME_SCALES, FRAME_COST, FRAME_RATE, TEMPORAL = 2, 0.1, 0.25, 30.0
"""Of a frame that goes on: how many scales, the pixels times steps and the learning rate as shares
of a still's, and the weight of the temporal term."""


class Balance(NamedTuple):
    """The weights that go with a kind of statistics.

    Attributes:
        style, content, matching: factors on the network's own weights.
        total_variation: the term's weight.
        mean: the term's weight where ``mean_weight`` is 1. It takes about a tenth of the contrast.
    """

    style: float
    content: float
    matching: float
    total_variation: float
    mean: float


BALANCES: Mapping[str, Balance] = {
    "gaussian": Balance(style=1.0, content=1.0, matching=1.0, total_variation=3.0, mean=50.0),
    # As in the paper there is no matching.
    "gram": Balance(style=1.0, content=0.045, matching=0.0, total_variation=0.15, mean=4.0),
}


@dataclass(frozen=True)
class Recipe:
    """The weights and the course of an optimisation.

    The defaults were found by measurement; ``core/bench/notes`` has the figures.

    Attributes:
        style_layers: weight of each layer's statistics.
        content_layers: weight of each layer's content loss.
        matching_layers: weight of each layer's nearest-neighbour matching.
        face_layers: weight of each layer at which faces keep their form.
        statistics: ``gaussian`` or ``gram``, see :mod:`core.painterly.terms.style`.
        total_variation: weight of the total variation.
        mean: weight of the pull towards the mean colour.
        kinds: weight of the kinds' means over that of the style's statistics, see
            :mod:`core.painterly.terms.kinds`. A region that tells no kinds apart is painted the
            same with any.
        temporal: weight of what holds a painting to that of the frame before.
        start: name of the first scale's starting picture in :data:`core.painterly.starts.STARTS`.
        optimizer: name in :data:`core.painterly.optimizers.known.OPTIMIZERS`.
        stroke_size: the styles' strokes over what they are at the content's scale.
        steps: iterations over all scales.
        coarsest: long side of the first scale in pixels.
        min_side: shortest side of any scale in pixels; some networks need more than ``MIN_SIDE``.
        steps_ratio: steps of a scale over those of the scale before.
        first_scale_factor: steps of the first scale over what ``steps_ratio`` alone would give it.
            The composition and the colours are found there, and its steps are the cheapest.
        deep_every: all layers take part in one step of this many. The steps in between leave out
            the layers deeper than ``shallow_stride``, at a third of the arithmetic: the gradient
            of the deep layers changes slowly, and Adam's momentum carries it over.
        shallow_stride: stride in pixels of the deepest layer of the steps in between.
        rematch_every: the nearest neighbours are searched again after so many steps.
        learning_rate: Adam's step at the finest level, in pixel values.
        learning_rate_end: what the learning rate falls to within each scale, as a share of it.
        warm_up: steps of each scale over which the learning rate rises. Adam's estimate of the
            gradient's size is poor at first, and what large steps stir up takes more steps to
            settle.
        ema_decay: decay of the exponential moving average of the pictures.
        noise: standard deviation of the noise on the starting picture.
        seed: of that noise, and of the sample of a large style's feature vectors.
        snapshot_every: the current picture is reported after so many steps; 0 is never.
        terms: the terms of the loss, see :mod:`core.painterly.terms`.
    """

    style_layers: Mapping[str, float] = field(default_factory=lambda: ROLES.style)
    content_layers: Mapping[str, float] = field(default_factory=lambda: ROLES.content)
    matching_layers: Mapping[str, float] = field(default_factory=lambda: ROLES.matching)
    face_layers: Mapping[str, float] = field(default_factory=dict)
    statistics: str = "gaussian"
    total_variation: float = 3.0
    mean: float = 0.0
    kinds: float = KINDS
    temporal: float = 0.0
    start: str = "content"
    optimizer: str = "pyramid"
    stroke_size: float = DEFAULTS.stroke_size
    steps: int = DEFAULTS.steps
    coarsest: int = DEFAULTS.coarsest
    min_side: int = MIN_SIDE
    steps_ratio: float = STEPS_RATIO
    first_scale_factor: float = FIRST_SCALE_FACTOR
    deep_every: int = 2
    shallow_stride: int = 4
    rematch_every: int = 10
    learning_rate: float = DEFAULTS.rate
    learning_rate_end: float = 0.1
    warm_up: int = 8
    ema_decay: float = 0.93
    noise: float = 0.02
    seed: int = 0
    snapshot_every: int = 0
    terms: tuple[type[Term], ...] = TERMS

    @classmethod
    def of(cls, settings: Settings, network: Network) -> Recipe:
        """The recipe that a person's settings mean with a network.

        The settings' weights multiply the recipe's own. Layers that are named share the weight
        that the network's own layers have together. A layer of weight 0 is left out, and so not
        computed.

        Raises:
            BadInput: the network has no such layer, or all weights are 0.
        """
        own, roles = BALANCES[settings.statistics], network.roles
        content = settings.content_weight * own.content
        style = settings.style_weight * own.style
        matching = settings.matching_weight * own.matching
        choice = OPTIMIZERS[settings.optimizer]
        recipe = cls(
            style_layers=_layers(settings.style_layers, roles.style, style, network),
            content_layers=_layers(settings.content_layers, roles.content, content, network),
            matching_layers=_layers("", roles.matching, matching, network),
            statistics=settings.statistics,
            total_variation=settings.variation_weight * own.total_variation,
            mean=settings.mean_weight * own.mean,
            start=settings.start,
            optimizer=settings.optimizer,
            stroke_size=settings.stroke_size,
            steps=settings.steps,
            coarsest=settings.coarsest,
            deep_every=choice.deep_every,
            learning_rate=settings.rate,
            ema_decay=choice.ema_decay,
            seed=settings.seed,
            snapshot_every=settings.snapshots,
        )
        if not (recipe.style_layers or recipe.content_layers or recipe.matching_layers):
            raise BadInput(
                "Nothing would be painted, as the weights of content, style and matching are all "
                "0: give at least one of them some weight."
            )
        return replace(recipe, min_side=max(MIN_SIDE, network.min_side(recipe.layers(network))))

    def without_matching(self) -> Recipe:
        """The recipe of the first of several scales: no matching, if there are style layers.

        In a flat sky, chance decides which feature vector of the style is nearest. Pulled to it
        from the start, a sky fills with specks, where the statistics alone would make it flow.
        """
        return replace(self, matching_layers={}) if self.style_layers else self

    def going_on(self, extent: Extent) -> Recipe:
        """The recipe of a frame that goes on from the one before: only the last scales, in a few
        short steps, held to what both frames show.

        Args:
            extent: of the last scale.
        """
        still = pixel_steps(scales(extent, self.coarsest, self.min_side), self)
        last_scales = math.floor(extent.long_side / 2 ** ((FRAME_SCALES - 1) / 2))
        coarsest = max(self.coarsest, last_scales)
        sizes = scales(extent, coarsest, self.min_side)
        each = FRAME_COST * still / sum(size.area for size in sizes)
        return replace(
            self,
            start=BEFORE,
            coarsest=coarsest,
            steps=len(sizes) * max(1, round(each)),
            steps_ratio=1.0,
            first_scale_factor=1.0,
            learning_rate=FRAME_RATE * self.learning_rate,
            warm_up=1,
            ema_decay=0.8,
            temporal=TEMPORAL,
        )

    def with_faces(self, network: Network) -> Recipe:
        """The recipe of a picture that has faces to keep."""
        return replace(self, face_layers=network.roles.faces)

    def layers(self, network: Network, step: int = 0) -> list[str]:
        """The layers of a network that take part in a step of a scale, counted from 0."""
        every = list(dict.fromkeys(name for term in self.terms for name in term.weights(self)))
        shallow = [name for name in every if network.layer(name).stride <= self.shallow_stride]
        between = step % self.deep_every and any(name in self.style_layers for name in shallow)
        return shallow if between else every

    def stride(self, network: Network) -> int:
        """The largest stride in pixels of its layers in a network."""
        return max((network.layer(name).stride for name in self.layers(network)), default=1)


def _layers(
    text: str, own: Mapping[str, float], multiple: float, network: Network
) -> dict[str, float]:
    """The weights, above 0, of the layers that a text names, or of the network's own if none."""
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


def scales(extent: Extent, coarsest: int, min_side: int = MIN_SIDE) -> list[Extent]:
    """Sizes from coarse to fine, each about the square root of 2 times the one before.

    Args:
        extent: the last size.
        coarsest, min_side: as in :class:`Recipe`.
    """
    sizes = [extent]
    while True:
        smaller = fit(extent, round(extent.long_side / 2 ** (len(sizes) / 2)))
        if smaller.long_side < coarsest or min(smaller) < min_side:
            return sizes[::-1]
        sizes.append(smaller)


def schedule(sizes: list[Extent], recipe: Recipe) -> list[int]:
    """The steps of each scale, at least one; most are taken where they are cheap."""
    parts = shares(len(sizes), recipe.steps_ratio, recipe.first_scale_factor)
    return [max(1, round(recipe.steps * part / sum(parts))) for part in parts]


def learning_rate(step: int, steps: int, recipe: Recipe) -> float:
    """The learning rate at a step, counted from 0, of a scale of ``steps``."""
    fallen = recipe.learning_rate * (1 - (1 - recipe.learning_rate_end) * step / steps)
    return fallen * min(1.0, (step + 1) / recipe.warm_up)


def pixel_steps(sizes: list[Extent], recipe: Recipe) -> int:
    """The cost of all scales: pixels times steps."""
    steps = schedule(sizes, recipe)
    return sum(count * size.area for count, size in zip(steps, sizes, strict=True))
