"""A scale of the coarse-to-fine course, with all that its terms are made from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from core.features import remembered
from core.features.regions import Held, StyledMask, WeightedStyle, position_weights, support
from core.features.statistics import Weighting
from core.painterly.stroke_size import scaled
from core.painterly.terms.term import Needs
from core.painterly.tiled import Extracted, TiledNetwork
from core.pixels.imaging import Picture, mirrored, resize
from core.system.stopping import ShouldStop

if TYPE_CHECKING:
    from core.painterly.recipe import Recipe


class ScaledStyle(NamedTuple):
    """A style at the content's scale.

    Attributes:
        picture: its pixels.
        share: of all styles, 0..1.
        extracted: its statistics and features.
        kinds: of its pixels, as :attr:`WeightedStyle.kinds`.
    """

    picture: Picture
    share: float
    extracted: Extracted
    kinds: Tensor | None


class Scale:
    """The content, the region and the styles at one scale, with their statistics and features.

    Each picture passes the network once, for all terms.

    Attributes:
        recipe: the weights and the course.
        network: the network, which sees pictures in tiles.
        content: shape (1, 3, height, width).
        extent: its size.
        mask: of the region, less where the content is transparent, shape (1, 1, height, width).
        support: 1 where the region paints, else 0, shape (1, 1, height, width).
        area: the number of pixels that it paints, at least 1, shape ().
        own: the content's features, and its statistics inside the region.
        styles: those whose weight is above 0, with their statistics and features.
        kinds: of the content's pixels, as :attr:`StyledMask.kinds`.
        faces: in the content, that are to keep their form.
        held: what the painting is held to, of the content's size; None where it is free.
    """

    def __init__(
        self,
        content: Picture,
        region: StyledMask,
        network: TiledNetwork,
        recipe: Recipe,
        should_stop: ShouldStop = lambda: False,
    ) -> None:
        self.recipe, self.network, self._should_stop = recipe, network, should_stop
        self.content = content.color
        self.extent, self.faces = content.extent, region.faces
        self.held = region.held
        if self.held is not None:
            self.held = Held(*(resize(each, content.extent) for each in self.held))
        self.mask = resize(region.mask, content.extent) * content.alpha
        self.support = support(self.mask)
        self.kinds = None if region.kinds is None else resize(region.kinds, content.extent)
        self.area = self.support.sum().clamp(min=1.0)
        self._weightings: dict[str, Weighting] = {}
        needs = _together(term.needs(recipe) for term in recipe.terms)
        masked = Picture(content.color, self.mask)
        self.own = network.extract(masked, needs.own_statistics, needs.own_features, should_stop)
        styled = bool(needs.statistics or needs.features)
        styles = [style for style in region.styles if style.weight > 0] if styled else []
        self.styles = [self._scaled(style, needs, should_stop) for style in styles]

    def _scaled(self, style: WeightedStyle, needs: Needs, should_stop: ShouldStop) -> ScaledStyle:
        """A style at the content's scale.

        The short side of a strip may become shorter than the network takes. The strip is then
        mirrored until it is wide enough, so that all of it is still the style.
        """
        min_side = self.network.network.min_side({*needs.statistics, *needs.features})
        side, stroke_size = max(self.content.shape[-2:]), self.recipe.stroke_size
        picture = mirrored(scaled(style.picture, side, stroke_size), min_side)
        plain, layers = self.network.plain, (tuple(needs.statistics), tuple(needs.features))
        found = remembered.once(
            lambda: plain.extract(picture, *layers, should_stop),
            Extracted.tensors, picture, layers, plain.identity,
        )  # fmt: skip
        kinds = style.kinds
        if kinds is not None:
            alike = scaled(Picture(kinds, style.picture.alpha), side, stroke_size)
            kinds = mirrored(alike, min_side).color
        return ScaledStyle(picture, style.weight, found, kinds)

    def weighting(self, layer: str) -> Weighting:
        """The weight of each position of a layer in the region, smaller near its border."""
        if layer not in self._weightings:
            found = self.own.weights.get(layer)
            if found is None:
                found = self.weights(layer, self.mask)
            self._weightings[layer] = Weighting.of(found)
        return self._weightings[layer]

    def seen_at(self, layers: Iterable[str]) -> list[str]:
        """The layers of these that have a position in the region."""
        return [layer for layer in layers if float(self.weighting(layer).total) > 0]

    def plain_weights(self, layer: str, mask: Tensor | None = None) -> Tensor:
        """The weight of each position by the mask alone, up to the border: shape (height, width).

        Args:
            layer: its name.
            mask: shape (1, 1, height, width); by default the region's.
        """
        place = self.network.network.layer(layer)
        return position_weights(self.mask if mask is None else mask, place, border_share=0)

    def kinds_at(self, layer: str) -> Tensor | None:
        """How much each position is of each kind, shape (kinds, height, width)."""
        return None if self.kinds is None else self._carried(layer, self.kinds)

    def kinds_of(self, layer: str, style: ScaledStyle) -> Tensor | None:
        """As :meth:`kinds_at`, of a style's positions. All are alike in a style without kinds."""
        if self.kinds is None:
            return None
        if style.kinds is None:
            like, count = style.extracted.weights[layer], self.kinds.shape[1]
            return like.new_full((count, *like.shape), 1 / count)
        return self._carried(layer, style.kinds)

    def _carried(self, layer: str, kinds: Tensor) -> Tensor:
        each = kinds.chunk(kinds.shape[1], dim=1)
        return torch.stack([self.plain_weights(layer, kind) for kind in each])

    def weights(self, layer: str, mask: Tensor) -> Tensor:
        """The weight of each position in a mask's statistics, smaller near its border.

        Args:
            layer: its name.
            mask: shape (1, 1, height, width) of the content.

        Returns:
            Shape (height, width).
        """
        return position_weights(mask, self.network.network.layer(layer))

    def extract(self, picture: Picture, layers: Collection[str]) -> Extracted:
        """The statistics of a style's picture at some layers."""
        return self.network.plain.extract(picture, layers, (), self._should_stop)

    def stride(self, layer: str) -> int:
        """Pixels between two positions of a layer."""
        return self.network.stride(layer)

    def zero(self) -> Tensor:
        """A loss of 0, shape ()."""
        return self.support.new_zeros(())


def _together(all_needs: Iterable[Needs]) -> Needs:
    """Every layer that any of them names, once."""
    each = list(all_needs)
    return Needs(
        *(
            tuple(dict.fromkeys(name for needs in each for name in getattr(needs, kind)))
            for kind in Needs.__dataclass_fields__
        )
    )
