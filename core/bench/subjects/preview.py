"""The time of a preview by a warm worker, from the request to the pixels, as in a dialog."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.bench.plan import Plan
from core.bench.report import Figure
from core.bench.workers import private
from core.bridge.client.job import Previews
from core.bridge.contract.pixels import MASK, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings

_NAME = "preview"

_PATIENCE = 300.0
"""The most seconds that the worker's start and the first preview take."""


def measure(plan: Plan) -> Iterator[Figure]:
    """The times for a moved slider, another content, two regions, and three requests at once."""
    most = 0.7 if plan.device.type == "cpu" else 0.04
    turns = 4 if plan.quick else 10
    pair = plan.any_pair(512)
    settings = Settings(method="instant", device=plan.device_name)
    asked = replace(pair.request(settings), preview=pair.content.extent)
    half = _half_selected(asked)
    moved = [_strength(asked, number) for number in range(turns)]
    shifted = [_shift(asked, number + 1) for number in range(turns)]
    moved_half = [_strength(half, number) for number in range(turns)]
    with private(plan.installation) as own:
        previews = Previews(own)
        plan.say("waiting for a warm worker")
        for first in (asked, half):
            _latency(previews, [first])
        plan.say("previewing")
        for name, requests in (
            ("a slider moved, 512 px", [[request] for request in moved]),
            ("another content, 512 px", [[request] for request in shifted]),
            ("a slider moved, selection and rest, 512 px", [[request] for request in moved_half]),
            ("the last of three contents at once", [shifted[:3], shifted[1:4]]),
        ):
            times = [_latency(previews, burst) for burst in requests]
            yield Figure(_NAME, name, statistics.median(times), "s", most)
        previews.close()


def _latency(previews: Previews, requests: Sequence[Request]) -> float:
    """Send requests one right after another; the seconds from the last one to its pixels."""
    for request in requests:
        started = time.perf_counter()
        previews.ask(request)
        previews.take()
    while previews.waiting and time.perf_counter() - started < _PATIENCE:
        previews.take(0.02)
    return time.perf_counter() - started


def _strength(request: Request, number: int) -> Request:
    return replace(request, settings=replace(request.settings, strength=1 - 0.01 * number))


def _shift(request: Request, rows: int) -> Request:
    """The request with so many rows of its content moved from the top to the bottom."""
    content = request.content
    cut = rows * content.extent.width * content.format.bytes_per_pixel
    moved = Pixels(content.extent, content.format, content.data[cut:] + content.data[:cut])
    return replace(request, content=moved)


def _half_selected(request: Request) -> Request:
    """The request with the upper half selected, and the content as the style of the rest."""
    width, height = request.content.extent
    mask = b"\xff" * (width * (height // 2)) + b"\x00" * (width * (height - height // 2))
    return replace(
        request,
        selection=Pixels(request.content.extent, MASK, mask),
        pictures={**request.pictures, "background_style": request.content},
    )
