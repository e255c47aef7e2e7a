"""Regions, and the weight of each position of a layer in a region's statistics.

A mask at the picture's resolution becomes weights at a layer's resolution. A position near the
region's border sees across it, so the region is first shrunk by a part of the layer's receptive
field. If that would leave nothing, the mask is used as it is.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from core.features.descriptor import Layer, Network
from core.features.faces import Face
from core.motion.flow import NEW
from core.pixels.imaging import Picture

BORDER_SHARE = 0.25
"""How far positions keep from the border, as a share of their receptive field.

At half the receptive field they would see nothing of the other side, but most regions would have
no position of relu5_1 left. A position's effective receptive field is a bell about half as wide
(Luo et al. 2016, "Understanding the effective receptive field").
"""


class WeightedStyle(NamedTuple):
    """A picture that is a style, where its alpha is above 0, and its weight among the styles.

    Attributes:
        picture: the style.
        weight: of all styles of a region, 0..1.
        kinds: as :attr:`StyledMask.kinds`, of the picture's size; None says nothing of it.
    """

    picture: Picture
    weight: float
    kinds: Tensor | None = None


class Held(NamedTuple):
    """A picture that a painting is held to, such as the painting of the frame before.

    Attributes:
        picture: shape (1, 3, height, width).
        weight: how much, 0..1, shape (1, 1, height, width).
    """

    picture: Tensor
    weight: Tensor

    @property
    def new(self) -> Tensor:
        """Where nothing of it is kept: 0..1, of the weight's shape."""
        return 1 - (self.weight / NEW).clamp(max=1)

    def to(self, device: torch.device) -> Held:
        return Held(self.picture.to(device), self.weight.to(device))


@dataclass(frozen=True)
class StyledMask:
    """A soft mask with its styles.

    Attributes:
        mask: 0..1, shape (1, 1, height, width) of the content.
        styles: one picture or a mixture; their weights sum to 1.
        kinds: how much each pixel of the content is of each kind, such as the subject and what is
            behind it. What is of one kind is matched with the styles' of that kind first. Values
            0..1 that sum to 1, shape (1, kinds, height, width) of any size; None makes no
            difference between pixels.
        faces: in the content, that are to keep their form.
        held: what the painting is held to, of any size; None where it is free.
    """

    mask: Tensor
    styles: tuple[WeightedStyle, ...]
    kinds: Tensor | None = None
    faces: tuple[Face, ...] = ()
    held: Held | None = None

    def to(self, device: torch.device) -> StyledMask:
        styles = (
            WeightedStyle(style.picture.to(device), style.weight, _to(style.kinds, device))
            for style in self.styles
        )
        return replace(
            self,
            mask=self.mask.to(device),
            styles=tuple(styles),
            kinds=_to(self.kinds, device),
            held=None if self.held is None else self.held.to(device),
        )


def _to(values: Tensor | None, device: torch.device) -> Tensor | None:
    return None if values is None else values.to(device)


def layer_weights(
    mask: Tensor,
    network: Network,
    layers: Collection[str],
    border_share: float = BORDER_SHARE,
) -> dict[str, Tensor]:
    """The weight of every position of the named layers in the region's statistics.

    Args:
        mask: shape (1, 1, height, width) of the picture that the network sees.
        network: whose layers.
        layers: their names.
        border_share: as :data:`BORDER_SHARE`; 0 is the plain mask.

    Returns:
        Shape (positions down, positions across) each, values 0..1. All are 0 if no position stands
        for a pixel of the mask: a deep layer may have none for a speck at the border.
    """
    return {name: position_weights(mask, network.layer(name), border_share) for name in layers}


def position_weights(mask: Tensor, layer: Layer, border_share: float = BORDER_SHARE) -> Tensor:
    """As :func:`layer_weights`, of one layer of any network."""
    plain = _carry(mask, layer)
    if border_share == 0 or bool((mask == mask.flatten()[0]).all()):
        return plain  # no border inside the picture
    radius = round(layer.receptive_field * border_share)
    shrunk = _carry(_erode(mask, radius), layer)
    # Less than one position in all says nothing about the region.
    return shrunk if float(shrunk.sum()) >= 1.0 else plain


def _carry(mask: Tensor, layer: Layer) -> Tensor:
    """The mean of the mask over the pixels that each position stands for."""
    height, width = (layer.positions(pixels) * layer.stride for pixels in mask.shape[-2:])
    places = _part(mask, layer.offset, height, width)
    return (functional.avg_pool2d(places, layer.stride) if layer.stride > 1 else places)[0, 0]


def _part(mask: Tensor, offset: float, height: int, width: int) -> Tensor:
    """A part of the mask from ``offset``, which may be a half, on. The border is repeated."""
    first, half = math.floor(offset), int(offset % 1 > 0)
    before = max(0, -first)
    below, behind = (
        max(0, first + length + half - pixels)
        for length, pixels in zip((height, width), mask.shape[-2:], strict=True)
    )
    if before or below or behind:
        mask = functional.pad(mask, (before, behind, before, below), mode="replicate")
    start = first + before
    part = mask[..., start : start + height + half, start : start + width + half]
    return functional.avg_pool2d(part, 2, 1) if half else part


def _erode(mask: Tensor, radius: int) -> Tensor:
    """The smallest value within ``radius``; what lies outside the picture is ignored.

    Separable, and repeated with the largest window that is cheap to pool.
    """
    negative = -mask
    while radius > 0:
        step = min(radius, 8)
        size = 2 * step + 1
        negative = functional.max_pool2d(negative, (size, 1), 1, (step, 0))
        negative = functional.max_pool2d(negative, (1, size), 1, (0, step))
        radius -= step
    return -negative


def support(mask: Tensor) -> Tensor:
    """1 where the region paints, 0 where the content stays untouched."""
    return (mask > 1 / 512).to(mask.dtype)
