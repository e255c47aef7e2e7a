"""What the terms of a scale are made of: the content, its region and the styles, looked at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from torch import Tensor

from core.features.regions import Region, Share, neuron_weights, support
from core.features.statistics import Weighting
from core.painterly.terms.term import Looks
from core.painterly.view import Look, View
from core.pixels.imaging import Picture, fit, mirrored, resize
from core.system.stopping import ShouldStop

if TYPE_CHECKING:
    from core.painterly.recipe import Recipe


class Seen(NamedTuple):
    """A style at the content's scale.

    Attributes:
        picture: its pixels.
        share: of all styles, 0..1.
        look: what the network found of it.
    """

    picture: Picture
    share: float
    look: Look


class Scale:
    """One scale's pictures, each looked at once for all terms.

    Attributes:
        content: shape (1, 3, height, width).
        support: 1 where the region paints, else 0, shape (1, 1, height, width).
        area: the number of pixels that it paints, at least 1, shape ().
        own: what the network found of the content, its statistics those of the region.
        styles: what it found of the styles that count.
        strength: of the region, 0..1.
    """

    def __init__(
        self,
        content: Picture,
        region: Region,
        view: View,
        recipe: Recipe,
        should_stop: ShouldStop = lambda: False,
    ) -> None:
        self.recipe, self.view = recipe, view
        self.content = content.color
        self.strength = region.strength
        self.mask = resize(region.mask, content.extent) * content.alpha
        self.support = support(self.mask)
        self.area = self.support.sum().clamp(min=1.0)
        self._weightings: dict[str, Weighting] = {}
        wanted = _together(term.looks(recipe, region.strength) for term in recipe.terms)
        masked = Picture(content.color, self.mask)
        self.own = view.look(masked, wanted.own_statistics, wanted.own_features, should_stop)
        styled = bool(wanted.statistics or wanted.features)
        styles = [style for style in region.styles if style.weight > 0] if styled else []
        self.styles = [self._look(style, wanted, should_stop) for style in styles]

    def _look(self, style: Share, wanted: Looks, should_stop: ShouldStop) -> Seen:
        """What a style has at the content's scale.

        Of a strip the short side may have shrunk to less than the network takes: mirrored, it is
        wide enough, and all of it is still the style.
        """
        least = self.view.network.least({*wanted.statistics, *wanted.features})
        scaled = style.picture.resize(fit(style.picture.extent, max(self.content.shape[-2:])))
        picture = mirrored(scaled, least)
        look = self.view.look(picture, wanted.statistics, wanted.features, should_stop)
        return Seen(picture, style.weight, look)

    def weighting(self, layer: str) -> Weighting:
        """What each position of a layer counts in the region, less near its border."""
        if layer not in self._weightings:
            place = self.view.network.layer(layer)
            self._weightings[layer] = Weighting.of(neuron_weights(self.mask, place))
        return self._weightings[layer]

    def seen_at(self, layers: Iterable[str]) -> list[str]:
        """Those of the layers at which some position is the region's."""
        return [layer for layer in layers if float(self.weighting(layer).total) > 0]

    def plain_weights(self, layer: str, mask: Tensor | None = None) -> Tensor:
        """What each position counts by the mask alone, up to the border: shape (height, width).

        Args:
            layer: its name.
            mask: another than the region's, shape (1, 1, height, width).
        """
        place = self.view.network.layer(layer)
        return neuron_weights(self.mask if mask is None else mask, place, border_share=0)

    def stride(self, layer: str) -> int:
        """Pixels between two positions of a layer."""
        return self.view.stride(layer)

    def nothing(self) -> Tensor:
        """A loss of 0, shape ()."""
        return self.support.new_zeros(())


def _together(all_looks: Iterable[Looks]) -> Looks:
    """Every layer that any of them names, once."""
    each = list(all_looks)
    return Looks(
        *(
            tuple(dict.fromkeys(name for looks in each for name in getattr(looks, kind)))
            for kind in Looks.__dataclass_fields__
        )
    )
