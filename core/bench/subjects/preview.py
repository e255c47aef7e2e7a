"""The time of a preview by a warm worker, from the request to the pixels, as in a dialog.

On a CPU it is compared with the network's own passes that the preview needs, which are run in turn.
The rest is what Impasto adds: the way to the worker and back, sizes, regions, colours and masks.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch

from core.bench.measure import Work, ratio, seconds
from core.bench.pairs import Pair
from core.bench.plan import Plan
from core.bench.report import Figure
from core.bench.workers import private
from core.bridge.client.job import Previews
from core.bridge.contract.pixels import MASK, Pixels
from core.bridge.contract.request import Request, Result
from core.bridge.contract.settings import Settings

_NAME = "preview"

_PATIENCE = 300.0
"""The most seconds that the worker's start and the first preview take."""


_MOST, _MOST_AT_ONCE = 1.5, 2.0
"""The targets, as multiples of the passes' time. Of three contents asked for at once, the first is
under way, and stops within a convolution."""


@dataclass(frozen=True)
class _Case:
    """What is asked for, several times.

    Attributes:
        name: in the table.
        bursts: the requests of each time, of which only the last is wanted.
        bare: the passes that the last one needs.
        most: the target, as a multiple of these passes' time.
    """

    name: str
    bursts: Sequence[Sequence[Request]]
    bare: Work
    most: float


def measure(plan: Plan) -> Iterator[Figure]:
    """The times for a moved slider, another content, two regions, and three requests at once."""
    turns, bursts = (3, 1) if plan.quick else (10, 3)
    pair = plan.any_pair(512)
    settings = Settings(method="instant", device=plan.device_name)
    asked = replace(pair.request(settings), preview=pair.content.extent)
    half = _half_selected(asked)
    # The worker remembers contents, so none is asked for twice.
    contents = [[_shift(asked, number + 1)] for number in range(turns)]
    more = [
        [_shift(asked, turns + 3 * burst + number + 1) for number in range(3)]
        for burst in range(bursts)
    ]
    with private(plan.installation) as own:
        previews = Previews(own)
        plan.say("waiting for a warm worker")
        # The first below full strength also computes what the decoder loses of a content.
        first, _ = (_latency(previews, [_strength(each, 1)])[1] for each in (asked, half))
        decode, both = _passes(pair, plan, first.report["size"] if first else 512)
        plan.say("previewing")
        for case in (
            _Case("a slider moved", _moved(asked, turns), decode, _MOST),
            _Case("another content", contents, both, _MOST),
            _Case("a slider moved, selection and rest", _moved(half, turns), decode, _MOST),
            _Case("the last of three contents at once", more, both, _MOST_AT_ONCE),
        ):
            yield _figure(case, previews, plan)
        previews.close()


def _figure(case: _Case, previews: Previews, plan: Plan) -> Figure:
    """A case's time over that of its passes; on a GPU, where these take no time, its seconds."""
    whole, bare = [], []
    for burst in case.bursts:
        whole.append(_latency(previews, burst)[0])
        bare.append(seconds(case.bare, plan.device))
    name, median = f"{case.name}, 512 px", statistics.median(whole)
    if plan.device.type != "cpu":
        return Figure(_NAME, name, median, "s", 0.04)
    note = f"{median:.3g} s over the {statistics.median(bare):.3g} s of the passes that it needs"
    return Figure(_NAME, name, ratio(whole, bare), "times", case.most, note)


@torch.inference_mode()
def _passes(pair: Pair, plan: Plan, size: int) -> tuple[Work, Work]:
    """The decoder's pass, and the encoder's and the decoder's, at a long side in pixels."""
    network = plan.networks.instant(plan.device)
    small = pair.at(size)
    content, style = small.content.to(plan.device), small.style.to(plan.device)
    styles, encoded = [(network.measure(style), 1.0)], network.encode(content)
    mask = torch.ones_like(content.alpha)

    strengths = (1 - 0.01 * number for number in itertools.count(1))

    def decode() -> None:
        network.paint(encoded, mask, styles, next(strengths), lambda: False)

    def both() -> None:
        network.paint(network.encode(content), mask, styles, 1.0, lambda: False, share=0)

    both()  # to be warm
    decode()  # computes what the decoder loses of the content
    return decode, both


def _moved(request: Request, turns: int) -> list[list[Request]]:
    """The request with another strength each time."""
    return [[_strength(request, number + 2)] for number in range(turns)]


def _latency(previews: Previews, requests: Sequence[Request]) -> tuple[float, Result | None]:
    """Send requests one right after another; the seconds from the last one to its pixels."""
    found = None
    for request in requests:
        started = time.perf_counter()
        previews.ask(request)
        found = previews.take() or found
    while previews.waiting and time.perf_counter() - started < _PATIENCE:
        found = previews.take(0.02) or found
    return time.perf_counter() - started, found


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
