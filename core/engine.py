"""The recipe of a job, top to bottom: pixels in, regions, a technique for each, one layer out.

Each region is painted by itself, in its own box with some context, so that what it becomes does
not depend on another region's style, and a small region costs what it is worth.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from core import (
    colorize,
    detail,
    devices,
    edges,
    optimize,
    pastiche,
    preview,
    segment,
    sketch,
    sources,
)
from core.bridge.errors import Enough
from core.bridge.geometry import Box, Extent
from core.bridge.pixels import PixelFormat, Pixels
from core.bridge.request import Progress, Request, Result
from core.bridge.settings import Settings
from core.canvas import Painted, Painting, Place, places
from core.enlarge import enlarge
from core.features import known
from core.imaging import Picture, cut, fit, resize, to_pixels
from core.networks import Networks
from core.recipe import MIN_SIDE, Recipe, arithmetic, scales
from core.regions import Region
from core.reporter import Arithmetic, Reporter
from core.spread import mixed
from core.stopping import ShouldStop
from core.tiling import Memory

_log = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]


def run(
    request: Request, networks: Networks, on_progress: OnProgress, should_stop: ShouldStop
) -> Result:
    """Paint a request and give the new layer in the content's format. Raises as :func:`paint`."""
    technique = paint if request.preview is None else _preview
    painting = technique(request, networks, on_progress, should_stop)
    content = request.content
    if request.settings.sketch:
        content = sketch.opaque(content)  # what is between lines on nothing is painted as well
    return Result(painting.layer(content), painting.report)


def paint(
    request: Request, networks: Networks, on_progress: OnProgress, should_stop: ShouldStop
) -> Painting:
    """Paint every region of a request.

    Args:
        request: what and how.
        networks: where the trained networks come from.
        on_progress: told how far the job is.
        should_stop: asked often; True ends the job. Where it raises Enough instead, the job ends
            early with what is painted so far.

    Raises:
        BadInput: a picture, a mask or a setting can't be used.
        Stopped: ``should_stop`` said so.
        ImpastoError: the weights are missing or damaged.
    """
    if request.settings.sketch:
        return colorize.run(request, networks, on_progress, should_stop, paint)
    started = time.monotonic()
    request = selected(request)
    settings = request.settings
    device = networks.device(settings.device)
    painterly = settings.method == "painterly"
    recipe = Recipe.of(settings, known.by_name(settings.network)) if painterly else None
    regions = places(request)
    _check(request, regions)
    extents = [place.box.extent for place in regions]
    reporter = Reporter(on_progress, [_arithmetic(extent, settings, recipe) for extent in extents])
    job = _Job(request, recipe, networks, device, Memory(device), reporter, should_stop)
    painted = []
    for place in regions:
        mask = place.mask(request)
        painted.append(Painted.of(place, _paint_region(place, mask, job), mask))
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


def _preview(
    request: Request, networks: Networks, on_progress: OnProgress, should_stop: ShouldStop
) -> Painting:
    """As :func:`paint`, for a request that wants a preview only."""
    if request.settings.sketch:
        return colorize.run(request, networks, on_progress, should_stop, _preview)
    return preview.paint(selected(request), networks, should_stop)


def selected(request: Request) -> Request:
    """A request whose selection is what is to be painted: found, grown and feathered."""
    if request.settings.segment == "auto":
        request = segment.applied(request)
    return edges.applied(request)


@dataclass(frozen=True)
class _Job:
    """What every region of a request is painted with."""

    request: Request
    recipe: Recipe | None
    """Of a painterly job."""
    networks: Networks
    device: torch.device
    memory: Memory
    reporter: Reporter
    should_stop: ShouldStop

    @property
    def settings(self) -> Settings:
        return self.request.settings


def _check(request: Request, regions: list[Place]) -> None:
    """Raise BadInput now for what a region would be refused for after others were painted."""
    if request.settings.method == "pastiche":
        for place in regions:
            pastiche.chosen(request.settings, place.style)
    elif len(regions) > 1 and request.settings.strength > 0:
        sources.check(request, regions)


def _paint_region(place: Place, mask: Tensor, job: _Job) -> Tensor:
    """One region in its box, at the box's own size."""
    content = place.content(job.request)
    if job.settings.strength == 0:
        return content.color
    content, mask = content.to(job.device), mask.to(job.device)
    try:
        painted = _TECHNIQUES[job.settings.method](content, mask, place, job)
    except Enough:
        return content.color.cpu()  # not begun
    return sources.colored(painted, content, mask, job.request, place).cpu()


