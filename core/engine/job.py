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

from core.bridge.contract.errors import Enough, NothingPainted
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Progress, Request, Result
from core.bridge.contract.settings import Settings
from core.bridge.i18n.text import Text
from core.engine import colorize, notes, preview, sources
from core.engine.canvas import Painted, Painting, Place, places
from core.engine.networks import Networks
from core.engine.reporter import Arithmetic, Reporter
from core.features import known
from core.features.regions import Region
from core.features.spread import mixed
from core.masks import edges, segment
from core.onepass import pastiche
from core.painterly import detail, optimize
from core.painterly.recipe import MIN_SIDE, Recipe, pixel_steps, scales
from core.painterly.tiling import Tiler
from core.pixels.enlarge import enlarge
from core.pixels.highlights import Highlights
from core.pixels.imaging import Picture, cut, fit, resize, to_pixels
from core.sketches import sketch
from core.system import devices
from core.system.stopping import Follow, ShouldStop, followed, to_the_end

_log = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]


CANVAS = 0.1
"""What reading and writing a pixel of the canvas takes over a step of painterly at one."""


def run(
    request: Request, networks: Networks, on_progress: OnProgress, should_stop: ShouldStop
) -> Result:
    """Paint a request and give the new layer in the content's format. Raises as :func:`paint`."""
    started = time.monotonic()
    technique = paint if request.preview is None else _preview
    painting = technique(request, networks, on_progress, should_stop)
    content = request.content
    if request.settings.sketch:
        content = sketch.opaque(content)  # what is between lines on nothing is painted as well

    def tell(share: float) -> None:
        on_progress(Progress(1.0, Text("Putting the layer together")))

    layer = painting.layer(content, followed(to_the_end(should_stop), tell))
    return Result(layer, {**painting.report, "seconds": _since(started)})


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
        NothingPainted: it raised Enough before anything was painted.
        ImpastoError: the weights are missing or damaged.
    """
    started = time.monotonic()
    try:
        if request.settings.sketch:
            painting = colorize.run(request, networks, on_progress, should_stop, _paint)
        else:
            painting = _paint(request, networks, on_progress, should_stop)
    except Enough:
        raise NothingPainted("Nothing was painted yet, so there is no new layer.") from None
    # All that was waited for counts: also a subject or a reference that was looked for.
    report = {**painting.report, "seconds": _since(started)}
    _log.info("painted %dx%d: %s", *request.content.extent, report)
    return replace(painting, report=report)


def _paint(
    request: Request, networks: Networks, on_progress: OnProgress, should_stop: ShouldStop
) -> Painting:
    """As :func:`paint`, of pictures that are there already."""
    request = selected(request, on_progress, should_stop)
    settings = request.settings
    device = networks.device(settings.device)
    painterly = settings.method == "painterly"
    recipe = Recipe.of(settings, known.by_name(settings.network)) if painterly else None
    regions = places(request)
    _check(request, regions)
    extents = [place.box.extent for place in regions]
    reporter = Reporter(on_progress, [_arithmetic(extent, settings, recipe) for extent in extents])
    light = Highlights.of(request.content)
    job = _Job(request, recipe, networks, device, Tiler(device), reporter, should_stop, light)
    painted: list[Painted] = []
    for place in regions:
        mask = place.mask(request)
        try:
            color = _paint_region(place, mask, job)
        except Enough:
            if not painted:
                raise
            break  # neither this region nor those behind it were begun
        painted.append(Painted.of(place, color, mask))
        reporter.end_region()
    report: dict[str, object] = {
        "size": max(fit(extent, settings.size).long_side for extent in extents),
        "steps": reporter.steps,
        "device": devices.describe(device),
        "losses": reporter.losses,
    }
    if (tiles := job.tiler.note()) is not None:
        report["tiles"] = tiles
    if found := notes.of(request, regions):
        report["notes"] = found
    return Painting(Painted.together(painted), report)


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)


def _preview(
    request: Request, networks: Networks, on_progress: OnProgress, should_stop: ShouldStop
) -> Painting:
    """As :func:`paint`, for a request that wants a preview only."""
    if request.settings.sketch:
        return colorize.run(request, networks, on_progress, should_stop, _preview)
    return preview.paint(selected(request, on_progress, should_stop), networks, should_stop)


def selected(request: Request, on_progress: OnProgress, should_stop: ShouldStop) -> Request:
    """A request whose selection is what is to be painted: found, grown and feathered."""
    if request.settings.segment == "auto":
        on_progress(Progress(0.0, Text("Finding the subject")))
        request = segment.applied(request, should_stop)
    return edges.applied(request, should_stop)


@dataclass(frozen=True)
class _Job:
    """What every region of a request is painted with."""

    request: Request
    recipe: Recipe | None
    """Of a painterly job."""
    networks: Networks
    device: torch.device
    tiler: Tiler
    reporter: Reporter
    should_stop: ShouldStop
    light: Highlights | None
    """Of the whole content, so that regions agree; None where it is within 0..1."""

    @property
    def settings(self) -> Settings:
        return self.request.settings

    def finish(self, start: float, end: float) -> Follow:
        """Follows a part of what brings a painting to its box, which is gone through with."""

        def tell(share: float) -> None:
            self.reporter.finishing(start + share * (end - start))

        return followed(to_the_end(self.should_stop), tell)


def _check(request: Request, regions: list[Place]) -> None:
    """Raise BadInput now for what a region would be refused for after others were painted."""
    if request.settings.method == "pastiche":
        for place in regions:
            pastiche.chosen(request.settings, place.style)
    elif len(regions) > 1 and request.settings.strength > 0:
        sources.check(request, regions)


def _paint_region(place: Place, mask: Tensor, job: _Job) -> Tensor:
    """One region in its box, at the box's own size. Raises Enough where that was said before."""
    content = place.content(job.request, followed(job.should_stop, job.reporter.reading))
    if job.settings.strength == 0:
        return content.color
    whole = content.color
    if job.light is not None:
        content = job.light.lowered(content)
    content, mask = content.to(job.device), mask.to(job.device)
    painted = _TECHNIQUES[job.settings.method](content, mask, place, job)
    painted = sources.colored(painted, content, mask, job.request, place, job.finish(0.7, 1.0))
    return painted.cpu() if job.light is None else job.light.raised(painted.cpu(), whole)


