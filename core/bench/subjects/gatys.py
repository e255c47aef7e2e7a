"""The time in which our L-BFGS reaches the final loss of Gatys's L-BFGS, on Gatys's own loss.

Gatys's L-BFGS does not limit pixels, and clips them at the end, which raises the loss. The loss to
reach is that of the clipped picture.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from core.bench.measure import now
from core.bench.pairs import Pair
from core.bench.plan import Plan
from core.bench.references import CONTENT_LAYER, GatysLoss, paint_gatys
from core.bench.report import Figure
from core.features.chain import ChainNetwork
from core.features.models.vgg19 import VGG19
from core.features.statistics import Weighting, add_slope, moments
from core.features.weights import store
from core.painterly.optimizers.lbfgs import LBFGS

_NAME = "gatys"

ITERATIONS = 300
SAMPLE = 6
"""Iterations of Gatys's L-BFGS from which its time is estimated."""

NEAR = 1.03
"""The exact loss is computed once the loss is below this multiple of the loss to reach."""


class TracedGatysLoss(GatysLoss):
    """The same loss, with painterly's backward pass."""

    def gradient(self, picture: Tensor) -> tuple[Tensor, dict[str, float]]:
        trace = self._network.trace(picture.to(self._dtype), [*self._grams, CONTENT_LAYER])
        features, style = trace.features, picture.new_zeros(())
        slopes: dict[str, tuple[Weighting, Tensor]] = {}
        for name, wanted in self._grams.items():
            even = Weighting.of(picture.new_ones(features[name].shape[-2:]))
            off = moments(features[name], even)[1] - wanted
            share = self.share(wanted)
            style += share * off.square().sum()
            slopes[name] = even, 2 * share * off
        away = features[CONTENT_LAYER].to(self._content) - self._content

        def add(name: str, gradient: Tensor) -> None:
            if name == CONTENT_LAYER:
                gradient.add_(away, alpha=2 / away.numel())
            if name in slopes:
                even, slope = slopes[name]
                add_slope(gradient, features[name], even, torch.zeros_like(slope[0]), slope)

        losses = {"content": float(away.square().mean()), "style": float(style)}
        return trace.back(add).to(picture), losses


def measure(plan: Plan) -> Iterator[Figure]:
    """Our time to Gatys's final loss over Gatys's time, for each pair."""
    network = ChainNetwork(VGG19, store.load(VGG19.weights, plan.installation.weights))
    network = network.to(plan.device).to(memory_format=torch.channels_last)
    for whole in plan.pairs():
        pair = whole.at(plan.size)
        name = f"{pair.name}, {pair.content.extent.long_side} px"
        content, style = (picture.color.to(plan.device) for picture in (pair.content, pair.style))
        plan.say(f"descending Gatys's loss on {name}")
        exact = GatysLoss(content, style, network)
        iterations = SAMPLE if plan.quick else ITERATIONS
        painted, curve = paint_gatys(content, exact, iterations)
        if plan.quick:
            step = (curve.seconds[-1] - curve.seconds[0]) / (SAMPLE - 1)
            yield Figure(
                _NAME,
                f"{name}: L-BFGS",
                step * ITERATIONS,
                "s",
                note=f"extrapolated from {SAMPLE} of {ITERATIONS} iterations",
                estimate=True,
            )
            continue
        wanted, seconds = _value(exact, painted), curve.seconds[-1]
        ours, loss = _minimise(pair, plan, exact, wanted, seconds)
        note = (
            f"{curve.losses[0]:.4g} to {wanted:.4g} in {seconds:.3g} s ({curve.losses[-1]:.4g} "
            f"before it was clipped); ours to {loss:.4g}"
        )
        if loss > wanted:
            note += ", which is NOT there"
        yield Figure(_NAME, f"{name}: time to its loss", ours / seconds, "times", 0.25, note)


def _minimise(
    pair: Pair, plan: Plan, exact: GatysLoss, wanted: float, patience: float
) -> tuple[float, float]:
    """The seconds until our loss is at most ``wanted``, or ``patience`` is over; and our loss.

    The optimizer is painterly's L-BFGS, which keeps every pixel in its range. The convolutions are
    in the device's own precision. The exact loss is in float32, and its time is not counted.
    """
    device = plan.device
    started, off = now(device), 0.0
    picture, style = (side.color.to(device) for side in (pair.content, pair.style))
    loss = TracedGatysLoss(picture, style, plan.networks.features(device))
    optimizer = LBFGS(picture)
    while True:
        gradient, losses = loss.gradient(picture)
        spent = now(device) - started - off
        late = spent > patience
        if late or sum(losses.values()) < NEAR * wanted:
            paused = now(device)
            value = _value(exact, picture)
            off += now(device) - paused
            if late or value <= wanted:
                return spent, value
        picture = optimizer.step(gradient)


def _value(loss: GatysLoss, picture: Tensor) -> float:
    return sum(loss.gradient(picture)[1].values())
