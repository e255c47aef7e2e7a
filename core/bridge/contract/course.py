"""The course that painterly takes: how many scales there are, and how many steps each has.

A painting follows it, and so does the estimate of what it will cost.
"""

from __future__ import annotations

import math

STEPS_RATIO, FIRST_SCALE_FACTOR = 0.8, 2.0
"""Steps of a scale over those of the one before, and of the first scale, which finds the
composition and the colours, over what it would have by that. Its steps are the cheapest there are.
"""

FINER_FIRST = 0.07
"""Steps of the first scale finer than the work, as a share of the painting's own."""

FINER_RATIO, FINER_LEAST = 0.4, 3
"""Steps of a finer scale over those of the one before, and how many it takes at least: a scale has
four times the pixels, and less to add."""


def shares(
    scales: int, ratio: float = STEPS_RATIO, first: float = FIRST_SCALE_FACTOR
) -> list[float]:
    """What each scale has of the steps, coarse to fine, over what the first would have
    without its factor.

    Args:
        scales: how many there are.
        ratio, first: as the constants.
    """
    found = [ratio**place for place in range(scales)]
    found[0] *= first
    return found


def finer_count(ratio: float) -> int:
    """How many scales lead from the work to the layer's own size, each about twice the one before.

    Args:
        ratio: of the layer's long side to the work's, above 1.
    """
    return max(1, math.ceil(math.log2(ratio) - 0.25))


def finer_steps(first: float, place: int) -> float:
    """Steps of a finer scale, before they are rounded.

    Args:
        first: of the first one.
        place: of the scale, from 0.
    """
    return max(min(FINER_LEAST, first), first * FINER_RATIO**place)
