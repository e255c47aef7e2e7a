"""Regions, and what weight each neuron of a layer has in a region's statistics.

A mask at the picture's resolution becomes weights at a layer's. A neuron near the region's border
sees across it, so the region is shrunk by a part of the layer's receptive field first. Where that
would leave nothing, the plain mask is taken.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from core.features.descriptor import Layer, Network
from core.pixels.imaging import Picture

BORDER_SHARE = 0.25
"""How much of its receptive field a neuron keeps from the border.

Half the field would see nothing of the other side, but leaves most regions without any relu5_1; a
neuron's effective field is a bell about half as wide (Luo et al. 2016, "Understanding the
effective receptive field").
"""


class Share(NamedTuple):
    """A picture to paint like, where its alpha is above 0, and what part of the style it is."""

    picture: Picture
    weight: float


@dataclass(frozen=True)
class Region:
    """A soft mask with its styles and its strength.

    Attributes:
        mask: 0..1, shape (1, 1, height, width) of the content.
        styles: the pictures to paint like, one or a mixture; their weights sum to 1.
        strength: 0 (the content) to 1 (the style).
    """

    mask: Tensor
    styles: tuple[Share, ...]
    strength: float

    def to(self, device: torch.device) -> Region:
        styles = (Share(picture.to(device), weight) for picture, weight in self.styles)
        return Region(self.mask.to(device), tuple(styles), self.strength)


def layer_weights(
    mask: Tensor,
    network: Network,
    layers: Collection[str],
    border_share: float = BORDER_SHARE,
) -> dict[str, Tensor]:
    """The weight of every neuron of the named layers in the region's statistics.

    Args:
        mask: shape (1, 1, height, width) of the picture the network sees.
        network: whose layers.
        layers: their names.
        border_share: how much of its field a neuron keeps from the border; 0 is the plain mask.

    Returns:
        Shape (neurons down, neurons across) each, values 0..1; 0 everywhere where no neuron
        stands for a pixel of the mask, as a deep layer may have none for a speck at the border.
    """
    return {name: neuron_weights(mask, network.layer(name), border_share) for name in layers}


def neuron_weights(mask: Tensor, layer: Layer, border_share: float = BORDER_SHARE) -> Tensor:
    """As :func:`layer_weights`, of one layer of whatever network."""
    plain = _carry(mask, layer)
    if border_share == 0 or bool((mask == mask.flatten()[0]).all()):
        return plain  # no border inside the picture
    radius = round(layer.field * border_share)
    shrunk = _carry(_erode(mask, radius), layer)
    # A remainder of less than one neuron says nothing about the region.
    return shrunk if float(shrunk.sum()) >= 1.0 else plain


def _carry(mask: Tensor, layer: Layer) -> Tensor:
    """Each neuron's share of the mask: the mean over the pixels it stands for."""
    height, width = (layer.neurons(pixels) * layer.stride for pixels in mask.shape[-2:])
    places = _part(mask, layer.offset, height, width)
    return (functional.avg_pool2d(places, layer.stride) if layer.stride > 1 else places)[0, 0]


def _part(mask: Tensor, offset: float, height: int, width: int) -> Tensor:
    """So many pixels of the mask from ``offset`` on, halves too; its border repeated beyond it."""
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
    """The smallest value within ``radius``; what lies outside of the picture counts for nothing.

    Separable, and in strides of the largest window that pooling takes cheaply.
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
    """1 where the region paints at all, 0 where the content stays untouched."""
    return (mask > 1 / 512).to(mask.dtype)
