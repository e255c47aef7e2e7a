"""The recipe of a job, top to bottom: pixels in, regions, a technique for each, one layer out.

Each region is painted by itself, in its own box with some context, so that what it becomes does
not depend on another region's style, and a small region costs what it is worth.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from core import color, devices, optimize, preview, styles
from core.bridge.geometry import Extent
from core.bridge.request import Progress, Request, Result
from core.bridge.settings import Settings
from core.canvas import Painted, Painting, places
from core.imaging import Picture, fit, resize
from core.networks import Networks
from core.regions import Region
from core.tiling import Memory

_log = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]
ShouldStop = Callable[[], bool]


def run(
    request: Request, networks: Networks, on_progress: OnProgress, should_stop: ShouldStop
) -> Result:
    """Paint a request and give the new layer in the content's format. Raises as :func:`paint`."""
    if request.preview is not None:
        return preview.run(request, networks, should_stop)
    painting = paint(request, networks, on_progress, should_stop)
    return Result(painting.layer(request.content), painting.report)


def paint(
    request: Request, networks: Networks, on_progress: OnProgress, should_stop: ShouldStop
) -> Painting:
    """Paint every region of a request.

    Args:
        request: what and how.
        networks: where the trained networks come from.
        on_progress: told how far the job is.
        should_stop: asked often; True ends the job.

    Raises:
        BadInput: a picture, a mask or a setting can't be used.
        Stopped: ``should_stop`` said so.
        ImpastoError: the weights are missing or damaged.
    """
    started = time.monotonic()
    settings = request.settings
    device = networks.device(settings.device)
    regions = places(request)
    reporter = _Reporter(on_progress, [fit(place.box.extent, settings.size) for place in regions])
    job = _Job(settings, networks, device, Memory(device), reporter, should_stop)
    painted = []
    for place in regions:
        mask = place.mask(request)
        region = Region(mask, styles.read(request, place.style), settings.strength)
        color = _paint_region(place.content(request), region, job)
        painted.append(Painted.of(place, color, mask))
        reporter.end_region()
    report: dict[str, object] = {
        "size": max(size.long_side for size in reporter.sizes),
        "steps": reporter.steps,
        "seconds": round(time.monotonic() - started, 3),
        "device": devices.describe(device),
        "losses": reporter.losses,
    }
    if job.memory.told():
        report["tiles"] = job.memory.told()
    _log.info("painted %dx%d: %s", *request.content.extent, report)
    return Painting(Painted.together(painted), report)


@dataclass(frozen=True)
class _Job:
    """What every region of a request is painted with."""

    settings: Settings
    networks: Networks
    device: torch.device
    memory: Memory
    reporter: _Reporter
    should_stop: ShouldStop


def _paint_region(content: Picture, region: Region, job: _Job) -> Tensor:
    """One region in its box: at the size of the work, then back at the box's own."""
    if region.strength == 0:
        return content.color
    work = fit(content.extent, job.settings.size)
    small = content.resize(work).to(job.device)
    mask = resize(region.mask, work).to(job.device)
    right, down = (max(0, optimize.MIN_SIDE - side) for side in work)
    small = Picture(
        functional.pad(small.color, (0, right, 0, down), mode="replicate"),
        functional.pad(small.alpha, (0, right, 0, down)),
    )
    mask = functional.pad(mask, (0, right, 0, down))
    small_region = Region(mask, region.style.to(job.device), region.strength)
    painted = _TECHNIQUES[job.settings.method](small, small_region, job)
    painted = resize(painted[..., : work.height, : work.width].cpu(), content.extent)
    return color.keep_colors(painted, content.color) if job.settings.preserve_color else painted


def _painterly(content: Picture, region: Region, job: _Job) -> Tensor:
    recipe = optimize.Recipe(steps=job.settings.steps, seed=job.settings.seed)
    network = job.networks.features(job.device)
    return optimize.paint(
        content, region, network, recipe, job.reporter.iteration, job.should_stop, job.memory
    )


def _instant(content: Picture, region: Region, job: _Job) -> Tensor:
    instant = job.networks.instant(job.device)
    size = fit(region.style.extent, content.extent.long_side)
    style = instant.measure(region.style.resize(size))
    encoded = instant.encode(content)
    return instant.paint(encoded, region.mask, style, region.strength, job.should_stop)


_TECHNIQUES: dict[str, Callable[[Picture, Region, _Job], Tensor]] = {
    "painterly": _painterly,
    "instant": _instant,
}


class _Reporter:
    """Turns what the techniques tell of their region into progress of the whole job."""

    def __init__(self, on_progress: OnProgress, sizes: list[Extent]) -> None:
        self.sizes = sizes
        self.steps = 0
        self.losses: dict[str, float] = {}
        total = sum(size.area for size in sizes)
        self._shares = [size.area / total for size in sizes]
        self._on_progress = on_progress
        self._region = 0
        self._started = time.monotonic()
        on_progress(Progress(0.0, self._prefix() + "Preparing"))

    def iteration(self, at: optimize.Iteration) -> None:
        self.steps += 1
        self.losses = dict(at.losses)
        where = f"{at.extent.width}x{at.extent.height}"
        if at.memory:
            where += f" ({at.memory})"
        self._tell(at.fraction, f"Step {at.step} at {where}")

    def end_region(self) -> None:
        self._tell(1.0, "Painted")
        self._region += 1

    def _tell(self, part: float, text: str) -> None:
        fraction = sum(self._shares[: self._region]) + part * self._shares[self._region]
        elapsed = time.monotonic() - self._started
        left = elapsed / fraction * (1 - fraction) if fraction > 0.02 else None
        self._on_progress(Progress(fraction, self._prefix() + text, left, self.losses))

    def _prefix(self) -> str:
        count = len(self.sizes)
        return f"Region {self._region + 1} of {count}: " if count > 1 else ""
