"""Detail: a painting brought to its layer's own resolution, in scales that a network need not like.

What is painted where is settled at the size of the work, by the deep layers. The strokes' edges and
the grain of the paint are a matter of the shallow ones, at whose few pixels of field a picture of
any size is seen in tiles. So each finer scale starts from the painting before, enlarged with its
content for a guide, and takes a few steps towards the style's statistics at the shallow layers, in
which only what the coarser scale could not hold may change.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.bridge.contract.errors import Enough
from core.bridge.contract.geometry import Extent
from core.features.descriptor import Network
from core.features.network import Features
from core.features.regions import Region
from core.painterly.optimize import Iteration
from core.painterly.recipe import Recipe, rate
from core.painterly.target import Target
from core.painterly.tiling import Memory
from core.pixels.enlarge import enlarge
from core.pixels.imaging import Picture, fit, window
from core.system.stopping import ShouldStop, followed, to_the_end

FIRST_STEPS = 0.07
"""Steps of the first finer scale as a share of the painting's own."""

FADING, LAST_STEPS = 0.4, 3
"""Steps of a scale over those of the one before, and how many it takes at least: a scale has four
times the pixels, and less to add."""

RATE, LAST_RATE = 0.02, 0.3
"""Adam's step in pixel values, and what it falls to within a scale as a share of it."""

NOISE = 0.03
"""Standard deviation of the noise each scale starts with. Without it few steps can't tell a flat
area's neurons apart, and the strides of the poolings show as a grid of dots."""

SETTLED = 4
"""Radius in pixels of the window whose mean stays what it was."""

NEIGHBOURHOOD = 8
"""Radius in pixels of the window over which a gradient's size is measured."""


@dataclass(frozen=True)
class Scale:
    """One size on the way up, and how many steps it takes."""

    extent: Extent
    steps: int


def course(small: Extent, full: Extent, recipe: Recipe, network: Network) -> list[Scale]:
    """From the size of the work to the layer's own, each scale about twice the one before.

    Args:
        small: the painting's size.
        full: the layer's.
        recipe: of the painting, whose steps count, too.
        network: that it was painted with.

    Returns:
        Nothing where there is nothing to gain, no shallow layer that takes on the style, or where a
        side is too short for the network.
    """
    ratio = full.long_side / small.long_side
    if ratio <= 1 or min(full) < recipe.least or not layers(recipe, network):
        return []
    count = max(1, math.ceil(math.log2(ratio) - 0.25))
    first = max(1, round(FIRST_STEPS * recipe.steps))
    found = []
    for number in range(1, count + 1):
        extent = fit(full, round(small.long_side * ratio ** (number / count)))
        taken = max(min(LAST_STEPS, first), round(first * FADING ** (number - 1)))
        found.append(Scale(extent if number < count else full, taken))
    return [scale for scale in found if min(scale.extent) >= recipe.least]


def arithmetic(scales: list[Scale]) -> int:
    """Pixels times steps of all scales."""
    return sum(scale.extent.area * scale.steps for scale in scales)


def refine(
    painting: Tensor,
    content: Picture,
    region: Region,
    network: Features,
    recipe: Recipe,
    scales: list[Scale],
    on_iteration: Callable[[Iteration], None],
    should_stop: ShouldStop,
    memory: Memory,
) -> Tensor:
    """Bring a painting to the last scale's size.

    Args:
        painting: at the size of the work.
        content: at the layer's own size.
        region: its mask of the content's size.
        network: whose statistics are matched.
        recipe: of the painting; its seed counts here.
        scales: from :func:`course`.
        on_iteration: told about every step.
        should_stop: asked before every step, and every step of the network in one; where it raises
            Enough, what there is so far is the result, at some scale's size.
        memory: how much of a picture the network sees at once.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    total, done = arithmetic(scales), 0
    shallow = _shallow(recipe, network.network)
    generator = torch.Generator().manual_seed(recipe.seed)
    for scale in scales:
        ending = followed(to_the_end(should_stop))
        seen = content.resize(scale.extent, ending)
        painting = enlarge(painting, seen.color, region.strength, ending)
        try:
            target = Target(seen, region, network, shallow, memory, should_stop)
        except Enough:
            return painting
        _roughen(painting, generator)
        adam = LocalAdam(painting)
        for number in range(scale.steps):
            try:
                gradient, losses = target.gradient(painting, number, should_stop)
            except Enough:
                return painting
            _unsettled(gradient)
            adam.step(painting, gradient, rate(number, scale.steps, shallow))
            del gradient  # as large as the painting, and the next is made before it would go
            done += scale.extent.area
            told = Iteration(done / total, number + 1, scale.extent, losses, memory.told())
            on_iteration(told)
    return painting


def layers(recipe: Recipe, network: Network) -> dict[str, float]:
    """The style's shallow layers: of VGG-19's five, three, with 24 px of field.

    They take a third of the arithmetic of all.
    """
    return {
        name: weight
        for name, weight in recipe.style_layers.items()
        if network.layer(name).stride <= recipe.shallow
    }


def _shallow(recipe: Recipe, network: Network) -> Recipe:
    return replace(
        recipe,
        style_layers=layers(recipe, network),
        content_layers={},
        matching_layers={},
        rate=RATE,
        last_rate=LAST_RATE,
        warming=1,
    )


class LocalAdam:
    """Adam (Kingma and Ba 2015) whose second moment is that of a neighbourhood.

    A pixel's own is known after many steps only. In the first few Adam moves every pixel by the
    same amount, and what comes of it is a maze of single pixels.
    """

    def __init__(self, picture: Tensor, decay: float = 0.9) -> None:
        self._decay = decay
        self._count = 0
        self._mean = torch.zeros_like(picture)
        self._square = torch.zeros_like(picture[:, :1])

    def step(self, picture: Tensor, gradient: Tensor, rate: float) -> None:
        """Move the picture in place, and keep it in 0..1."""
        self._count += 1
        known = 1 - self._decay**self._count
        self._mean.lerp_(gradient, 1 - self._decay)
        square = torch.zeros_like(self._square)
        for channel in gradient.chunk(3, dim=1):
            square.addcmul_(channel, channel, value=1 / gradient.shape[1])
        self._square.lerp_(window(square, NEIGHBOURHOOD), 1 - self._decay)
        size = self._square.div(known).sqrt_().add_(torch.finfo(picture.dtype).tiny)
        for moved, mean in zip(picture.chunk(3, dim=1), self._mean.chunk(3, dim=1), strict=True):
            moved.addcdiv_(mean, size, value=-rate / known).clamp_(0, 1)


def _roughen(picture: Tensor, generator: torch.Generator) -> None:
    """Add the noise, in place."""
    for channel in picture.chunk(3, dim=1):
        noise = torch.randn(channel.shape, generator=generator)
        channel.add_(noise.to(channel), alpha=NOISE).clamp_(0, 1)


def _unsettled(gradient: Tensor) -> None:
    """Take out, in place, what would move the means that the coarser scale settled."""
    for channel in gradient.chunk(3, dim=1):
        channel.sub_(window(window(channel, SETTLED), SETTLED))
