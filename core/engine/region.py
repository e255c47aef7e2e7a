"""A region as it is painted: its content and mask, its styles, and the colours it ends in."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.methods import METHODS
from core.bridge.contract.settings import Settings
from core.engine.places import Place
from core.engine.strengths import drawn
from core.features.regions import StyledMask, WeightedStyle
from core.pixels import color, mixture
from core.pixels.enlarge import enlarge
from core.pixels.highlights import Highlights
from core.pixels.imaging import Picture, cut, extent_of, read, resize
from core.pixels.seamless import Continue, Margins, continued, seamless
from core.styles import flat, palette
from core.styles.gamut import Gamut
from core.system.stopping import Follow, alone

FADED = 0.25
"""The strength on a strength mask below which a painting is also laid on more thinly, so that it
ends where there is none. It is so much like the original there that no two outlines are seen."""


@dataclass(frozen=True)
class Region:
    """A region whose box is read.

    Attributes:
        place: where it lies, and which styles are named for it.
        content: what is seen in its box, within 0..1.
        mask: soft, shape (1, 1, height, width) of the box.
        whole: the content's colours as they came, brighter than white where they are, on the CPU.
        light: the curve that took the content down from them; None where it did not.
        strengths: of each pixel, by which the strength is multiplied, 0..1, of the mask's shape;
            None is 1 everywhere.
        full: whether it is painted at full strength, and mixed with its content at the end. What
            was painted is then the same for every strength.
    """

    place: Place
    content: Picture
    mask: Tensor
    whole: Tensor
    light: Highlights | None
    strengths: Tensor | None = None
    full: bool = False

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
        strengths = drawn(place.request, place.box)
        return cls(place, content, place.mask(), whole.color, light, strengths)

    def to(self, device: torch.device) -> Region:
        strengths = None if self.strengths is None else self.strengths.to(device)
        return replace(
            self, content=self.content.to(device), mask=self.mask.to(device), strengths=strengths
        )

    @property
    def coverage(self) -> Tensor:
        """How much of each pixel is painted, 0..1, shape (1, 1, height, width)."""
        if self.strengths is None:
            return self.mask
        return self.mask * (self.strengths / FADED).clamp(max=1)

    @property
    def strength(self) -> float:
        """How far it is painted from the content (0) to the style (1)."""
        return 1.0 if self.full else self.settings.strength

    def strength_at(self, extent: Extent, device: torch.device) -> float | Tensor:
        """The strength; where there is a mask of it, that of each pixel at a size, on a device."""
        if self.full or self.strengths is None:
            return self.strength
        return self.strength * resize(self.strengths, extent).to(device)

    @property
    def identity(self) -> str:
        """A text that differs for each content, found without looking at it."""
        return f"{self.place.request.content.identity} {self.place.box}"

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
            flat.shaded(self.place.narrowed(picture), self.content),
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
        return StyledMask(self.mask, shares).to(self.mask.device)

    def finished(self, painted: Tensor, gamut: Gamut | None, follow: Follow = alone) -> Tensor:
        """What was painted, at the box's own size, in the colours and the strength it is to have.

        Args:
            painted: of any size, where the region is.
            gamut: that it is held in; None where it may have any colours.
            follow: called after each piece.

        Returns:
            Shape (1, 3, height, width) of the box, on the CPU.
        """
        large = self._resized(painted, lambda share: follow(0.7 * share))
        pixel = extent_of(large).long_side / extent_of(painted).long_side

        def coloring(share: float) -> None:
            follow(0.7 + 0.3 * share)

        colored = self.colored(large, self.content, self.mask, gamut, coloring, pixel)
        return colored if self.light is None else self.light.restored(colored, self.whole)

    def colored(
        self,
        painted: Tensor,
        content: Picture,
        mask: Tensor,
        gamut: Gamut | None,
        follow: Follow = alone,
        pixel: float = 1.0,
    ) -> Tensor:
        """What was painted in the colours and the strength it is to have, on the CPU.

        Args:
            painted: of any size.
            content, mask: of the region, at that size.
            gamut: as for :meth:`finished`.
            follow: called after each piece.
            pixel: the side of what was one pixel when it was painted.
        """

        def coloring(share: float) -> None:
            follow(0.7 * share)

        def weakening(share: float) -> None:
            follow(0.7 + 0.3 * share)

        if gamut is not None:
            found = self._held(painted, content, mask, gamut, max(1, round(pixel)), coloring)
        else:
            found = self._colored(painted, content, mask, coloring)
        return self._weakened(found, content, weakening) if self.full else found

    def _held(
        self,
        painted: Tensor,
        content: Picture,
        mask: Tensor,
        gamut: Gamut,
        radius: int,
        follow: Follow,
    ) -> Tensor:
        """What was painted in the colours of a gamut, for windows of that radius."""
        cpu = torch.device("cpu")
        picture, seen = painted.to(cpu), (mask * content.alpha).to(cpu)
        strength = self.strength_at(content.extent, cpu)
        if not self.settings.tile:
            return gamut.held(picture, seen, strength, follow, radius=radius)
        around = Margins(2 * radius, 2 * radius)  # a colour is moved twice
        if isinstance(strength, Tensor):
            strength = continued(strength, around)
        picture, seen = continued(picture, around), continued(seen, around)
        held = gamut.held(picture, seen, strength, follow, radius=radius)
        return cut(held, Box(*around, *content.extent))

    def _colored(self, painted: Tensor, content: Picture, mask: Tensor, follow: Follow) -> Tensor:
        if self.place.colors == "keep":
            return color.keep_colors(painted, content.color, follow).cpu()
        if self.place.colors == "match" and not METHODS[self.settings.method].from_pictures:
            # There is no style picture to match before.
            whole = Picture(painted, mask * content.alpha)
            matched = palette.prepared(whole, content, mask, match=True, robust=False)
            return matched.color.cpu()
        return painted.cpu()

    def _weakened(self, painted: Tensor, content: Picture, follow: Follow) -> Tensor:
        """What was painted at full strength, at the strength that is asked for; on the CPU."""
        strength, strengths, extent = self.settings.strength, self.strengths, content.extent
        if strengths is None and strength == 1:
            return painted
        share = torch.ones_like(painted[:, :1])
        if strengths is not None:
            share = resize(strengths, extent).to(painted)
        below, share = content.color.to(painted), strength * share
        ratio = max(1.0, extent.long_side / self.settings.size)
        around = Margins(0, 0)
        if self.settings.tile:  # it has no ends, at which there would be less to see
            around = Margins(mixture.reach(ratio), mixture.reach(ratio))
            below, painted, share = (continued(part, around) for part in (below, painted, share))
        found = mixture.mixed(below, painted, share, ratio, follow)
        return cut(found, Box(*around, *extent))

    def _resized(self, painted: Tensor, follow: Follow) -> Tensor:
        """What was painted, at the content's size."""
        content, strength = self.content, self.strength
        larger = max(painted.shape[-2:]) > content.extent.long_side

        def brought(small: Tensor, around: Picture, _: Continue = lambda same: same) -> Tensor:
            if larger:
                return resize(small, around.extent, follow)
            return enlarge(small, around.color, strength, follow)

        if self.settings.tile and painted.shape[-2:] != content.color.shape[-2:]:
            return seamless(painted, content, brought)
        return brought(painted, content)
