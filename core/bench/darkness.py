"""The failure of a style that is mostly black: parts of the picture turn into black patches."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from core.pixels.color import to_oklab

DARKEST = 0.02
"""Share of the content's patches that don't say how dark it is: a pupil, a cat's nostril."""

MARGIN = 0.05
"""How much darker than what else is in the content a patch must be, in Oklab's lightness: what is
seen at a glance, and not the darkest patch itself painted in other strokes."""

BLACK = 0.35
"""Lightness from which on a patch is not black, though nothing in the content be as dark: a white
sky painted grey is no failure. The sRGB value is 58 of 255."""


def darkness(painted: Tensor, content: Tensor, mask: Tensor, patch: int = 16) -> float:
    """The share of a painting's patches that are black, and darker than what is in the content.

    A patch is as light as its pixels are on average in Oklab, each counting by the mask. Patches of
    which the mask covers less than half are left out.

    Args:
        painted, content: sRGB, shape (1, 3, height, width).
        mask: of the region, 0..1, shape (1, 1, height, width).
        patch: side in pixels; what is left over at the right and the bottom is not looked at.

    Returns:
        0 to 1; 0 where the mask covers no patch.
    """
    covered = functional.avg_pool2d(mask, patch)
    counted = covered >= 0.5
    if not bool(counted.any()):
        return 0.0
    ours, theirs = (
        (functional.avg_pool2d(to_oklab(picture)[:, :1] * mask, patch) / covered)[counted]
        for picture in (painted, content)
    )
    darkest = theirs.quantile(DARKEST, interpolation="lower")
    return float((ours < (darkest - MARGIN).clamp(max=BLACK)).double().mean())
