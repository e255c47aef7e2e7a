"""A preview: what a painting comes to, at once, while somebody still moves a slider.

The method is always instant. Regions, statistics, strength and colours are those of the painting,
and so is the scale a style is seen at, relative to what is painted: where the work shrinks, the
style shrinks with it.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from core import color, devices, styles
from core.bridge.errors import Stopped
from core.bridge.geometry import Extent
from core.bridge.request import Request, Result
from core.canvas import Painted, Painting, Place, places
from core.enlarge import enlarge
from core.feedforward import Instant
from core.imaging import fit, resize
from core.networks import Networks
from core.spread import Spread

AREA = 512 * 512
"""Pixels that all regions of a preview have together: what two cores with bfloat16 paint in 0.6 s,
and in 0.3 s where the content was looked at before. The nearer the work's own size, the more alike
are the strokes: of the change a painting of 512 px makes to blocks of 32x32 px, a preview of 448 px
misses 20 %, one of 400 px 30 %, one of 300 px 52 %, and one of 512 px is that painting."""


@dataclass(frozen=True)
class Part:
    """One region of a preview: its place, and the size of the work in the painting and here."""

    place: Place
    final: Extent
    work: Extent


def run(request: Request, networks: Networks, should_stop: Callable[[], bool]) -> Result:
    """Preview a request whose ``preview`` says how large the picture is in the painting.

    Args:
        request: what and how; its content may be a smaller rendition of the picture.
        networks: where the trained networks come from.
        should_stop: asked between the passes through them.

    Returns:
        One layer as the painting's, of the size of the content that came.

    Raises:
        BadInput: a picture, a mask or a setting can't be used.
        Stopped: ``should_stop`` said so.
        ImpastoError: the weights are missing or damaged.
    """
    started = time.monotonic()
    device = networks.device(request.settings.device)
    parts = _parts(request)
    painted = []
    for part in parts:
        if should_stop():
            raise Stopped("The preview is no longer wanted.")
        mask = part.place.mask(request)
        pixels = _paint(part, mask, request, networks, device, should_stop)
        painted.append(Painted.of(part.place, pixels, mask))
    report = {
        "size": max(part.work.long_side for part in parts),
        "seconds": round(time.monotonic() - started, 3),
        "device": devices.describe(device),
    }
    layer = Painting(Painted.together(painted), report).layer(request.content)
    return Result(layer, report)


def _parts(request: Request) -> list[Part]:
    """The regions, and works that keep to ``AREA`` together."""
    assert request.preview is not None
    factor = request.preview.long_side / request.content.extent.long_side
    parts = []
    for place in places(request):
        width, height = place.box.extent
        life = Extent(math.ceil(width * factor), math.ceil(height * factor))
        final = fit(life, request.settings.size)
        parts.append(Part(place, final, fit(place.box.extent, final.long_side)))
    shrink = math.sqrt(AREA / sum(part.work.area for part in parts))
    return [
        Part(part.place, part.final, fit(part.work, max(1, round(part.work.long_side * shrink))))
        for part in parts
    ]


def _paint(
    part: Part,
    mask: Tensor,
    request: Request,
    networks: Networks,
    device: torch.device,
    should_stop: Callable[[], bool],
) -> Tensor:
    """One region in its box, at the box's own size."""
    settings, box = request.settings, part.place.box
    content = part.place.content(request)
    if settings.strength == 0:
        return content.color
    instant = networks.instant(device)
    small = content.resize(part.work)
    # While only a slider moves, the content is the same from one preview to the next.
    looks = request.content.header(), hashlib.sha256(request.content.data).digest()
    encoded = instant.seen.get(
        (str(looks), box, part.work), lambda: instant.encode(small.to(device))
    )
    style = _style(part, request, networks, instant, device)
    region = resize(mask, part.work).to(device)
    painted = instant.paint(encoded, region, style, settings.strength, should_stop).cpu()
    painted = enlarge(painted, content.color)
    return color.keep_colors(painted, content.color) if settings.colors == "keep" else painted


def _style(
    part: Part, request: Request, networks: Networks, instant: Instant, device: torch.device
) -> Spread:
    """What is known of the part's style at its scale, or found out now."""
    final, work = part.final.long_side, part.work.long_side

    def measure() -> dict[str, Tensor]:
        picture = styles.read(request, part.place.style)
        seen = fit(picture.extent, final)
        small = picture.resize(fit(seen, max(1, round(seen.long_side * work / final))))
        found = instant.measure(small.to(device))
        return {name: tensor.cpu() for name, tensor in found._asdict().items()}

    who = styles.identity(request, part.place.style)
    known = networks.styles.recall(f"{instant.identity} {who} {final} {work}", measure)
    return Spread(known["mean"].to(device), known["deviation"].to(device))
