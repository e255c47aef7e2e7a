"""VGG-19's strides and fields at a hundredth of its arithmetic, for float64."""

from __future__ import annotations

from dataclasses import replace

import torch

from core.features.chain import ChainNetwork
from core.features.descriptor import vgg
from core.features.models.vgg19 import VGG19

NARROW = replace(
    VGG19, steps=vgg(*((6 + 2 * block,) * n for block, n in enumerate((2, 2, 4, 4, 4))))
)


def weights() -> dict[str, torch.Tensor]:
    """Random ones (He et al. 2015), so that nothing dies on the way down."""
    tensors, channels = {}, 3
    generator = torch.Generator().manual_seed(0)
    for name, layer in NARROW.layers.items():
        shape = (layer.channels, channels, 3, 3)
        weight = torch.randn(*shape, generator=generator, dtype=torch.float64)
        place = name.replace("relu", "conv")
        tensors[f"{place}.weight"] = weight * (2 / (9 * channels)) ** 0.5
        tensors[f"{place}.bias"] = torch.zeros(layer.channels, dtype=torch.float64)
        channels = layer.channels
    return tensors


def features() -> ChainNetwork:
    return ChainNetwork(NARROW, weights())