def _painterly(content: Picture, mask: Tensor, place: Place, job: _Job) -> Tensor:
    assert job.recipe is not None
    region = _region(content, mask, place, job)
    small, small_region, work = _work(content, region, job.settings, job.recipe.least)
    start = _one_pass(small, small_region, job) if job.recipe.start == "instant" else None

    def follow(at: optimize.Iteration) -> None:
        shown = None if at.picture is None else _shown(at.picture, small, small_region.mask, work)
        job.reporter.work(at, shown, place.box)

    network = job.networks.features(job.device, job.settings.network)
    painted = optimize.paint(
        small, small_region, network, job.recipe, follow, job.should_stop, job.memory, start
    )
    painted = painted[..., : work.height, : work.width]
    finer = _finer(content.extent, job.settings, job.recipe)
    painted = detail.refine(
        painted, content, region, network, job.recipe, finer,
        job.reporter.detail, job.should_stop, job.memory,
    )  # fmt: skip
    return enlarge(painted, content.color, job.settings.strength)


def _instant(content: Picture, mask: Tensor, place: Place, job: _Job) -> Tensor:
    region = _region(content, mask, place, job)
    small, small_region, work = _work(content, region, job.settings, MIN_SIDE)
    painted = _one_pass(small, small_region, job)
    return enlarge(painted[..., : work.height, : work.width], content.color, job.settings.strength)


def _one_pass(content: Picture, region: Region, job: _Job) -> Tensor:
    """The instant result at the size of the work."""
    instant = job.networks.instant(job.device)
    side = content.extent.long_side
    style = mixed(
        (instant.measure(picture.resize(fit(picture.extent, side)), job.should_stop), weight)
        for picture, weight in region.styles
    )
    encoded = instant.encode(content, job.should_stop)
    return instant.paint(encoded, region.mask, style, region.strength, job.should_stop)


def _pastiche(content: Picture, mask: Tensor, place: Place, job: _Job) -> Tensor:
    settings = job.settings
    styles = pastiche.chosen(settings, place.style)
    work = fit(content.extent, settings.size)
    painted = job.networks.pastiche(job.device).paint(
        content.resize(work), resize(mask, work), styles, settings.strength, job.should_stop
    )
    return enlarge(painted, content.color, job.settings.strength)


_TECHNIQUES: Mapping[str, Callable[[Picture, Tensor, Place, _Job], Tensor]] = {
    "painterly": _painterly,
    "instant": _instant,
    "pastiche": _pastiche,
}


def _region(content: Picture, mask: Tensor, place: Place, job: _Job) -> Region:
    styles = sources.read(job.request, place, content, mask)
    return Region(mask, styles, job.settings.strength).to(job.device)


def _work(
    content: Picture, region: Region, settings: Settings, least: int
) -> tuple[Picture, Region, Extent]:
    """Content and region at the size of the work, and that size.

    Padded, where a side is shorter than the ``least`` pixels that a network takes.
    """
    work = fit(content.extent, settings.size)
    small, mask = content.resize(work), resize(region.mask, work)
    right, down = (max(0, least - side) for side in work)
    padding = (0, right, 0, down)
    small = Picture(
        functional.pad(small.color, padding, mode="replicate"),
        functional.pad(small.alpha, padding),
    )
    return small, replace(region, mask=functional.pad(mask, padding)), work


def _shown(picture: Tensor, content: Picture, mask: Tensor, work: Extent) -> Pixels:
    """How a region looks at some step, at that scale, without the padding."""
    scale = Extent(picture.shape[-1], picture.shape[-2])
    below = content.resize(scale)
    color = torch.lerp(below.color, picture, resize(mask, scale))
    width = max(1, round(scale.width * work.width / content.extent.width))
    height = max(1, round(scale.height * work.height / content.extent.height))
    seen = Box(0, 0, width, height)
    return to_pixels(
        Picture(cut(color, seen), cut(below.alpha, seen)).to(torch.device("cpu")),
        PixelFormat("RGB", "u8"),
    )


def _finer(extent: Extent, settings: Settings, recipe: Recipe) -> list[detail.Scale]:
    """What follows painterly's work, up to the layer's own resolution."""
    if not settings.detail:
        return []
    network = known.by_name(settings.network)
    return detail.course(fit(extent, settings.size), extent, recipe, network)


def _arithmetic(extent: Extent, settings: Settings, recipe: Recipe | None) -> Arithmetic:
    """What painting a box takes."""
    work = fit(extent, settings.size)
    if recipe is None:
        return Arithmetic(work.area)
    painting = arithmetic(scales(work, recipe.coarsest, recipe.least), recipe)
    return Arithmetic(painting, detail.arithmetic(_finer(extent, settings, recipe)))
