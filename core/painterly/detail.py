"""Detail: a painting brought up to its layer's own resolution, in scales of shallow layers only.

The deep layers settle the composition at the size of the work. The strokes' edges and the grain of
the paint depend on the shallow layers, whose receptive field is a few pixels, so a picture of any
size can be seen in tiles. Each finer scale starts from the painting before it, enlarged with its
content for a guide. A few steps then bring it closer to the style's statistics at the shallow
layers. They change only what the coarser scale could not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.bridge.contract.course import FINER_FIRST, finer_count, finer_steps
from core.bridge.contract.errors import Enough
from core.bridge.contract.geometry import Extent
from core.features.descriptor import Network
from core.features.network import FeatureNetwork
from core.features.regions import StyledMask
from core.painterly.objective import Objective
from core.painterly.optimize import Iteration
from core.painterly.optimizers.adam import Moments
from core.painterly.recipe import Recipe, learning_rate
from core.painterly.tiling import Tiler
from core.pixels.enlarge import enlarge
from core.pixels.imaging import Picture, box_filter, fit
from core.system.stopping import ShouldStop, followed, to_the_end

LEARNING_RATE, LEARNING_RATE_END = 0.02, 0.3
"""Adam's step in pixel values, and what it falls to within a scale as a share of it."""

NOISE = 0.03
"""Standard deviation of the noise that is added at the start of each scale. Without it a few steps
can't make the feature vectors of a flat area differ, and the strides of the poolings show as a grid
of dots."""

SETTLED = 4
"""Radius in pixels of the window whose mean the steps leave as it is."""

NEIGHBOURHOOD = 8
"""Radius in pixels of the window over which a gradient's size is averaged."""


@dataclass(frozen=True)
class FinerScale:
    """A scale larger than the work: its size, and how many steps it takes."""

    extent: Extent
    steps: int


def finer_scales(small: Extent, full: Extent, recipe: Recipe, network: Network) -> list[FinerScale]:
    """The scales from the size of the work to the layer's own, each about twice the one before.

    Args:
        small: the painting's size.
        full: the layer's.
        recipe: of the painting; its steps count too.
        network: of the painting.

    Returns:
        An empty list if the layer is not larger than the painting, if no shallow layer takes part
        in the style, or if a side is too short for the network.
    """
    ratio = full.long_side / small.long_side
    if ratio <= 1 or min(full) < recipe.min_side or not shallow_layers(recipe, network):
        return []
    count = finer_count(ratio)
    first = max(1, round(FINER_FIRST * recipe.steps))
    found = []
    for number in range(1, count + 1):
        extent = fit(full, round(small.long_side * ratio ** (number / count)))
        steps = round(finer_steps(first, number - 1))
        found.append(FinerScale(extent if number < count else full, steps))
    return [scale for scale in found if min(scale.extent) >= recipe.min_side]


def pixel_steps(scales: list[FinerScale]) -> int:
    """The cost of all scales: pixels times steps."""
    return sum(scale.extent.area * scale.steps for scale in scales)


def refine(
    painting: Tensor,
    content: Picture,
    region: StyledMask,
    network: FeatureNetwork,
    recipe: Recipe,
    scales: list[FinerScale],
    on_iteration: Callable[[Iteration], None],
    should_stop: ShouldStop,
    tiler: Tiler,
) -> Tensor:
    """Bring a painting to the last scale's size.

    Args:
        painting: at the size of the work.
        content: at the layer's own size.
        region: its mask has the content's size.
        network: the network whose features are compared.
        recipe: of the painting; its seed is used here too.
        scales: from :func:`finer_scales`.
        on_iteration: called with the report of every step.
        should_stop: asked before every step, and before every layer within one. Where it raises
            Enough, the picture so far is the result, at some scale's size.
        tiler: decides how many pixels the network is given at once.

    Raises:
        Stopped: ``should_stop`` returned True.
    """
    total, done = pixel_steps(scales), 0
    shallow = _shallow(recipe, network.network)
    generator = torch.Generator().manual_seed(recipe.seed)
    for scale in scales:
        ending = followed(to_the_end(should_stop))
        seen = content.resize(scale.extent, ending)
        painting = enlarge(painting, seen.color, region.strength, ending)
        try:
            objective = Objective(seen, region, network, shallow, tiler, should_stop)
        except Enough:
            return painting
        _add_noise(painting, generator)
        adam = LocalAdam(painting)
        for step in range(scale.steps):
            try:
                gradient, losses = objective.gradient(painting, step, should_stop)
            except Enough:
                return painting
            _keep_means(gradient)
            adam.step(painting, gradient, learning_rate(step, scale.steps, shallow))
            del gradient  # it is as large as the painting, and the next one is made while it lives
            done += scale.extent.area
            told = Iteration(done / total, step + 1, scale.extent, losses, tiler.note())
            on_iteration(told)
    return painting


def shallow_layers(recipe: Recipe, network: Network) -> dict[str, float]:
    """The weights of the style's shallow layers.

    Of VGG-19's five style layers these are three, with a receptive field of 24 px. They take a
    third of the arithmetic of all five.
    """
    return {
        name: weight
        for name, weight in recipe.style_layers.items()
        if network.layer(name).stride <= recipe.shallow_stride
    }


def _shallow(recipe: Recipe, network: Network) -> Recipe:
    return replace(
        recipe,
        style_layers=shallow_layers(recipe, network),
        content_layers={},
        matching_layers={},
        learning_rate=LEARNING_RATE,
        learning_rate_end=LEARNING_RATE_END,
        warm_up=1,
    )


class LocalAdam:
    """Adam (Kingma and Ba 2015) with the second moment of a neighbourhood instead of a pixel.

    A pixel's own second moment is known only after many steps. In the first few, Adam would move
    every pixel by the same amount, which draws a maze of single pixels.
    """

    def __init__(self, picture: Tensor, decay: float = 0.9) -> None:
        """Start from a picture, shape (1, 3, height, width), with one decay for both averages."""
        square = torch.zeros_like(picture[:, :1])
        self._moments = Moments(torch.zeros_like(picture), square, (decay, decay))

    def step(self, picture: Tensor, gradient: Tensor, learning_rate: float) -> None:
        """Move the picture in place, and keep it in 0..1."""
        moments = self._moments
        square = torch.zeros_like(moments.square)
        for channel in gradient.chunk(3, dim=1):
            square.addcmul_(channel, channel, value=1 / gradient.shape[1])
        moments.update(gradient, box_filter(square, NEIGHBOURHOOD))
        size = moments.deviation(torch.finfo(picture.dtype).tiny)
        for moved, mean in zip(picture.chunk(3, dim=1), moments.mean.chunk(3, dim=1), strict=True):
            moved.addcdiv_(mean, size, value=-learning_rate / moments.correction).clamp_(0, 1)


def _add_noise(picture: Tensor, generator: torch.Generator) -> None:
    """Add the noise, in place."""
    for channel in picture.chunk(3, dim=1):
        noise = torch.randn(channel.shape, generator=generator)
        channel.add_(noise.to(channel), alpha=NOISE).clamp_(0, 1)


def _keep_means(gradient: Tensor) -> None:
    """Take out of the gradient, in place, what would move the means that are settled."""
    for channel in gradient.chunk(3, dim=1):
        channel.sub_(box_filter(box_filter(channel, SETTLED), SETTLED))
