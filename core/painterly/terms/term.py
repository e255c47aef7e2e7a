"""What each term of the loss offers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from torch import Tensor

from core.painterly.tiling import Tile

if TYPE_CHECKING:
    from core.painterly.recipe import Recipe
    from core.painterly.terms.scale import Scale


@dataclass(frozen=True)
class Needs:
    """The layers that a term needs to know before a scale's first step.

    Attributes:
        statistics: of the styles.
        features: of the styles.
        own_statistics: of the content inside the region.
        own_features: of the content.
    """

    statistics: Collection[str] = ()
    features: Collection[str] = ()
    own_statistics: Collection[str] = ()
    own_features: Collection[str] = ()


class Term(ABC):
    """One term of the loss, at one scale.

    The picture is seen in tiles, so a step has two halves. In the forward pass each tile adds to
    the term's :meth:`sums`, and the term makes its :meth:`loss` from the sums of the whole picture.
    In the backward pass the term adds the loss's slope to the gradient: at its layers, tile by
    tile, by :meth:`add_slope`; at the pixels, once, by :meth:`add_at_pixels`. A term overrides
    those methods that it needs.

    Attributes:
        name: of its loss in reports.
        layers: the weight of each layer that it takes part at; empty for a term of the pixels.
    """

    name: ClassVar[str]
    layers: Mapping[str, float]

    @classmethod
    def weights(cls, recipe: Recipe) -> Mapping[str, float]:
        """The weight that a recipe gives the term at each layer; empty for a term of the pixels."""
        return {}

    @classmethod
    def needs(cls, recipe: Recipe) -> Needs:
        """What it needs to know before the first step."""
        return Needs()

    @classmethod
    @abstractmethod
    def of(cls, scale: Scale) -> Term | None:
        """The term at a scale; None if its weight is 0."""

    def begin(self, step: int) -> None:  # noqa: B027 - most have nothing to do here
        """Prepare for a step, counted from 0. A step is repeated if memory runs out in it."""

    def sums(self, layer: str, features: Tensor, tile: Tile) -> Sequence[Tensor]:
        """What a tile's core adds to the sums from which the loss is made.

        Args:
            layer: one of the term's.
            features: of all that the tile sees, shape (1, channels, height, width).
            tile: the tile.
        """
        return ()

    def loss(self, sums: Mapping[str, Sequence[Tensor]]) -> Tensor | None:
        """The loss, shape (), from the whole picture's sums. Autograd finds its slopes.

        Args:
            sums: of those of the term's layers that take part in this step.
        """
        return None

    def add_slope(
        self, layer: str, features: Tensor, gradient: Tensor, tile: Tile, slopes: Sequence[Tensor]
    ) -> Tensor | None:
        """Add the loss's slope to the gradient at a tile's features, in place.

        Args:
            layer: one of the term's.
            features, gradient: of the tile's core, shape (1, channels, height, width) each.
            tile: the tile.
            slopes: of the loss, for each of the layer's sums.

        Returns:
            What has to be added to :meth:`loss`, if part of it is known in the backward pass only.
        """
        return None

    def add_at_pixels(
        self, picture: Tensor, gradient: Tensor, tiles: Sequence[Tile]
    ) -> Tensor | None:
        """Add the loss's slope to the gradient at the pixels, in place, and return the loss.

        Args:
            picture, gradient: shape (1, 3, height, width) each.
            tiles: of the picture.
        """
        return None
