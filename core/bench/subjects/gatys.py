"""How soon our descent reaches what Gatys's L-BFGS ends with, on Gatys's own loss."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from core.bench.measure import now
from core.bench.pairs import Pair
from core.bench.plan import Plan
from core.bench.references import GatysLoss, paint_gatys
from core.bench.report import Figure
from core.bridge.geometry import Extent
from core.features import store
from core.features.network import Features
from core.features.vgg19 import VGG19
from core.imaging import resize
from core.pyramid import PyramidAdam
from core.recipe import scales

_NAME = "gatys"

ITERATIONS = 300
SAMPLE = 6
"""Iterations of L-BFGS where its time is estimated."""

COARSEST = 64
"""Long side of our first scale in pixels."""

COARSE_STEPS = 60
"""At each scale below the last; a step there costs a half, a quarter ... of one at the last."""


def measure(plan: Plan) -> Iterator[Figure]:
    """For each pair: our time to the final loss of L-BFGS over its time."""
    network = Features(VGG19, store.load(VGG19.weights, plan.installation.weights))
    network = network.to(plan.device).to(memory_format=torch.channels_last)
    for whole in plan.pairs():
        pair = whole.at(plan.size)
        name = f"{pair.name}, {pair.content.extent.long_side} px"
        content, style = (picture.color.to(plan.device) for picture in (pair.content, pair.style))
        plan.say(f"descending Gatys's loss on {name}")
        exact = GatysLoss(content, style, network)
        iterations = SAMPLE if plan.quick else ITERATIONS
        _, course = paint_gatys(content, exact, iterations)
        if plan.quick:
            step = (course.seconds[-1] - course.seconds[0]) / (SAMPLE - 1)
            yield Figure(
                _NAME,
                f"{name}: L-BFGS",
                step * ITERATIONS,
                "s",
                note=f"extrapolated from {SAMPLE} of {ITERATIONS} iterations",
                estimate=True,
            )
            continue
        final, seconds = course.losses[-1], course.seconds[-1]
        ours, loss = _descend(pair, plan, exact, final, seconds)
        note = f"{course.losses[0]:.4g} to {final:.4g} in {seconds:.3g} s; ours to {loss:.4g}"
        if loss > final:
            note += ", which is NOT there"
        yield Figure(_NAME, f"{name}: time to its loss", ours / seconds, "times", 0.25, note)


def _descend(
    pair: Pair, plan: Plan, exact: GatysLoss, final: float, patience: float
) -> tuple[float, float]:
    """Seconds until our optimiser is at ``final``, or has had ``patience``; the loss it is at.

    From coarse to fine, convolutions in the device's own precision;
    whether it is there is asked of the exact loss, off the clock.
    """
    device = plan.device
    started = now(device)
    off = 0.0
    network = plan.networks.features(device)
    extent = pair.content.extent
    sizes = scales(extent, COARSEST)
    picture = resize(pair.content.color.to(device), sizes[0])
    for size in sizes:
        last = size == extent
        small = pair.at(size.long_side)
        loss = GatysLoss(small.content.color.to(device), small.style.color.to(device), network)
        picture = resize(picture, size)
        adam = PyramidAdam(picture)
        number = 0
        while last or number < COARSE_STEPS:
            gradient, losses = loss.gradient(picture)
            spent = now(device) - started - off
            late = spent > patience
            if late or (last and sum(losses.values()) < 1.05 * final):
                paused = now(device)
                value = _exactly(exact, picture, extent)
                off += now(device) - paused
                if late or value <= final:
                    return spent, value
            rate = 0.01 if not last else 0.01 / (1 + number / 20)
            picture = adam.step(gradient, rate)
            number += 1
    raise AssertionError("the last scale ends by itself")


def _exactly(exact: GatysLoss, picture: Tensor, extent: Extent) -> float:
    """The loss at the last scale, of a picture of any scale."""
    return sum(exact.gradient(resize(picture, extent))[1].values())
