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
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core import color, devices, styles
from core.bridge.errors import BadInput, Stopped
from core.bridge.geometry import Box, Extent, Extents, plan
from core.bridge.pixels import PixelFormat
from core.bridge.request import Request, Result
from core.feedforward import Instant, Spread
from core.imaging import Picture, fit, resize, to_mask, to_picture, to_pixels
from core.networks import Networks
from core.regions import bounds

AREA = 448 * 448
"""Pixels that all regions of a preview have together: what two cores with bfloat16 paint in 0.5 s,
and in 0.3 s where the content was looked at before. The nearer the work's own size, the more alike
are the strokes."""


@dataclass(frozen=True)
class Part:
    """One region of a preview.

    Attributes:
        name: the setting of its style.
        mask: 0..1, shape (1, 1, height, width) of the content.
        box: the part of the content that is looked at.
        final: size of the work in the painting.
        work: size of the work here.
    """

    name: str
    mask: Tensor
    box: Box
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
    content = to_picture(request.content)
    painted, coverage = torch.zeros_like(content.color), torch.zeros_like(content.alpha)
    parts = _parts(request, content)
    for part in parts:
        if should_stop():
            raise Stopped("The preview is no longer wanted.")
        region = _paint(part, request, content, networks, should_stop)
        mask = _cut(part.mask, part.box)
        _cut(painted, part.box).add_(region * mask)
        _cut(coverage, part.box).add_(mask)
    painted = torch.where(coverage > 0, painted / coverage.clamp(min=1e-6), content.color)
    given = request.content.format
    format = PixelFormat(given.channels.removesuffix("A") + "A", given.depth, given.linear)
    layer = Picture(painted, coverage.clamp(max=1) * content.alpha)
    report = {
        "size": max(part.work.long_side for part in parts),
        "seconds": round(time.monotonic() - started, 3),
        "device": devices.describe(networks.device(request.settings.device)),
    }
    return Result(to_pixels(layer, format), report)


def _parts(request: Request, content: Picture) -> list[Part]:
    """The regions and the sizes they are worked at."""
    assert request.preview is not None
    mask = torch.ones_like(content.alpha)
    if request.selection is not None:
        mask = to_mask(request.selection)
    masks = {"style": mask}
    if request.has_picture("background_style"):
        masks["background_style"] = 1 - mask
    size, life = request.settings.size, request.preview
    factor = life.long_side / content.extent.long_side
    parts = []
    for name, mask in masks.items():
        inside = bounds(mask * content.alpha)
        if inside.empty:
            continue
        canvas = Extents(life, Box.of(life), _scale(inside, factor).intersect(Box.of(life)))
        painted = plan(canvas, size, whole_layer=False).box
        box = _scale(painted, 1 / factor).intersect(Box.of(content.extent))
        final = fit(painted.extent, size)
        parts.append(Part(name, mask, box, final, fit(box.extent, final.long_side)))
    if not parts:
        raise BadInput(
            "There is nothing to paint: the mask is black, or the picture transparent, everywhere."
        )
    shrink = min(1.0, math.sqrt(AREA / sum(part.work.area for part in parts)))
    return [
        replace(part, work=fit(part.work, max(1, round(part.work.long_side * shrink))))
        for part in parts
    ]


def _paint(
    part: Part,
    request: Request,
    content: Picture,
    networks: Networks,
    should_stop: Callable[[], bool],
) -> Tensor:
    """One region in its box, at the box's own size."""
    settings = request.settings
    device = networks.device(settings.device)
    instant = networks.instant(device)
    inside = Picture(_cut(content.color, part.box), _cut(content.alpha, part.box)).filled()
    if settings.strength == 0:
        return inside.color
    small = inside.resize(part.work)
    # While only a slider moves, the content is the same from one preview to the next.
    seen = (
        hashlib.sha256(request.content.data).digest(),
        request.content.format,
        part.box,
        part.work,
    )
    encoded = instant.seen.get(seen, lambda: instant.encode(small.to(device)))
    style = _style(part, request, networks, instant, device)
    mask = resize(_cut(part.mask, part.box), part.work).to(device)
    painted = instant.paint(encoded, mask, style, settings.strength, should_stop).cpu()
    if settings.preserve_color:
        painted = color.keep_colors(painted, small.color)
    return resize(painted, part.box.extent)


def _style(
    part: Part, request: Request, networks: Networks, instant: Instant, device: torch.device
) -> Spread:
    """What is known of the part's style at its scale, or found out now."""

    def measure() -> dict[str, Tensor]:
        picture = styles.read(request, part.name)
        size = fit(picture.extent, part.final.long_side)
        shrink = part.work.long_side / part.final.long_side
        small = picture.resize(fit(size, max(1, round(size.long_side * shrink))))
        found = instant.measure(small.to(device))
        return {name: tensor.cpu() for name, tensor in found._asdict().items()}

    asked = styles.identity(request, part.name), part.final.long_side, part.work.long_side
    known = networks.styles.recall(f"{instant.identity} {asked}", measure)
    return Spread(known["mean"].to(device), known["deviation"].to(device))


def _scale(box: Box, factor: float) -> Box:
    """The smallest box of whole pixels around a box that many times as large."""
    left, top = math.floor(box.x * factor), math.floor(box.y * factor)
    right, bottom = math.ceil(box.right * factor), math.ceil(box.bottom * factor)
    return Box(left, top, right - left, bottom - top)


def _cut(values: Tensor, box: Box) -> Tensor:
    """A view of the part in the box."""
    return values[..., box.y : box.bottom, box.x : box.right]
