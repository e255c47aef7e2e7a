"""The machine's peak throughput, and the share of it that a painterly run reaches."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch.nn import functional

from core.bench import painterly
from core.bench.convolutions import operations
from core.bench.measure import Work, by_turns, now
from core.bench.plan import Plan
from core.bench.report import Figure
from core.features.models.vgg19 import VGG19
from core.painterly.optimize import Iteration
from core.painterly.recipe import Recipe
from core.system.devices import convolution_dtype

_NAME = "throughput"

LONGEST = 0.5
"""The most seconds of one run. Smaller work than the full one is measured where it would take
longer, as in bfloat16 on a processor that emulates it."""


def measure(plan: Plan) -> Iterator[Figure]:
    """The peaks of matrix products and convolutions, and a painterly run's share of them."""
    peaks: dict[torch.dtype, float] = {}
    for dtype in (torch.float32, torch.bfloat16):
        kind = str(dtype).removeprefix("torch.")
        plan.say(f"measuring the peak in {kind}")
        found = [_peak(probe, dtype, plan.device) for probe in (PRODUCT, CONVOLUTION)]
        peaks[dtype] = max(peak for peak, _ in found)
        for probe, (peak, note) in zip((PRODUCT, CONVOLUTION), found, strict=True):
            yield Figure(_NAME, f"{probe.name}, {kind}", peak, "GFLOP/s", note=note)
    yield from _run(plan, peaks[convolution_dtype(plan.device)])


@dataclass(frozen=True)
class Probe:
    """Work in several sizes, whose throughput is measured.

    Attributes:
        name: in the table.
        cpu, gpu: the full size on a CPU and on a GPU.
        operations: of one run at a size; a multiplication and an addition are two.
        build: the work of a size, in a type on a device.
    """

    name: str
    cpu: int
    gpu: int
    operations: Callable[[int], float]
    build: Callable[[int, torch.dtype, torch.device], Work]


def _product(side: int, dtype: torch.dtype, device: torch.device) -> Work:
    square = torch.randn(side, side, device=device).to(dtype)
    return lambda: square @ square


def _convolution(side: int, dtype: torch.dtype, device: torch.device) -> Work:
    features, kernel = (
        torch.randn(shape, device=device).to(dtype).contiguous(memory_format=torch.channels_last)
        for shape in ((1, 256, side, side), (256, 256, 3, 3))
    )
    return lambda: functional.conv2d(features, kernel, padding=1)


PRODUCT = Probe("matrix product", 2048, 8192, lambda side: 2.0 * side**3, _product)
CONVOLUTION = Probe(
    "3x3 convolution", 128, 512, lambda side: 2.0 * 9 * 256**2 * side**2, _convolution
)


@torch.inference_mode()
def _peak(probe: Probe, dtype: torch.dtype, device: torch.device) -> tuple[float, str]:
    """GFLOP/s of the fastest of several runs, and a note if they were not of the full size."""
    full = probe.cpu if device.type == "cpu" else probe.gpu
    side = largest(
        [full >> halvings for halvings in (3, 2, 1, 0)],
        probe.operations,
        lambda size: min(by_turns([probe.build(size, dtype, device)], 1, device)[0]),
    )
    (times,) = by_turns([probe.build(side, dtype, device)], 4, device)
    note = "" if side == full else f"at {side}x{side}: one of {full}x{full} would take too long"
    return probe.operations(side) / min(times) / 1e9, note


def largest(
    sizes: Sequence[int], operations: Callable[[int], float], timed: Callable[[int], float]
) -> int:
    """The largest size of which one run takes at most :data:`LONGEST`, or the smallest of all.

    Each is judged by the one before, so that none that takes longer is ever run.

    Args:
        sizes: from the smallest to the largest.
        operations: of one run at a size.
        timed: runs it, and returns the seconds.
    """
    for size, larger in itertools.pairwise(sizes):
        if timed(size) * operations(larger) / operations(size) > LONGEST:
            return size
    return sizes[-1]


def _run(plan: Plan, peak: float) -> Iterator[Figure]:
    """A painterly run: the default recipe at 1024 px on a GPU, few steps at 512 px on a CPU."""
    on_gpu = plan.device.type != "cpu"
    pair = plan.any_pair(1024 if on_gpu else 512)
    size = pair.content.extent.long_side
    recipe = Recipe() if on_gpu else replace(Recipe(), steps=4 if plan.quick else 40)
    done = 0.0

    def count(iteration: Iteration) -> None:
        nonlocal done
        layers = recipe.layers(VGG19, iteration.step - 1)
        done += 2 * operations(VGG19, layers, iteration.extent)

    plan.say(f"painting at {size} px")
    painterly.paint(pair.at(64), plan, replace(recipe, steps=1), lambda _: None)  # to be warm
    started = now(plan.device)
    painterly.paint(pair, plan, recipe, count)
    seconds = now(plan.device) - started
    if on_gpu:
        yield Figure(_NAME, f"painterly default, {size} px", seconds, "s", most=3.0)
    rate = done / seconds / 1e9
    note = f"{rate:.0f} GFLOP/s, as plain convolutions count, all other work in the time"
    yield Figure(_NAME, f"painterly at {size} px, of the peak", rate / peak, "times", note=note)
