"""What each term of the loss has in common."""

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
class Looks:
    """The layers of which a term wants to know something before a scale's first step.

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
    """One term of the loss, of one scale.

    The picture is seen in tiles, so a step has two halves. On the way forth each tile adds to the
    term's :meth:`sums`; of the whole picture's sums the term makes its :meth:`loss`. On the way
    back it adds the loss's slope to the gradient: at its layers, tile by tile, by
    :meth:`add_slope`; at the pixels, once, by :meth:`add_at_pixels`. A term overrides what it
    needs of these.

    Attributes:
        name: what its loss is told under.
        layers: the weight of each layer it takes part at; none of a term of the pixels.
    """

    name: ClassVar[str]
    layers: Mapping[str, float]

    @classmethod
    def weights(cls, recipe: Recipe) -> Mapping[str, float]:
        """The weight of each layer that a recipe wants it at; none of a term of the pixels."""
        return {}

    @classmethod
    def looks(cls, recipe: Recipe, strength: float) -> Looks:
        """What it wants to know before the first step, at a region's strength, 0..1."""
        return Looks()

    @classmethod
    @abstractmethod
    def of(cls, scale: Scale) -> Term | None:
        """The term of a scale; None where it weighs nothing."""

    def begin(self, step: int) -> None:  # noqa: B027 - most have nothing to do here
        """A step begins, counted from 0; again with the same number where memory ran out in it."""

    def sums(self, layer: str, features: Tensor, tile: Tile) -> Sequence[Tensor]:
        """What a tile's core adds to the sums that the loss is made of.

        Args:
            layer: one of the term's.
            features: of all that the tile sees, shape (1, channels, height, width).
            tile: whose.
        """
        return ()

    def loss(self, sums: Mapping[str, Sequence[Tensor]]) -> Tensor | None:
        """The loss of the whole picture's sums, shape (), from which autograd finds the slopes.

        Args:
            sums: of each of the term's layers that take part in this step. All tiles were seen.
        """
        return None

    def add_slope(
        self, layer: str, features: Tensor, gradient: Tensor, tile: Tile, slopes: Sequence[Tensor]
    ) -> Tensor | None:
        """Add the loss's slope to the gradient at a tile's features, in place.

        Args:
            layer: one of the term's.
            features, gradient: of the tile's core, shape (1, channels, height, width) each.
            tile: whose.
            slopes: of the loss, for each of the layer's sums.

        Returns:
            What the loss is more by than :meth:`loss` said, where that shows on the way back only.
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
