"""Runs painterly by itself, without a host's pixels, masks and layers."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from core.bench.pairs import Pair
from core.bench.plan import Plan
from core.features.regions import StyledMask, WeightedStyle
from core.painterly import optimize
from core.painterly.optimize import Iteration
from core.painterly.recipe import Recipe
from core.painterly.tiling import Tiler


def paint(
    pair: Pair,
    plan: Plan,
    recipe: Recipe,
    on_iteration: Callable[[Iteration], None],
    tiler: Tiler | None = None,
) -> Tensor:
    """Paint all of a pair's content at its own size, in tiles if ``tiler`` makes some."""
    content, style = pair.content.to(plan.device), pair.style.to(plan.device)
    return optimize.paint(
        content,
        StyledMask(torch.ones_like(content.alpha), (WeightedStyle(style, 1.0),)),
        plan.networks.features(plan.device),
        recipe,
        on_iteration,
        lambda: False,
        tiler,
    )
