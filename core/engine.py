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

from core import color, detail, devices, optimize, preview, styles
from core.bridge.geometry import Extent
from core.bridge.request import Progress, Request, Result
from core.bridge.settings import Settings
from core.canvas import Painted, Painting, places
from core.enlarge import enlarge
from core.imaging import Picture, fit, resize
from core.networks import Networks
from core.recipe import MIN_SIDE, Recipe, arithmetic, scales
from core.regions import Region, Share
from core.reporter import Arithmetic, Reporter
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
    extents = [place.box.extent for place in regions]
    reporter = Reporter(on_progress, [_arithmetic(extent, settings) for extent in extents])
    job = _Job(settings, networks, device, Memory(device), reporter, should_stop)
    painted = []
    for place in regions:
        mask = place.mask(request)
        shares = (Share(styles.read(request, place.style), 1.0),)
        region = Region(mask, shares, settings.strength)
        color = _paint_region(place.content(request), region, job)
        painted.append(Painted.of(place, color, mask))
        reporter.end_region()
    report: dict[str, object] = {
        "size": max(fit(extent, settings.size).long_side for extent in extents),
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
    reporter: Reporter
    should_stop: ShouldStop


def _paint_region(content: Picture, region: Region, job: _Job) -> Tensor:
    """One region in its box, at the box's own size."""
    if region.strength == 0:
        return content.color
    content, region = content.to(job.device), region.to(job.device)
    painted = _TECHNIQUES[job.settings.method](content, region, job)
    if job.settings.colors == "keep":
        painted = color.keep_colors(painted, content.color)
    return painted.cpu()


def _painterly(content: Picture, region: Region, job: _Job) -> Tensor:
    recipe = _recipe(job.settings)
    network = job.networks.features(job.device)
    small, small_region, work = _work(content, region, job.settings)
    painted = optimize.paint(
        small, small_region, network, recipe, job.reporter.work, job.should_stop, job.memory
    )
    painted = painted[..., : work.height, : work.width]
    finer = _finer(content.extent, job.settings)
    painted = detail.refine(
        painted, content, region, network, recipe, finer,
        job.reporter.detail, job.should_stop, job.memory,
    )  # fmt: skip
    return enlarge(painted, content.color)


def _instant(content: Picture, region: Region, job: _Job) -> Tensor:
    instant = job.networks.instant(job.device)
    small, small_region, work = _work(content, region, job.settings)
    ((picture, _),) = region.styles
    size = fit(picture.extent, small.extent.long_side)
    style = instant.measure(picture.resize(size))
    encoded = instant.encode(small)
    painted = instant.paint(encoded, small_region.mask, style, region.strength, job.should_stop)
    return enlarge(painted[..., : work.height, : work.width], content.color)


_TECHNIQUES: dict[str, Callable[[Picture, Region, _Job], Tensor]] = {
    "painterly": _painterly,
    "instant": _instant,
}


def _recipe(settings: Settings) -> Recipe:
    return Recipe(steps=settings.steps, seed=settings.seed)


def _work(content: Picture, region: Region, settings: Settings) -> tuple[Picture, Region, Extent]:
    """Content and region at the size of the work, padded to what a network takes; and that size."""
    work = fit(content.extent, settings.size)
    small, mask = content.resize(work), resize(region.mask, work)
    right, down = (max(0, MIN_SIDE - side) for side in work)
    padding = (0, right, 0, down)
    small = Picture(
        functional.pad(small.color, padding, mode="replicate"),
        functional.pad(small.alpha, padding),
    )
    region = Region(functional.pad(mask, padding), region.styles, region.strength)
    return small, region, work


def _finer(extent: Extent, settings: Settings) -> list[detail.Scale]:
    """What follows painterly's work, up to the layer's own resolution."""
    if not settings.detail:
        return []
    return detail.course(fit(extent, settings.size), extent, settings.steps)


def _arithmetic(extent: Extent, settings: Settings) -> Arithmetic:
    """What painting a box takes."""
    work = fit(extent, settings.size)
    if settings.method != "painterly":
        return Arithmetic(work.area)
    recipe = _recipe(settings)
    painting = arithmetic(scales(work, recipe.coarsest), recipe)
    return Arithmetic(painting, detail.arithmetic(_finer(extent, settings)))
