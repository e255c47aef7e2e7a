"""The quality and the time of the default recipe compared with those of others.

The best open engine's recipe, and NNST's as a second one, paint the same pictures on the same
device, each in its own precision. Networks that none of them optimises judge the paintings, and the
two traps with them, which a fair jury must not prefer.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import torch
from torch import Tensor

from core.bench import blind, joint, neighbours
from core.bench.joint import Verdict
from core.bench.judges import Judges
from core.bench.measure import now
from core.bench.pairs import Pair
from core.bench.plan import Plan
from core.bench.references import ReferenceStep, paint_wasserstein, wasserstein_scales
from core.bench.report import Figure
from core.bridge.contract.settings import Settings
from core.engine import job as engine
from core.features.chain import ChainNetwork
from core.features.models.vgg19 import VGG19
from core.features.network import FeatureNetwork
from core.features.weights import store
from core.pixels import sheet
from core.pixels.imaging import to_picture

_NAME = "quality"

OURS, REFERENCE, NEIGHBOURS = "Impasto", "the reference", "NNST"

SAMPLE = 3
"""Steps of the reference at each scale from which its time is estimated."""


def measure(plan: Plan) -> Iterator[Figure]:
    """Times and judgements for each pair, and those over all pairs, which have the targets."""
    judges = Judges(plan.installation.weights, plan.device)
    network = _network(plan)
    most = 1 / 15 if plan.device.type == "cpu" else 1 / 8
    times: list[float] = []
    judged: list[dict[str, Verdict]] = []
    rows: list[blind.Row] = []
    for whole in plan.pairs():
        pair = whole.at(plan.size)
        name = f"{pair.name}, {pair.content.extent.long_side} px"
        content, style = (picture.color.to(plan.device) for picture in (pair.content, pair.style))
        plan.say(f"painting {name}")
        ours, our_seconds = _ours(pair, plan)
        plan.say(f"painting {name} by the reference")
        theirs, their_seconds = _theirs(content, style, network, plan)
        times.append(our_seconds / their_seconds)
        note = f"{our_seconds:.3g} s over {their_seconds:.3g} s"
        if plan.quick:
            note += f", extrapolated from {SAMPLE} steps at each scale"
        yield Figure(_NAME, f"{name}: time", times[-1], "times", note=note, estimate=plan.quick)
        paintings = {OURS: ours}
        if not plan.quick:
            paintings[REFERENCE] = theirs
            if max(content.shape[-2:]) <= neighbours.MOST:
                plan.say(f"painting {name} by NNST")
                paintings[NEIGHBOURS] = neighbours.paint(content, style, network, lambda _: None)
        seen = {**paintings, **joint.traps(content, style)}
        judged.append(
            {who: joint.verdict(judges, shown, content, style) for who, shown in seen.items()}
        )
        yield from _told(name, judged[-1])
        rows.append(blind.Row(pair.name, content, style, paintings))
    yield Figure(
        _NAME,
        "time over the reference's",
        statistics.median(times),
        "times",
        most,
        "median of the pairs",
        plan.quick,
    )
    if not plan.quick:
        yield from _together(judged)
    if plan.sheet is not None:
        others = [name for name in rows[0].paintings if name != OURS]
        shown = [
            (row.name, [row.content, row.style, *map(row.paintings.get, [*others, OURS])])
            for row in rows
        ]
        sheet.save(plan.sheet, ["content", "style", *others, OURS], shown)
    if plan.blind is not None:
        blind.save(plan.blind, rows)


def _told(name: str, verdicts: dict[str, Verdict]) -> Iterator[Figure]:
    """Both judges' distances and the joint score of ours, and beside it those of all others."""
    pasted = verdicts[joint.PASTED]
    scores = {
        "patches": {who: each.patches for who, each in verdicts.items()},
        "LPIPS": {who: each.lpips for who, each in verdicts.items()},
        "joint score": {who: each.joint(pasted) for who, each in verdicts.items()},
    }
    for kind, found in scores.items():
        others = (f"{who} has {value:.3f}" for who, value in found.items() if who != OURS)
        yield Figure(_NAME, f"{name}: {kind}", found[OURS], note=", ".join(others))


def _together(judged: list[dict[str, Verdict]]) -> Iterator[Figure]:
    """The figures that have targets, each of the worst pair."""
    ours, theirs = ([verdicts[who] for verdicts in judged] for who in (OURS, REFERENCE))
    pairs = list(zip(ours, theirs, strict=True))
    ratio = max(own.patches / other.patches for own, other in pairs)
    more = max(own.lpips - other.lpips for own, other in pairs)
    worst = max(verdicts[OURS].joint(verdicts[joint.PASTED]) for verdicts in judged)
    note = "worst of the pairs"
    yield Figure(_NAME, "patches over the reference's", ratio, "times", 1.0, note)
    yield Figure(_NAME, "LPIPS more than the reference's", more, "", 0.0, note)
    yield Figure(_NAME, "joint score, 1 for both traps", worst, "", joint.LEAD, note)


def _network(plan: Plan) -> FeatureNetwork:
    """VGG-19 in float32, even on a device that multiplies bfloat16 faster."""
    network = ChainNetwork(VGG19, store.load(VGG19.weights, plan.installation.weights))
    return network.to(plan.device).to(memory_format=torch.channels_last)


def _ours(pair: Pair, plan: Plan) -> tuple[Tensor, float]:
    """Our painting as a host gets it, and its seconds."""
    size = max(64, pair.content.extent.long_side)
    request = pair.request(Settings(size=size, device=plan.device_name))
    started = now(plan.device)
    result = engine.run(request, plan.networks, lambda _: None, lambda: False)
    seconds = now(plan.device) - started
    return to_picture(result.layer).color.to(plan.device), seconds


def _theirs(
    content: Tensor, style: Tensor, network: FeatureNetwork, plan: Plan
) -> tuple[Tensor, float]:
    """The reference's painting and seconds; both from a few steps if quick."""
    marks: list[tuple[ReferenceStep, float]] = []

    def mark(step: ReferenceStep) -> None:
        marks.append((step, now(plan.device)))

    started = now(plan.device)
    sample = SAMPLE if plan.quick else None
    painting = paint_wasserstein(content, style, network, mark, sample)
    seconds = now(plan.device) - started
    if not plan.quick:
        return painting, seconds
    estimate = 0.0
    for place in range(len(wasserstein_scales(max(content.shape[-2:])))):
        # The first step of a scale also passes the content and the style through the network.
        times = [at for _, at in marks[place * SAMPLE : (place + 1) * SAMPLE]]
        estimate += marks[place * SAMPLE][0].planned * (times[-1] - times[0]) / (SAMPLE - 1)
    return painting, estimate
