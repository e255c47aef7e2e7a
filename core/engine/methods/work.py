"""A region at the size that it is worked on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.features.regions import Held, StyledMask
from core.pixels.imaging import Picture, cut, extent_of, resize, to_pixels
from core.pixels.seamless import seen_at
from core.system.stopping import Follow

Colored = Callable[[Tensor, Picture, Tensor], Tensor]
"""What was painted in the colours it is to have, from the content and the mask, all of its size and
on the CPU: see :meth:`core.engine.region.Region.colored`."""


class Work(NamedTuple):
    """A region's content and mask, made smaller.

    Attributes:
        content: padded where a side is shorter than a network takes.
        styled: its mask of that size, and its styles.
        extent: the size without the padding.
        strength: everywhere, or of each pixel, of the mask's shape.
    """

    content: Picture
    styled: StyledMask
    extent: Extent
    strength: float | Tensor

    @classmethod
    def of(
        cls,
        content: Picture,
        styled: StyledMask,
        extent: Extent,
        least: int,
        follow: Follow,
        repeats: bool = False,
        strength: float | Tensor = 1.0,
    ) -> Work:
        """Of a region.

        Args:
            content, styled: at the size of the region's box.
            extent: to work at.
            least: pixels that each side has at least, with the padding.
            follow: called after each piece.
            repeats: whether the content does.
            strength: everywhere, or of each pixel at the size of the region's box.
        """
        small = seen_at(content, extent, repeats=repeats, follow=follow)
        mask = resize(styled.mask, extent, follow)
        right, down = (max(0, least - side) for side in extent)
        padding = (0, right, 0, down)
        padded = Picture(
            functional.pad(small.color, padding, mode="replicate"),
            functional.pad(small.alpha, padding),
        )
        kinds, faces = styled.kinds, styled.faces
        if kinds is not None:
            kinds = functional.pad(resize(kinds, extent, follow), padding, mode="replicate")
        if isinstance(strength, Tensor):
            strength = functional.pad(resize(strength, extent, follow), padding)
        if right or down:
            faces = tuple(face.within(Box.of(padded.extent), extent) for face in faces)
        held = styled.held
        if held is not None:
            kept = (resize(each, extent, follow) for each in held)
            held = Held(*(functional.pad(each, padding, mode="replicate") for each in kept))
        masked = replace(
            styled, mask=functional.pad(mask, padding), kinds=kinds, faces=faces, held=held
        )
        return cls(padded, masked, extent, strength)

    def bared(self, painted: Tensor) -> Tensor:
        """What was painted on it, without the padding."""
        return painted[..., : self.extent.height, : self.extent.width]

    def shown(self, picture: Tensor, colored: Colored) -> Pixels:
        """How the region looks at some step of painting, at that step's scale.

        Args:
            picture: of that scale, shape (1, 3, height, width).
            colored: gives it the colours that the painting will have.
        """
        whole, cpu = self.content.extent, torch.device("cpu")
        scale = extent_of(picture)
        below, mask = self.content.resize(scale).to(cpu), resize(self.styled.mask, scale).to(cpu)
        color = torch.lerp(below.color, colored(picture.to(cpu), below, mask), mask)
        width = max(1, round(scale.width * self.extent.width / whole.width))
        height = max(1, round(scale.height * self.extent.height / whole.height))
        seen = Box(0, 0, width, height)
        return to_pixels(
            Picture(cut(color, seen), cut(below.alpha, seen)), PixelFormat("RGB", "u8")
        )
