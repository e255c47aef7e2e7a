"""How much of a picture a mostly black style turns black, with and without the guard.

The method is instant, which suffers most from it, and takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from core.bench.darkness import darkness
from core.bench.pairs import Pair, picture
from core.bench.plan import Plan
from core.bench.report import Figure
from core.bridge.contract.settings import Settings
from core.engine import job as engine
from core.styles import drawing

_NAME = "darkness"

SIZE = 256
"""Long side in pixels."""

PATCH = 8
"""Side of a patch in pixels."""


def measure(plan: Plan) -> Iterator[Figure]:
    """The share of black patches in each content, and how much of it the guard leaves."""
    style = picture(drawing.strokes_on_black())
    sums = {"plain": 0.0, "robust": 0.0}
    for content in plan.pairs():
        name = f"{content.name.split()[0]} as strokes on black"
        pair = Pair(name, content.content, style).at(SIZE)
        for dark in sums:
            plan.say(f"painting {pair.name}, {dark}")
            found = _share(pair, dark, plan)
            sums[dark] += found
            yield Figure(_NAME, f"{pair.name}, {dark}", found, note="share of black patches")
    yield Figure(
        _NAME,
        "black patches that the guard leaves",
        sums["robust"] / max(sums["plain"], 1e-6),
        "times",
        0.5,
        "of all contents together",
    )


def _share(pair: Pair, dark: str, plan: Plan) -> float:
    settings = Settings(method="instant", size=SIZE, dark=dark, device=plan.device_name)
    painting = engine.paint(
        pair.request(settings), plan.networks, lambda progress: None, lambda: False
    )
    painted: Tensor = painting.painted.color
    content = pair.content.color
    return darkness(painted, content, torch.ones_like(content[:, :1]), PATCH)
