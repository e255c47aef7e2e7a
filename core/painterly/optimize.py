"""Painterly: optimisation of the pixels, from coarse to fine scales.

Gatys, Ecker and Bethge (2016), "Image style transfer using convolutional neural networks", with
the statistics of a region under a soft mask. A recipe can follow the paper: Gram matrices, content
at relu4_2, L-BFGS, one scale. The default departs from it:

- The statistics are mean and covariance (:mod:`core.painterly.terms.style`).
- Content is compared at relu3_1 as well.
- After the first scale, each feature vector is also pulled to its nearest neighbour in the style
  (:mod:`core.painterly.terms.matching`).
- The optimizer is Adam on a pyramid, with clipping (:mod:`core.painterly.optimizers.pyramid`).
- The scales go from coarse to fine, and the result of each is an exponential moving average of its
  pictures (after Crowson's style-transfer-pytorch).
- Only the shallow layers take part in some of the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from core.bridge.contract.errors import Enough
from core.bridge.contract.geometry import Extent
from core.bridge.i18n.text import Text
from core.features.network import FeatureNetwork
from core.features.regions import StyledMask, support
from core.painterly.moving_average import MovingAverage
from core.painterly.objective import Objective
from core.painterly.optimizers.known import OPTIMIZERS
from core.painterly.recipe import (
    BEFORE,
    FRAME_RATE,
    Recipe,
    learning_rate,
    pixel_steps,
    scales,
    schedule,
)
from core.painterly.standing import Standing
from core.painterly.starts import STARTS, StartInputs
from core.painterly.tiling import Tiler
from core.pixels.imaging import Picture, resize
from core.pixels.seamless import resized, whole_strides
from core.system.keep import Bookmark
from core.system.stopping import ShouldStop


@dataclass(frozen=True)
class Iteration:
    """The report of one step.

    Attributes:
        fraction: 0 to 1 of the whole optimisation's cost.
        step: within its scale, counted from 1.
        extent: the size of the scale.
        losses: of each term, before the step.
        memory: what is done about memory that ran out, for a person; None if it did not.
        picture: the result if this were the last step; given every so many steps, as the recipe
            says.
    """

    fraction: float
    step: int
    extent: Extent
    losses: Mapping[str, float]
    memory: Text | None = None
    picture: Tensor | None = None


def paint(
    content: Picture,
    region: StyledMask,
    network: FeatureNetwork,
    recipe: Recipe,
    on_iteration: Callable[[Iteration], None],
    should_stop: ShouldStop,
    tiler: Tiler | None = None,
    start: Tensor | None = None,
    bookmark: Bookmark[Standing] | None = None,
) -> Tensor:
    """Paint a region by optimisation.

    Args:
        content: the picture at the size of the work, no side below the recipe's ``min_side``. If
            the network wraps, both are whole strides of the recipe.
        region: its mask has the content's size.
        network: the network whose features are compared.
        recipe: the weights and the course.
        on_iteration: called with the report of every step.
        should_stop: asked before every step, and before every layer within one. Where it raises
            Enough, the picture so far is the result.
        tiler: decides how many pixels the network is given at once; by default as its device
            allows.
        start: the instant result, or the painting of the frame before, of any size, for a recipe
            that starts from it.
        bookmark: of this very optimisation, with all that it depends on. It goes on from there, and
            gives the same picture to the last bit as if it had never stopped.

    Returns:
        A picture of the content's size: painted wherever the mask is above 0, elsewhere the
        content.

    Raises:
        Stopped: ``should_stop`` returned True.
        Enough: ``should_stop`` raised it before the first step was taken.
    """
    device, bookmark = content.color.device, bookmark or Bookmark()
    tiler = tiler or Tiler(device)
    sizes = scales(content.extent, recipe.coarsest, recipe.min_side)
    resizing = resized if network.wraps else resize
    if network.wraps:
        sizes = [whole_strides(size, recipe.stride(network.network)) for size in sizes]
    steps = schedule(sizes, recipe)
    choice, every = OPTIMIZERS[recipe.optimizer], recipe.snapshot_every
    at, going_on = bookmark.found, recipe.start == BEFORE
    if at is None:
        inputs = StartInputs(content.color, start, sizes[0], recipe)
        at = Standing(STARTS[recipe.start](inputs), pixel_steps(sizes, recipe))
    at = at.copy(device)
    for place in range(at.scale, len(sizes)):
        size, count = sizes[place], steps[place]
        first_of_several = place == 0 and len(sizes) > 1 and not going_on
        used = recipe.without_matching() if first_of_several else recipe
        try:
            seen = Picture(resizing(content.color, size), resizing(content.alpha, size))
            objective = Objective(seen, region, network, used, tiler, should_stop)
        except Enough:
            if not at.taken:
                raise
            return _full_size(at.result, content, region)
        if at.within is None:
            enlarged = resizing(at.picture, size)
            if going_on and place:
                assert start is not None and region.held is not None
                # What the coarser scale could not hold is that of the frame before. Where nothing
                # is known of it, fine detail is noise that a few steps would not take away.
                lost = resizing(start, size) - resizing(resizing(start, sizes[place - 1]), size)
                seen_before = resizing(region.held.weight, size)
                enlarged = (enlarged + seen_before * lost).clamp(0, 1)
            begun = torch.lerp(objective.content, enlarged, objective.support)
            anew = place == 0 and not going_on
            optimizer = (choice.begin if anew else choice.refine)(begun, network.wraps)
            at = at.begun(begun, optimizer, MovingAverage(recipe.ema_decay))
        pace = _pace(region, size) if going_on else 1.0
        for step in range(at.step, count):
            try:
                gradient, losses = objective.gradient(at.picture, step, should_stop)
            except Enough:
                if not at.taken:
                    raise
                return _full_size(at.result, content, region)
            moved = at.moved(gradient, pace * learning_rate(step, count, recipe))
            at = at.stepped(torch.lerp(objective.content, moved, objective.support), losses)
            shown = at.result if every and at.taken % every == 0 else None
            on_iteration(Iteration(at.fraction, step + 1, size, losses, tiler.note(), shown))
            if at.step < count:
                at.mark(bookmark, recipe, tiler)
        at = at.next_scale()
        at.mark(bookmark, recipe, tiler)
    return at.picture


def _pace(region: StyledMask, size: Extent) -> Tensor | float:
    """How long a step of a frame that goes on is, place by place, over the recipe's: what is new in
    it has as few steps as the rest and is further from its goal, so that they are a still's."""
    return 1.0 if region.held is None else 1 + (1 / FRAME_RATE - 1) * resize(region.held.new, size)


def _full_size(picture: Tensor, content: Picture, region: StyledMask) -> Tensor:
    """A scale's picture at the content's size, laid over the content inside the region."""
    painted = support(region.mask * content.alpha)
    return torch.lerp(content.color, resize(picture, content.extent), painted)
