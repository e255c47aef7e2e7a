"""Time: a painting stays what it was in the frame before, where both frames show the same.

Ruder, Dosovitskiy and Brox (2016), "Artistic style transfer for videos", equation 7. A departure:
the weights are soft, and the sum is of the region's pixels and not of the whole frame's.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from core.features.regions import Held
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Term
from core.painterly.tiling import Tile


class TemporalTerm(Term):
    """The squared distance from what the painting is held to, per pixel and channel."""

    name = "temporal"

    def __init__(self, scale: Scale, held: Held) -> None:
        self.layers = {}
        self._picture = held.picture
        self._weight = scale.recipe.temporal / (3 * scale.area) * held.weight * scale.support

    @classmethod
    def of(cls, scale: Scale) -> TemporalTerm | None:
        if scale.held is None or not scale.recipe.temporal:
            return None
        return cls(scale, scale.held)

    def add_at_pixels(self, picture: Tensor, gradient: Tensor, tiles: Sequence[Tile]) -> Tensor:
        away = picture - self._picture
        gradient.addcmul_(away, self._weight, value=2)
        return (self._weight * away.square()).sum()
