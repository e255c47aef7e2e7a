"""A job, top to bottom: pixels in, regions, a method for each, one layer out.

Each region is painted by itself, in its own box with some context, so that what it becomes does
not depend on another region's style, and a small region costs what it is worth.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from core.bridge.contract.errors import Enough, nothing_painted
from core.bridge.contract.geometry import Box
from core.bridge.contract.request import Progress, Request, Result
from core.bridge.i18n.text import Text
from core.engine import colorize, methods, notes, preview
from core.engine.methods.method import Method, Tools
from core.engine.networks import Networks
from core.engine.painting import PaintedPart, Painting, from_afar
from core.engine.places import Place, places
from core.engine.region import Region
from core.engine.reporter import Reporter
from core.masks import edges, segment
from core.motion.steady import Steady
from core.pixels.highlights import Highlights
from core.sketches import sketch
from core.system import devices, priority
from core.system.keep import Keep
from core.system.stopping import ShouldStop, followed, to_the_end

_log = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]


def run(
    request: Request,
    networks: Networks,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    keep: Keep | None = None,
) -> Result:
    """Paint a request and give the new layer in the content's format. All else as :func:`paint`."""
    started = time.monotonic()
    painting = paint(request, networks, on_progress, should_stop, keep)
    content = request.content
    if request.settings.sketch:
        content = sketch.opaque(content)  # what is between lines on nothing is painted as well

    def tell(share: float) -> None:
        on_progress(Progress(1.0, Text("Putting the layer together")))

    layer = painting.layer(content, followed(to_the_end(should_stop), tell))
    if request.settings.snapshots and request.preview is None:
        box = request.seen or Box.of(content.extent)
        seen = from_afar(layer, box)
        on_progress(Progress(1.0, Text("Painted"), picture=seen, box=box))
    return Result(layer, {**painting.report, "seconds": _since(started)})


def paint(
    request: Request,
    networks: Networks,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    keep: Keep | None = None,
    steady: Steady | None = None,
) -> Painting:
    """Paint every region of a request, or preview them where it asks for that.

    Args:
        request: what and how.
        networks: where the trained networks come from.
        on_progress: told how far the job is.
        should_stop: asked often; True ends the job. Where it raises Enough instead, the job ends
            early with what is painted so far.
        keep: where paintings stood that were begun or done before. What the request has of them is
            taken, and comes out the same to the last bit; None paints all of it, and keeps nothing.
        steady: ties a clip's frame to the one before; None for a picture.

    Raises:
        BadInput: a picture, a mask or a setting can't be used.
        Stopped: ``should_stop`` said so.
        NothingPainted: it raised Enough before anything was painted.
        ImpastoError: the weights are missing or damaged.
    """
    started = time.monotonic()
    try:
        with priority.computing(request.settings.threads):
            painting = _drawn_or_painted(
                request, networks, on_progress, should_stop, keep or Keep(), steady
            )
    except Enough:
        raise nothing_painted() from None
    # All that was waited for counts: also a subject or a reference that was looked for.
    report = {**painting.report, "seconds": _since(started)}
    if request.preview is None:
        # A large canvas is put together next, which takes as much memory as it is large.
        devices.release(networks.device(request.settings.device))
        _log.info("painted %dx%d: %s", *request.content.extent, report)
    return replace(painting, report=report)


def _drawn_or_painted(
    request: Request,
    networks: Networks,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    keep: Keep,
    steady: Steady | None,
) -> Painting:
    """As :func:`paint`."""
    if not request.settings.sketch:
        return _paint(request, networks, on_progress, should_stop, keep, steady)
    drawn = colorize.prepared(request, networks, on_progress, should_stop)
    return drawn.finished(_paint(drawn.request, networks, on_progress, should_stop, keep))


def _paint(
    request: Request,
    networks: Networks,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    keep: Keep,
    steady: Steady | None = None,
) -> Painting:
    """As :func:`paint`, of a picture that has tones."""
    request = _selected(request, networks, on_progress, should_stop)
    if request.preview is not None:
        return preview.paint(request, networks, should_stop)
    settings = request.settings
    tools = Tools(networks, networks.device(settings.device), should_stop, keep, steady)
    method = methods.of(settings)
    regions = places(request)
    method.check(regions)
    reporter = Reporter(on_progress, [method.cost(place.box.extent) for place in regions])
    light = Highlights.of(request.content)
    painted: list[PaintedPart] = []
    for place in regions:
        try:
            painted.append(_paint_region(place, light, method, tools, reporter))
        except Enough:
            if not painted:
                raise
            break  # neither this region nor those behind it were begun
        reporter.end_region()
    report: dict[str, object] = {
        "size": max(method.work(place.box.extent).long_side for place in regions),
        "steps": reporter.steps,
        "device": devices.describe(tools.device),
        "losses": reporter.losses,
    }
    if reporter.found:
        report["painted_before"] = round(reporter.found, 3)
    if (tiles := tools.tiler.note()) is not None:
        report["tiles"] = tiles
    if found := notes.of(request, regions, networks):
        report["notes"] = found
    return Painting(PaintedPart.together(painted), report)


def _selected(
    request: Request, networks: Networks, on_progress: OnProgress, should_stop: ShouldStop
) -> Request:
    """A request whose selection is what is to be painted: found, grown and feathered."""
    if request.settings.segment == "auto":
        on_progress(Progress(0.0, Text("Finding the subject")))
        salient = networks.salient(networks.device(request.settings.device))
        request = segment.applied(request, should_stop, salient, networks.faces())
    return edges.applied(request, should_stop)


def _paint_region(
    place: Place, light: Highlights | None, method: Method, tools: Tools, reporter: Reporter
) -> PaintedPart:
    """One region, without its context. Raises Enough where that was said before."""
    region = Region.read(place, light, followed(tools.should_stop, reporter.reading))
    if method.settings.strength == 0:
        return PaintedPart.of(region, region.whole)
    here = replace(region.to(tools.device), full=method.full)
    color = method.paint(here, tools, reporter)
    finishing = followed(to_the_end(tools.should_stop), reporter.finishing)
    return PaintedPart.of(region, here.finished(color, method.gamut(place, tools), finishing))


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)
