"""VGG-19's strides and fields at a hundredth of its arithmetic, and pictures for it."""

from __future__ import annotations

from dataclasses import replace

import torch

from core.bridge.contract.geometry import Extent
from core.features.chain import ChainNetwork
from core.features.descriptor import Chain, Convolution, vgg
from core.features.models.vgg19 import VGG19
from core.pixels.imaging import Picture, resize

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


def uniform(*blocks: tuple[int, ...], dtype: torch.dtype) -> ChainNetwork:
    """A VGG with so many channels, and uniform random weights that keep the features' size."""
    steps, tensors, channels = vgg(*blocks), dict[str, torch.Tensor](), 3

    def random(*shape: int, seed: int) -> torch.Tensor:
        return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)

    for seed, step in enumerate(step for step in steps if isinstance(step, Convolution)):
        kernel = random(step.channels, channels, 3, 3, seed=seed) - 0.5
        tensors[f"{step.weights}.weight"] = kernel * (2.5 / channels**0.5)
        tensors[f"{step.weights}.bias"] = random(step.channels, seed=seed) - 0.3
        channels = step.channels
    return ChainNetwork(Chain("small", steps, VGG19.weights), tensors)


def picture(seed: int, extent: Extent) -> Picture:
    """Random coarse blots in float64, opaque."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 3, 9, 11, generator=generator, dtype=torch.float64)
    return Picture(resize(coarse, extent).contiguous(), torch.ones(1, 1, *extent[::-1]).double())
