"""Painterly: optimisation on the pixels, from coarse to fine scales.

Gatys, Ecker and Bethge (2016), "Image style transfer using convolutional neural networks", with
statistics over a soft mask. A recipe may keep to the paper: Gram matrices, content at relu4_2,
L-BFGS, one scale. The default departs from it: mean and covariance
(:mod:`core.painterly.terms.style`); content at relu3_1 as well; each feature vector drawn to the
style's nearest, too (:mod:`core.painterly.terms.matching`), after the first scale; Adam on a
pyramid, clipped (:mod:`core.painterly.optimizers.pyramid`); scales from coarse to fine, and an
average of the iterates as the result (after Crowson's style-transfer-pytorch); and steps at which
only the shallow layers take part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from core.bridge.contract.errors import Enough
from core.bridge.contract.geometry import Extent
from core.bridge.i18n.text import Text
from core.features.network import Features
from core.features.regions import Region, support
from core.painterly.optimizers.descent import SEARCHES, Average
from core.painterly.recipe import Recipe, arithmetic, rate, scales, schedule
from core.painterly.starts import STARTS, Given
from core.painterly.target import Target
from core.painterly.tiling import Memory
from core.pixels.imaging import Picture, resize
from core.system.stopping import ShouldStop


@dataclass(frozen=True)
class Iteration:
    """What one step tells: where it stands and the losses before it moved."""

    fraction: float
    """0 to 1 of the whole optimisation's arithmetic."""
    step: int
    extent: Extent
    losses: Mapping[str, float]
    memory: Text | None = None
    """In words, what is done where memory ran short."""
    picture: Tensor | None = None
    """At every so many steps, as the recipe says: what there would be if this was the last one."""


def paint(
    content: Picture,
    region: Region,
    network: Features,
    recipe: Recipe,
    on_iteration: Callable[[Iteration], None],
    should_stop: ShouldStop,
    memory: Memory | None = None,
    start: Tensor | None = None,
) -> Tensor:
    """Paint a region by optimisation.

    Args:
        content: the picture at the size of the work, no side below the recipe's least.
        region: its mask of the content's size.
        network: the features whose statistics are matched.
        recipe: weights and course.
        on_iteration: told about every step.
        should_stop: asked before every step, and every step of the network in one; where it raises
            Enough, what there is so far is the result.
        memory: how much of the picture the network sees at once; by default what its device has.
        start: the instant result, of whatever size, for a recipe that starts from it.

    Returns:
        A picture of the content's size, painted wherever the mask is above 0, the content
        elsewhere.

    Raises:
        Stopped: ``should_stop`` said so.
        Enough: it did so before the first step was taken.
    """
    memory = memory or Memory(content.color.device)
    sizes = scales(content.extent, recipe.coarsest, recipe.least)
    steps = schedule(sizes, recipe)
    total, done, taken = arithmetic(sizes, recipe), 0, 0
    picture = STARTS[recipe.start](Given(content.color, start, sizes[0], recipe))
    search = SEARCHES[recipe.search]
    for place, (size, count) in enumerate(zip(sizes, steps, strict=True)):
        settling = place == 0 and len(sizes) > 1
        weighed = recipe.settled_by_statistics() if settling else recipe
        try:
            target = Target(content.resize(size), region, network, weighed, memory, should_stop)
        except Enough:
            if not taken:
                raise
            return _whole(picture, content, region)
        picture = torch.lerp(target.content, resize(picture, size), target.support)
        descent = (search.refine if place else search.begin)(picture)
        average = Average(recipe.averaging)
        for number in range(count):
            try:
                gradient, losses = target.gradient(picture, number, should_stop)
            except Enough:
                if not taken:
                    raise
                return _whole(average.value() if number else picture, content, region)
            moved = descent.step(gradient, rate(number, count, recipe))
            picture = torch.lerp(target.content, moved, target.support)
            average.add(picture)
            done += size.area
            taken += 1
            shown = average.value() if recipe.snapshots and taken % recipe.snapshots == 0 else None
            on_iteration(Iteration(done / total, number + 1, size, losses, memory.told(), shown))
        picture = average.value()
    return picture


def _whole(picture: Tensor, content: Picture, region: Region) -> Tensor:
    """A picture of some scale at the content's size, painted inside of the region only."""
    painted = support(region.mask * content.alpha)
    return torch.lerp(content.color, resize(picture, content.extent), painted)
