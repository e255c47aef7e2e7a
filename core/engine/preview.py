"""A preview: what a painting comes to, at once, while somebody still moves a slider.

Painterly is shown in the instant method's hand, the others in their own. Regions, statistics,
strength and colours are those of the painting, and so is the scale a style is seen at, relative to
what is painted: where the work shrinks, a style picture shrinks with it.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import torch
from torch import Tensor

from core.bridge import VERSION
from core.bridge.contract.errors import Stopped
from core.bridge.contract.geometry import Extent
from core.bridge.contract.request import Request
from core.engine import labels, notes, sources
from core.engine.canvas import Painted, Painting, Place, places
from core.engine.networks import Networks
from core.features.spread import Spread, mixed
from core.onepass import pastiche
from core.onepass.instant import Instant
from core.pixels.enlarge import enlarge
from core.pixels.highlights import Highlights
from core.pixels.imaging import Picture, fit, resize
from core.styles import palette, styles
from core.styles.styles import Style
from core.system import devices
from core.system.stopping import ShouldStop


def paint(request: Request, networks: Networks, should_stop: ShouldStop) -> Painting:
    """Preview a request whose ``preview`` says how large the picture is in the painting.

    Args:
        request: what and how; its content may be a smaller rendition of the picture.
        networks: where the trained networks come from.
        should_stop: asked between the passes through them.

    Returns:
        As the painting's, of the size of the content that came.

    Raises:
        BadInput: a picture, a mask or a setting can't be used.
        Stopped: ``should_stop`` said so.
        ImpastoError: the weights are missing or damaged.
    """
    started = time.monotonic()
    job = _Job(request, networks, networks.device(request.settings.device), should_stop)
    hand = _HANDS[request.settings.method]
    parts = _parts(request, hand) if request.styled("style") else []
    painted = []
    for part in parts:
        if should_stop():
            raise Stopped("The preview is no longer wanted.")
        mask = part.place.mask(request)
        painted.append(Painted.of(part.place, _paint(part, mask, hand, job), mask))
    report: dict[str, object] = {
        "size": max((part.work.long_side for part in parts), default=0),
        "seconds": round(time.monotonic() - started, 3),
        "device": devices.describe(job.device),
    }
    if found := notes.of(request, [part.place for part in parts]):
        report["notes"] = found
    if request.has_picture("content_labels"):
        report["labels"] = labels.legend(request)
    return Painting(Painted.together(painted), report)


@dataclass(frozen=True)
class Part:
    """One region of a preview: its place, and the size of the work in the painting and here."""

    place: Place
    final: Extent
    work: Extent


@dataclass(frozen=True)
class _Job:
    """What every region of a preview is painted with."""

    request: Request
    networks: Networks
    device: torch.device
    should_stop: ShouldStop

    @cached_property
    def light(self) -> Highlights | None:
        """Of the whole content; None where it is within 0..1."""
        return Highlights.of(self.request.content)

    @cached_property
    def looks(self) -> str:
        """What tells the content from all others. It stays while only a slider moves."""
        content = self.request.content
        return f"{content.header()} {hashlib.sha256(content.data).hexdigest()}"

    @cached_property
    def regions(self) -> str:
        """What tells the content and its regions from all others."""
        told, mask = self.looks, self.request.selection
        if mask is not None:
            told += f" {hashlib.sha256(mask.data).hexdigest()}"
        if self.request.has_picture("content_labels"):
            told += f" {styles.picture(self.request, 'content_labels').identity}"
        return told


@dataclass(frozen=True)
class _Hand:
    """How a method previews a region.

    Attributes:
        area: pixels that all regions of a preview have together.
        grows: whether its strokes have one size in pixels, so that the work is never smaller than
            the painting's if it can be helped, however small the rendition that came.
        paint: gives the region at the size of the work.
    """

    area: int
    grows: bool
    paint: Callable[[Part, Picture, Tensor, _Job], Tensor]


def _parts(request: Request, hand: _Hand) -> list[Part]:
    """The regions, and works that keep to the hand's area together."""
    assert request.preview is not None
    factor = request.preview.long_side / request.content.extent.long_side
    parts = []
    for place in places(request):
        width, height = place.box.extent
        life = Extent(math.ceil(width * factor), math.ceil(height * factor))
        final = fit(life, request.settings.size)
        work = fit(place.box.extent, final.long_side, enlarge=hand.grows)
        parts.append(Part(place, final, work))
    shrink = math.sqrt(hand.area / sum(part.work.area for part in parts))
    return [
        Part(part.place, part.final, fit(part.work, max(1, round(part.work.long_side * shrink))))
        for part in parts
    ]


