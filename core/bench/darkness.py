"""Measures how much of a painting fails by turning into black patches, as dark styles do."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from core.pixels.color import to_oklab

DARKEST = 0.02
"""Share of the content's darkest patches that are ignored, such as a pupil or a cat's nostril."""

MARGIN = 0.05
"""How much darker than the content a patch must be, in Oklab's lightness. The difference shows at a
glance, and the darkest patch painted in other strokes does not reach it."""

BLACK = 0.35
"""Lightness from which a patch is not black, whatever the content: a white sky painted grey is no
failure. In sRGB it is 58 of 255."""


def darkness(painted: Tensor, content: Tensor, mask: Tensor, patch: int = 16) -> float:
    """The share of a painting's patches that are black and darker than the content.

    The lightness of a patch is the mean of its pixels in Oklab, weighted by the mask. Patches that
    the mask covers by less than half are left out.

    Args:
        painted, content: sRGB, shape (1, 3, height, width).
        mask: of the region, 0..1, shape (1, 1, height, width).
        patch: side in pixels. An incomplete patch at the right or the bottom is ignored.

    Returns:
        0 to 1; 0 if the mask covers no patch.
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
