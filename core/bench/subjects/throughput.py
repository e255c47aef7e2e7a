"""The machine's peak throughput, and the share of it that a painterly run reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch.nn import functional

from core.bench import painterly
from core.bench.convolutions import operations
from core.bench.measure import by_turns, now
from core.bench.plan import Plan
from core.bench.report import Figure
from core.features.models.vgg19 import VGG19
from core.painterly.optimize import Iteration
from core.painterly.recipe import Recipe
from core.system.devices import convolution_dtype

_NAME = "throughput"


def measure(plan: Plan) -> Iterator[Figure]:
    """The peaks of matrix products and convolutions, and a painterly run's share of them."""
    peaks: dict[torch.dtype, float] = {}
    for dtype in (torch.float32, torch.bfloat16):
        plan.say(f"measuring the peak in {dtype}")
        found = _peaks(dtype, plan.device)
        peaks[dtype] = max(found.values())
        for name, peak in found.items():
            yield Figure(_NAME, f"{name}, {str(dtype).removeprefix('torch.')}", peak, "GFLOP/s")
    yield from _run(plan, peaks[convolution_dtype(plan.device)])


def _peaks(dtype: torch.dtype, device: torch.device) -> dict[str, float]:
    """GFLOP/s of the fastest of several runs of each."""
    side, pixels = (2048, 128) if device.type == "cpu" else (8192, 512)
    square = torch.randn(side, side, device=device).to(dtype)
    features, kernel = (
        torch.randn(shape, device=device).to(dtype).contiguous(memory_format=torch.channels_last)
        for shape in ((1, 256, pixels, pixels), (256, 256, 3, 3))
    )
    with torch.inference_mode():
        product, convolution = by_turns(
            [lambda: square @ square, lambda: functional.conv2d(features, kernel, padding=1)],
            4,
            device,
        )
    return {
        "matrix product": 2 * side**3 / min(product) / 1e9,
        "3x3 convolution": 2 * 9 * 256**2 * pixels**2 / min(convolution) / 1e9,
    }


def _run(plan: Plan, peak: float) -> Iterator[Figure]:
    """A painterly run: the default recipe at 1024 px on a GPU, few steps at 512 px on a CPU."""
    on_gpu = plan.device.type != "cpu"
    pair = plan.any_pair(1024 if on_gpu else 512)
    size = pair.content.extent.long_side
    recipe = Recipe() if on_gpu else replace(Recipe(), steps=8 if plan.quick else 40)
    done = 0.0

    def count(iteration: Iteration) -> None:
        nonlocal done
        layers = recipe.layers(VGG19, iteration.step - 1)
        done += 2 * operations(VGG19, layers, iteration.extent)

    plan.say(f"painting at {size} px")
    painterly.paint(pair, plan, replace(recipe, steps=2), lambda _: None)
    started = now(plan.device)
    painterly.paint(pair, plan, recipe, count)
    seconds = now(plan.device) - started
    if on_gpu:
        yield Figure(_NAME, f"painterly default, {size} px", seconds, "s", most=3.0)
    rate = done / seconds / 1e9
    note = f"{rate:.0f} GFLOP/s in convolutions, all other work in the time"
    yield Figure(_NAME, f"painterly at {size} px, of the peak", rate / peak, "times", note=note)
