"""A region as it is painted: its content and mask, its styles, and the colours it ends in."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.bridge.contract.methods import METHODS
from core.bridge.contract.settings import Settings
from core.engine.places import Place
from core.features.regions import StyledMask, WeightedStyle
from core.pixels import color
from core.pixels.enlarge import enlarge
from core.pixels.highlights import Highlights
from core.pixels.imaging import Picture, read, resize
from core.pixels.seamless import seamless
from core.styles import palette
from core.system.stopping import Follow, alone


@dataclass(frozen=True)
class Region:
    """A region whose box is read.

    Attributes:
        place: where it lies, and which styles are named for it.
        content: what is seen in its box, within 0..1.
        mask: soft, shape (1, 1, height, width) of the box.
        whole: the content's colours as they came, brighter than white where they are, on the CPU.
        light: the curve that took the content down from them; None where it did not.
    """

    place: Place
    content: Picture
    mask: Tensor
    whole: Tensor
    light: Highlights | None

    @classmethod
    def read(cls, place: Place, light: Highlights | None, follow: Follow = alone) -> Region:
        """Read a region.

        Args:
            place: of it.
            light: the curve of the whole content, so that regions agree; None where that is
                within 0..1.
            follow: called after each piece of the box.
        """
        picture = read(place.request.content, place.box, lambda share: follow(0.7 * share))
        whole = picture.filled(lambda share: follow(0.7 + 0.3 * share))
        content = whole if light is None else light.compressed(whole)
        return cls(place, content, place.mask(), whole.color, light)

    def to(self, device: torch.device) -> Region:
        return replace(self, content=self.content.to(device), mask=self.mask.to(device))

    @property
    def settings(self) -> Settings:
        """How to paint it."""
        return self.place.request.settings

    def style(self, picture: Picture) -> Picture:
        """One of its styles as it is to be painted from.

        Raises:
            BadInput: the style's labels don't fit it.
        """
        return palette.prepared(
            self.place.narrowed(picture),
            self.content,
            self.mask,
            match=self.place.colors == "match",
            robust=self.settings.dark == "robust",
        )

    def styled_mask(self) -> StyledMask:
        """What it is to become, its styles read. Raises BadInput where one can't be used."""
        shares = tuple(
            WeightedStyle(self.style(style.read()), style.weight) for style in self.place.styles()
        )
        return StyledMask(self.mask, shares, self.settings.strength).to(self.mask.device)

    def finished(self, painted: Tensor, follow: Follow = alone) -> Tensor:
        """What was painted, at the box's own size and in the colours it is to have.

        Args:
            painted: of any size, where the region is.
            follow: called after each piece.

        Returns:
            Shape (1, 3, height, width) of the box, on the CPU.
        """
        large = self._resized(painted, lambda share: follow(0.7 * share))
        colored = self._colored(large, lambda share: follow(0.7 + 0.3 * share)).cpu()
        return colored if self.light is None else self.light.restored(colored, self.whole)

    def _resized(self, painted: Tensor, follow: Follow) -> Tensor:
        """What was painted, at the content's size."""
        content, strength = self.content, self.settings.strength
        larger = max(painted.shape[-2:]) > content.extent.long_side

        def brought(small: Tensor, around: Picture, _: Tensor) -> Tensor:
            if larger:
                return resize(small, around.extent, follow)
            return enlarge(small, around.color, strength, follow)

        if self.settings.tile and painted.shape[-2:] != content.color.shape[-2:]:
            return seamless(painted, content, self.mask, brought)
        return brought(painted, content, self.mask)

    def _colored(self, painted: Tensor, follow: Follow) -> Tensor:
        if self.place.colors == "keep":
            return color.keep_colors(painted, self.content.color, follow)
        if self.place.colors == "match" and not METHODS[self.settings.method].from_pictures:
            # There is no style picture to match before.
            whole = Picture(painted, self.mask * self.content.alpha)
            matched = palette.prepared(whole, self.content, self.mask, match=True, robust=False)
            return matched.color
        return painted
