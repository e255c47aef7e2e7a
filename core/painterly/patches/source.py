"""The styles at one scale, as what paint is taken from: what an enlargement keeps, and loses.

A painting that was enlarged lacks its finest band. The styles are made smaller and enlarged again
by the same way, so that they lack it too. A place of the painting is then compared with what is
left of the styles, and is given what they lost there: image analogies (Hertzmann et al. 2001) with
the pair of a blurred and a sharp style.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Extent
from core.features.regions import WeightedStyle
from core.pixels.enlarge import enlarge_plainly
from core.pixels.imaging import fit, mirrored, resize
from core.system.stopping import Follow, alone

LEAST = 32
"""The shortest side in pixels. A shorter style is continued by mirroring."""

MOST = 1 << 22
"""The most pixels of a style that paint is taken from: they take 0.5 GB with their descriptions."""


@dataclass(frozen=True)
class Source:
    """One or several styles, side by side.

    Attributes:
        coarse: what the enlargement keeps, shape (1, 3, height, width).
        fine: what it loses, shape (1, 3, height, width), around 0.
        weight: of each pixel, 0 where there is no style; shape (1, 1, height, width). The weights
            of a style sum to its share.
    """

    coarse: Tensor
    fine: Tensor
    weight: Tensor

    @classmethod
    def of(
        cls,
        styles: Sequence[WeightedStyle],
        long_side: int,
        ratio: float,
        stroke_size: float = 1.0,
        follow: Follow = alone,
    ) -> Source:
        """The styles at a scale.

        Args:
            styles: at least one of them has a weight above 0, and a pixel that is visible.
            long_side: of the scale. A style that is smaller stays at its own size, as a large
                canvas is painted with the same brushes.
            ratio: by which the painting was enlarged to this scale, above 1.
            stroke_size: the strokes' over what they are then. A style is never enlarged beyond its
                own size, where it has nothing more to give.
            follow: called after each piece.
        """
        parts = [
            _part(style, long_side, ratio, stroke_size, follow)
            for style in styles
            if style.weight > 0
        ]
        height = max(part.fine.shape[-2] for part in parts)
        padded = [
            Source(*(functional.pad(each, (0, 0, 0, height - each.shape[-2])) for each in part.all))
            for part in parts
        ]
        together = (torch.cat(each, dim=-1) for each in zip(*(p.all for p in padded), strict=True))
        return cls(*together)

    @property
    def all(self) -> tuple[Tensor, Tensor, Tensor]:
        """Its pictures."""
        return self.coarse, self.fine, self.weight


def _part(
    style: WeightedStyle, long_side: int, ratio: float, stroke_size: float, follow: Follow
) -> Source:
    own = style.picture.extent
    most = round(own.long_side * min(1.0, (MOST / own.area) ** 0.5))
    side = max(1, round(min(own.long_side, long_side) * stroke_size))
    seen = mirrored(style.picture.resize(fit(own, min(side, most)), follow), LEAST)
    extent = seen.extent
    small = Extent(*(max(1, round(side / ratio)) for side in extent))
    coarse = enlarge_plainly(resize(seen.color, small, follow), extent, 1.0, follow)
    visible = seen.alpha.clamp(min=0)
    weight = visible * (style.weight / float(visible.sum().clamp(min=1e-6)))
    return Source(coarse, seen.color - coarse, weight)
