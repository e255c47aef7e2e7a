"""The time of a painterly iteration over that of the bare convolutions of its layers, by scale.

Both have the same precision, sizes and algorithms, and run in turn.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import torch

from core.bench import convolutions, painterly
from core.bench.measure import now, ratio, seconds
from core.bench.plan import Plan
from core.bench.report import Figure
from core.features.models.vgg19 import VGG19
from core.painterly.optimize import Iteration
from core.painterly.recipe import Recipe, scales
from core.system.devices import convolution_dtype

_NAME = "iteration"


def measure(plan: Plan) -> Iterator[Figure]:
    """A figure for each scale up to 512 px, or the first and the last; the last has the target."""
    pair = plan.any_pair(512)
    recipe = Recipe()
    layers = recipe.layers(VGG19)
    dtype = convolution_dtype(plan.device)
    sizes = scales(pair.content.extent, recipe.coarsest, recipe.min_side)
    for size in sorted({sizes[0], sizes[-1]}) if plan.quick else sizes:
        plan.say(f"measuring iterations at {size.width}x{size.height}")
        work = convolutions.bare(VGG19, layers, size, dtype, plan.device, plan.choices)
        turns = _Turns(plan.device, partial(convolutions.forward_and_backward, work))
        count = 3 if plan.quick else 11
        alone = replace(recipe, deep_every=1, steps=count, coarsest=size.long_side)
        painterly.paint(pair.at(size.long_side), plan, alone, turns.take)
        # The first iteration also passes the content and the style through the network.
        whole, floor = turns.whole[1:], turns.floor[1:]
        yield Figure(
            _NAME,
            f"over its convolutions, {size.width}x{size.height}",
            ratio(whole, floor),
            "times",
            most=1.15 if size == sizes[-1] else None,
            note=f"{statistics.median(whole):.3g} s over {statistics.median(floor):.3g} s; "
            f"{statistics.mean(whole) / statistics.mean(floor):.3g} in the mean, which has the one "
            "in ten that searches for the nearest neighbours",
        )


class _Turns:
    """Times each iteration, and after it the bare convolutions."""

    def __init__(self, device: torch.device, floor: Callable[[], None]) -> None:
        self.whole: list[float] = []
        self.floor: list[float] = []
        self._device, self._floor = device, floor
        self._last = now(device)

    def take(self, _: Iteration) -> None:
        self.whole.append(now(self._device) - self._last)
        self.floor.append(seconds(self._floor, self._device))
        self._last = now(self._device)
