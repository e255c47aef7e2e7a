"""Detail: a painting brought up to its layer's own resolution, scale by scale.

The deep layers settle the composition at the size of the work. Each finer scale starts from the
painting before it, enlarged with its content for a guide.

At the first finer scale a few steps bring it closer to the style's statistics at the shallow
layers, on which the strokes' edges depend. Their receptive field is a few pixels, so a picture of
any size can be seen in tiles. The steps change only what the coarser scale could not hold.

At the scales after it they would draw a weave of worms that no style has. These take their paint
from the style's own pixels (:mod:`core.painterly.patches`), which needs no network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.bridge.contract.course import FINER_FIRST, finer_count
from core.bridge.contract.errors import Enough
from core.bridge.contract.geometry import Extent
from core.features.descriptor import Network
from core.features.network import FeatureNetwork
from core.features.regions import StyledMask
from core.painterly.objective import Objective
from core.painterly.optimize import Iteration
from core.painterly.optimizers.adam import Moments
from core.painterly.patches.transfer import repaint
from core.painterly.recipe import Recipe, learning_rate
from core.painterly.tiling import Tiler
from core.pixels.enlarge import enlarge
from core.pixels.imaging import Picture, box_filter, extent_of, fit
from core.system.keep import Bookmark
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


BROAD = 1.5
"""The stroke size from which on no scale takes steps: a style that was enlarged so far has edges so
soft that its shallow statistics make worms of the painting's."""

OnPiece = Callable[[float, Extent], None]
"""Told the share of all scales that is done, and the size of the current one."""

PATCHES = 0.5
"""The cost of a pixel that is repainted from the style's, over that of a step there."""


@dataclass(frozen=True)
class FinerScale:
    """A scale larger than the work.

    Attributes:
        extent: its size.
        steps: how many it takes; 0 where it is repainted from the style's pixels.
    """

    extent: Extent
    steps: int

    @property
    def cost(self) -> float:
        """Pixels times steps, or what costs as much."""
        return self.extent.area * (self.steps or PATCHES)


@dataclass(frozen=True)
class Refined:
    """Where a painting stands between two finer scales.

    Attributes:
        scales: how many are done.
        painting: at the size of the last of them.
        noise: the state of what the noise is drawn from.
        fraction: of the cost of all of them, 0..1.
    """

    scales: int
    painting: Tensor
    noise: Tensor
    fraction: float

    def copy(self) -> Refined:
        """The same with a painting of its own, on the CPU."""
        return replace(self, painting=self.painting.to(torch.device("cpu"), copy=True))


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
    first = max(1, round(FINER_FIRST * recipe.steps)) if recipe.stroke_size < BROAD else 0
    found = []
    for number in range(1, count + 1):
        extent = fit(full, round(small.long_side * ratio ** (number / count)))
        steps = first if number == 1 else 0
        found.append(FinerScale(extent if number < count else full, steps))
    return [scale for scale in found if min(scale.extent) >= recipe.min_side]


def cost(scales: list[FinerScale]) -> float:
    """The cost of all scales, in pixels times steps."""
    return sum(scale.cost for scale in scales)


def refine(
    painting: Tensor,
    content: Picture,
    region: StyledMask,
    network: FeatureNetwork,
    recipe: Recipe,
    scales: list[FinerScale],
    on_iteration: Callable[[Iteration], None],
    on_piece: OnPiece,
    should_stop: ShouldStop,
    tiler: Tiler,
    bookmark: Bookmark[Refined] | None = None,
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
        on_piece: called after each piece of a scale that is repainted.
        should_stop: asked before every step and piece, and before every layer within a step.
            Where it raises Enough, the picture so far is the result, at some scale's size.
        tiler: decides how many pixels the network is given at once.
        bookmark: of this very work, with all that it depends on. It goes on from there, and gives
            the same picture to the last bit as if it had never stopped.

    Raises:
        Stopped: ``should_stop`` returned True.
    """
    bookmark, total, first = bookmark or Bookmark(), cost(scales), 0
    shallow = _shallow(recipe, network.network)
    generator = torch.Generator().manual_seed(recipe.seed)
    if (found := bookmark.found) is not None:
        first = found.scales
        painting = found.painting.to(painting.device, copy=True)
        generator.set_state(found.noise)
    done = cost(scales[:first])
    for number, scale in enumerate(scales[first:], first + 1):
        ending = followed(to_the_end(should_stop))
        seen = content.resize(scale.extent, ending)
        ratio = scale.extent.long_side / max(painting.shape[-2:])
        painting = enlarge(painting, seen.color, 1.0, ending)

        def step_done(at: Iteration, before: float = done) -> None:
            on_iteration(replace(at, fraction=(before + at.step * at.extent.area) / total))

        def piece_done(share: float, before: float = done, scale: FinerScale = scale) -> None:
            on_piece((before + share * scale.cost) / total, scale.extent)

        try:
            if scale.steps:
                objective = Objective(seen, region, network, shallow, tiler, should_stop)
                _add_noise(painting, generator)
                _optimize(painting, objective, scale.steps, shallow, step_done, should_stop, tiler)
            else:
                follow = followed(should_stop, piece_done)
                repaint(
                    painting, seen, region, ratio, recipe.stroke_size,
                    generator, follow, to_the_end(should_stop),
                )  # fmt: skip
        except Enough:
            return painting
        done += scale.cost
        if tiler.note() is not None:  # smaller tiles give the same painting, but for the last bit
            bookmark.give_back()
            continue

        stands = Refined(number, painting, generator.get_state(), done / total)
        bookmark.put(painting.nbytes, stands.copy)
    return painting


def _optimize(
    painting: Tensor,
    objective: Objective,
    steps: int,
    recipe: Recipe,
    step_done: Callable[[Iteration], None],
    should_stop: ShouldStop,
    tiler: Tiler,
) -> None:
    """Move a painting towards the objective, in place. Raises Enough after a whole step."""
    extent = extent_of(painting)
    adam = LocalAdam(painting)
    for step in range(steps):
        gradient, losses = objective.gradient(painting, step, should_stop)
        _keep_means(gradient)
        adam.step(painting, gradient, learning_rate(step, steps, recipe))
        del gradient  # it is as large as the painting, and the next one is made while it lives
        step_done(Iteration((step + 1) / steps, step + 1, extent, losses, tiler.note()))


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
        kinds=0.0,
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
