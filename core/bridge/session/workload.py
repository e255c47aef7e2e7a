"""What a painting is going to cost: the regions it has, and what each asks of a machine.

The seconds here are those of two processor cores without a GPU, as they were measured. A machine of
another kind takes longer or shorter for all of them, which :mod:`.history` finds out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..contract import label_styles
from ..contract.course import FINER_FIRST, finer_count, shares
from ..contract.errors import BadInput
from ..contract.geometry import Extent, Extents, plan
from ..contract.methods import METHODS, REST, SELECTION
from ..contract.settings import Settings

_MILLION = 1_000_000

CANVAS = 1.0
"""Seconds for a million pixels of a region's box: to read, to enlarge to and to write them."""

NETWORKS = {"alexnet": 0.2}
"""A step's time over that of VGG-19."""

FOUND = 8.0
"""Seconds in which a subject is found, or a sketch's."""

SHALLOW = 1.0
"""A step's time for a pixel at a scale finer than the work's over one at the work's own."""

FINER = 3.0
"""Seconds for a million pixels of such a scale besides its steps: to enlarge the painting to it,
and to measure the style at it."""

REPAINTED = 1.5
"""Seconds for a million pixels of each scale that takes no steps: to enlarge the painting to it,
and to find and lay its paint."""

SHORTEST = 32
"""Pixels: narrower works are filled up to it, and narrower layers have no finer scales."""


class Workload(NamedTuple):
    """Seconds of a reference machine, by what they are spent on."""

    begun: float
    canvas: float
    work: float

    @property
    def seconds(self) -> float:
        return sum(self)

    def likeness(self, other: Workload) -> float:
        """The share of the time that two spend on the same, 0 to 1."""
        shares = zip(self, other, strict=True)
        return sum(min(one / self.seconds, two / other.seconds) for one, two in shares)


def region_extents(extents: Extents, settings: Settings) -> list[Extent]:
    """The size of the box of each region that a painting will have, as far as a host can tell.

    Args:
        extents: of the canvas, the layer and the selection.
        settings: how to paint.

    Raises:
        BadInput: there is nothing here to paint on.
    """
    whole = settings.sketch or settings.tile
    inside = plan(extents, settings.size, whole, settings.reach).box.extent
    rest = settings.styled(REST)
    found = []
    if settings.styled(SELECTION) or not rest:
        found += [inside] * max(1, _labels(settings))
    # There is a rest where something is selected, by a person or by itself.
    if rest and (extents.selection is not None or settings.segment == "auto"):
        found.append(plan(extents, settings.size, True).box.extent)
    return found or [inside]


def _labels(settings: Settings) -> int:
    """How many labels have a style of their own."""
    try:
        return len(label_styles.read(settings.label_styles))
    except BadInput:
        return 0  # the preview says what is wrong with them


def workload(settings: Settings, extents: Sequence[Extent]) -> Workload:
    """What a painting costs.

    Args:
        settings: how to paint.
        extents: the size of each region's box.
    """
    begun = METHODS[settings.method].cost.begun
    if settings.sketch or settings.segment == "auto":
        begun += FOUND
    canvas = CANVAS * sum(extent.area for extent in extents) / _MILLION
    return Workload(begun, canvas, sum(_work(settings, extent) for extent in extents))


def _work(settings: Settings, extent: Extent) -> float:
    if settings.strength == 0:
        return 0.0
    shrink = min(1.0, settings.size / extent.long_side)
    sides = [max(side * shrink, SHORTEST) for side in extent]
    area, cost = math.prod(sides) / _MILLION, METHODS[settings.method].cost
    pace = cost.pace
    if not cost.in_steps:
        return pace * area / settings.stroke_size  # its work shrinks as the strokes grow
    seconds = pace * settings.steps * area * _mean_area(max(sides) / settings.coarsest)
    if settings.detail and shrink < 1 and min(extent) >= SHORTEST:
        first, *others = _finer_areas(1 / shrink)
        steps = max(1.0, FINER_FIRST * settings.steps)
        seconds += area * first * (pace * SHALLOW * steps + FINER)
        seconds += area * sum(others) * REPAINTED
    return NETWORKS.get(settings.network, 1.0) * seconds


def _mean_area(ratio: float) -> float:
    """The mean size of painterly's scales over that of the last one, weighted by their steps.

    Args:
        ratio: of the last scale's long side to the first one's; each scale is about the square
            root of 2 times the one before.
    """
    scales = 1 + max(0, math.floor(2 * math.log2(ratio))) if ratio > 0 else 1
    parts = shares(scales)
    areas = [2.0 ** (place - scales + 1) for place in range(scales)]
    return sum(a * b for a, b in zip(parts, areas, strict=True)) / sum(parts)


def _finer_areas(ratio: float) -> list[float]:
    """The area of each scale finer than the work, over the work's.

    Args:
        ratio: of the layer's long side to the work's.
    """
    scales = finer_count(ratio)
    return [ratio ** (2 * (place + 1) / scales) for place in range(scales)]
