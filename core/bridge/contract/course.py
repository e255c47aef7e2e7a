"""The course of painterly: the number of its scales, and the steps of each.

A painting follows it, and the estimate of a painting's cost is made from it.
"""

from __future__ import annotations

import math

STEPS_RATIO, FIRST_SCALE_FACTOR = 0.8, 2.0
"""Steps of a scale over those of the scale before, and steps of the first scale over what that
ratio alone would give it. The first scale finds the composition and the colours, and its steps are
the cheapest."""

FINER_FIRST = 0.07
"""Steps of the first scale finer than the work, as a share of the painting's own. The scales after
it take none: they are repainted from the style's pixels."""


def shares(
    scales: int, ratio: float = STEPS_RATIO, first: float = FIRST_SCALE_FACTOR
) -> list[float]:
    """The steps of each scale, from coarse to fine, relative to each other.

    Args:
        scales: the number of scales.
        ratio, first: as the constants.
    """
    found = [ratio**place for place in range(scales)]
    found[0] *= first
    return found


def finer_count(ratio: float) -> int:
    """The number of scales from the work to the layer's own size, each about twice the one before.

    Args:
        ratio: of the layer's long side to the work's, above 1.
    """
    return max(1, math.ceil(math.log2(ratio) - 0.25))