def _painterly(content: Picture, mask: Tensor, place: Place, job: _Job) -> Tensor:
    assert job.recipe is not None
    region = _region(content, mask, place, job)
    small, small_region, work = _work(content, region, job, job.recipe.min_side)
    start = _one_pass(small, small_region, job) if job.recipe.start == "instant" else None

    def follow(at: optimize.Iteration) -> None:
        shown = None if at.picture is None else _shown(at.picture, small, small_region.mask, work)
        job.reporter.work(at, shown, place.box)

    network = job.networks.features(job.device, job.settings.network)
    painted = optimize.paint(
        small, small_region, network, job.recipe, follow, job.should_stop, job.tiler, start
    )
    painted = painted[..., : work.height, : work.width]
    finer = _finer(content.extent, job.settings, job.recipe)
    painted = detail.refine(
        painted, content, region, network, job.recipe, finer,
        job.reporter.detail, job.should_stop, job.tiler,
    )  # fmt: skip
    return enlarge(painted, content.color, job.settings.strength, job.finish(0.0, 0.7))


def _instant(content: Picture, mask: Tensor, place: Place, job: _Job) -> Tensor:
    region = _region(content, mask, place, job)
    small, small_region, work = _work(content, region, job, MIN_SIDE)
    painted = _one_pass(small, small_region, job)[..., : work.height, : work.width]
    return enlarge(painted, content.color, job.settings.strength, job.finish(0.0, 0.7))


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
    follow = followed(job.should_stop)
    painted = job.networks.pastiche(job.device).paint(
        content.resize(work, follow),
        resize(mask, work, follow),
        styles,
        settings.strength,
        job.should_stop,
    )
    return enlarge(painted, content.color, job.settings.strength, job.finish(0.0, 0.7))


_TECHNIQUES: Mapping[str, Callable[[Picture, Tensor, Place, _Job], Tensor]] = {
    "painterly": _painterly,
    "instant": _instant,
    "pastiche": _pastiche,
}


def _region(content: Picture, mask: Tensor, place: Place, job: _Job) -> Region:
    styles = sources.read(job.request, place, content, mask)
    return Region(mask, styles, job.settings.strength).to(job.device)


def _work(
    content: Picture, region: Region, job: _Job, least: int
) -> tuple[Picture, Region, Extent]:
    """Content and region at the size of the work, and that size.

    Padded, where a side is shorter than the ``least`` pixels that a network takes.
    """
    work = fit(content.extent, job.settings.size)
    follow = followed(job.should_stop)
    small, mask = content.resize(work, follow), resize(region.mask, work, follow)
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


def _finer(extent: Extent, settings: Settings, recipe: Recipe) -> list[detail.FinerScale]:
    """What follows painterly's work, up to the layer's own resolution."""
    if not settings.detail:
        return []
    network = known.by_name(settings.network)
    return detail.finer_scales(fit(extent, settings.size), extent, recipe, network)


def _arithmetic(extent: Extent, settings: Settings, recipe: Recipe | None) -> Arithmetic:
    """What painting a box takes."""
    work = fit(extent, settings.size)
    canvas = CANVAS * extent.area
    if recipe is None:
        return Arithmetic(work.area, canvas=canvas)
    painting = pixel_steps(scales(work, recipe.coarsest, recipe.min_side), recipe)
    finer = detail.pixel_steps(_finer(extent, settings, recipe))
    return Arithmetic(painting, finer, canvas)
