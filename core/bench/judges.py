"""Judges how good a painting is, by networks that are not optimised here.

VGG-16 judges the style and AlexNet the content; for both, less is better. A picture is padded by
repeating its border, as everywhere here, where torchvision pads with ImageNet's mean. At 256 px
that changed the distance of patches by at most 0.003 and LPIPS by at most 0.005, for both paintings
of a comparison.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from core.features.chain import ChainNetwork
from core.features.models.alexnet import ALEXNET, HEADS
from core.features.models.vgg16 import VGG16
from core.features.weights import store

_ROWS = 4096
"""Patches that are compared at once. They take 65 MB of similarities for 4096 of the other side."""


class Judges:
    """Both networks in float32 on one device.

    Pictures are RGB in 0..1, shape (1, 3, height, width).
    """

    def __init__(self, weights: Path, device: torch.device) -> None:
        """Load the networks. Raises ImpastoError if their weights are missing or damaged."""
        self.device = device
        alexnet = store.load(ALEXNET.weights, weights)
        self._alexnet = ChainNetwork(ALEXNET, alexnet).to(device)
        self._heads = [alexnet[name].to(device) for name in HEADS]
        self._vgg = ChainNetwork(VGG16, store.load(VGG16.weights, weights)).to(device)

    @torch.inference_mode()
    def style(self, painted: Tensor, content: Tensor, style: Tensor) -> float:
        """The distance from the style, divided by that of the content: 0 to about 1."""
        wanted = self._patches(style)
        found, before = (
            sum(map(patch_distance, self._patches(picture), wanted))
            for picture in (painted, content)
        )
        return found / before

    @torch.inference_mode()
    def content(self, painted: Tensor, content: Tensor) -> float:
        """LPIPS (Zhang et al. 2018) with AlexNet: 0 for the content itself, mostly below 1."""
        pairs = zip(
            self._alexnet(painted, ALEXNET.layers).values(),
            self._alexnet(content, ALEXNET.layers).values(),
            self._heads,
            strict=True,
        )
        return sum(perceptual_distance(*pair) for pair in pairs)

    def _patches(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """The patches that are compared, shape (patches, values) each.

        They are patches of 3x3 positions of relu3_3, every second one each way, and single feature
        vectors of relu4_3.
        """
        found = self._vgg(picture, ["relu3_3", "relu4_3"])
        strokes = functional.unfold(found["relu3_3"], 3, stride=2)[0]
        return strokes.T, found["relu4_3"][0].flatten(1).T


def patch_distance(one: Tensor, other: Tensor) -> float:
    """The mean cosine distance of each patch to its nearest neighbour on the other side, both ways.

    It is the mean of both ways: a picture full of one patch of the style is near to the style, but
    the style is not near to it.

    Args:
        one, other: shape (patches, values).
    """
    one, other = (functional.normalize(patches, dim=1) for patches in (one, other))
    there = []
    back = one.new_full((len(other),), -1.0)
    for rows in torch.split(one, _ROWS):
        similar = rows @ other.T
        there.append(similar.max(dim=1).values)
        back = torch.maximum(back, similar.max(dim=0).values)
    return float(1 - (torch.cat(there).mean() + back.mean()) / 2)


def perceptual_distance(one: Tensor, other: Tensor, weights: Tensor) -> float:
    """LPIPS at one layer: the weighted squared difference of unit feature vectors, on average.

    Args:
        one, other: shape (1, channels, height, width).
        weights: per channel, shape (1, channels, 1, 1).
    """
    one, other = (
        features / (features.norm(dim=1, keepdim=True) + 1e-10) for features in (one, other)
    )
    return float(((one - other).square() * weights).sum(dim=1).mean())