def _paint(part: Part, mask: Tensor, hand: _Hand, job: _Job) -> Tensor:
    """One region in its box, at the box's own size."""
    settings = job.request.settings
    content = part.place.content(job.request)
    if settings.strength == 0:
        return content.color
    whole = content.color
    if job.light is not None:
        content = job.light.lowered(content)
    painted = hand.paint(part, content, mask, job).cpu()
    if part.work.long_side > content.extent.long_side:
        painted = resize(painted, content.extent)
    painted = enlarge(painted, content.color, settings.strength)
    painted = sources.colored(painted, content, mask, job.request, part.place)
    return painted if job.light is None else job.light.raised(painted, whole)


def _instant(part: Part, content: Picture, mask: Tensor, job: _Job) -> Tensor:
    instant = job.networks.instant(job.device)
    encoded = instant.seen.get(
        (job.looks, part.place.box, part.work),
        lambda: instant.encode(content.resize(part.work).to(job.device), job.should_stop),
    )
    style = mixed(
        (_measured(style, part, content, mask, instant, job), style.weight)
        for style in sources.named(job.request, part.place)
    )
    region = resize(mask, part.work).to(job.device)
    return instant.paint(encoded, region, style, job.request.settings.strength, job.should_stop)


def _measured(
    style: Style, part: Part, content: Picture, mask: Tensor, instant: Instant, job: _Job
) -> Spread:
    """What is known of a style at the part's scale, or found out now."""
    request, place = job.request, part.place
    final, work = part.final.long_side, part.work.long_side
    remember = job.networks.styles.recall
    read = cache(style.read)

    def measure() -> dict[str, Tensor]:
        picture = sources.prepared(read(), request, place, content, mask)
        seen = fit(picture.extent, final)
        small = picture.resize(fit(seen, max(1, round(seen.long_side * work / final))))
        found = instant.measure(small.to(job.device), job.should_stop)
        return {name: tensor.cpu() for name, tensor in found._asdict().items()}

    who = style.identity
    if place.label is not None and place.label.style is not None:
        who += f" {place.label.color} {styles.picture(request, 'style_labels').identity}"

    def black() -> float:
        found = remember(
            f"{VERSION} black {who}",
            lambda: {"black": torch.tensor(palette.black(place.narrowed(read())))},
        )
        return float(found["black"])

    # What depends on the content would have to be measured anew for each, and most styles' doesn't.
    if sources.suited(request, place, black):
        who += f" {request.settings.colors_of(place.style)} {place.style} {job.regions}"
    known = remember(f"{instant.identity} {who} {final} {work}", measure)
    return Spread(known["mean"].to(job.device), known["deviation"].to(job.device))


def _pastiche(part: Part, content: Picture, mask: Tensor, job: _Job) -> Tensor:
    settings = job.request.settings
    return job.networks.pastiche(job.device).paint(
        content.resize(part.work).to(job.device),
        resize(mask, part.work).to(job.device),
        pastiche.chosen(settings, part.place.style),
        settings.strength,
        job.should_stop,
    )


_INSTANT = _Hand(area=472 * 472, grows=False, paint=_instant)
"""What two cores with bfloat16 paint in 0.7 s, and in half of that where only a slider moves.
The nearer the work's own size, the more alike are the strokes: of the change a painting of 512 px
makes to blocks of 32x32 px, a preview of 448 px misses 20 %, one of 400 px 30 %, one of 300 px
52 %, and one of 512 px is that painting."""

_PASTICHE = _Hand(area=768 * 768, grows=True, paint=_pastiche)
"""Paints that in 0.6 of the time the instant method takes for its area and a content not looked at
before, and in 0.9 where it is not everything."""

_HANDS: Mapping[str, _Hand] = {
    "painterly": _INSTANT,
    "instant": _INSTANT,
    "pastiche": _PASTICHE,
}
