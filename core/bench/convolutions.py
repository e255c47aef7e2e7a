"""The bare convolutions of a network, the lower bound of an iteration, and their operations."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Extent
from core.features.descriptor import Chain, Convolution
from core.features.operators import convolution_backward


def needed(network: Chain, layers: Collection[str]) -> list[Convolution]:
    """The convolutions of a network up to the deepest of the layers."""
    found = network.convolutions
    deepest = max(place for place, step in enumerate(found) if step.name in layers)
    return list(found[: deepest + 1])


def operations(network: Chain, layers: Collection[str], extent: Extent) -> float:
    """The operations of their forward pass; a multiplication and an addition are two.

    The backward pass to the picture, with fixed weights, takes as many.
    """
    return sum(
        2.0 * step.kernel**2 * channels * step.channels * width * height
        for step, channels, (_, (width, height)) in _shapes(network, layers, extent)
    )


def bare(
    network: Chain,
    layers: Collection[str],
    extent: Extent,
    dtype: torch.dtype,
    device: torch.device,
) -> list[tuple[Tensor, Tensor, Tensor, Convolution]]:
    """Random inputs, output gradients and kernels, in the memory layout that painterly uses."""
    found = []
    for step, channels, ((width, height), (across, down)) in _shapes(network, layers, extent):
        shapes = (
            (1, channels, height, width),
            (1, step.channels, down, across),
            (step.channels, channels, step.kernel, step.kernel),
        )
        tensors = [
            torch.randn(shape, device=device)
            .to(dtype)
            .contiguous(memory_format=torch.channels_last)
            for shape in shapes
        ]
        found.append((tensors[0], tensors[1], tensors[2], step))
    return found


@torch.inference_mode()
def forward_and_backward(work: list[tuple[Tensor, Tensor, Tensor, Convolution]]) -> None:
    """Run each convolution forward and backward to its input, without ReLU, pooling or loss."""
    for features, slope, kernel, step in work:
        functional.conv2d(features, kernel, None, step.stride, step.padding)
        convolution_backward(slope, features, kernel, step.stride, step.padding)


def _shapes(
    network: Chain, layers: Collection[str], extent: Extent
) -> Iterator[tuple[Convolution, int, tuple[Extent, Extent]]]:
    """Each convolution, the channels of its input, and the sizes of its input and output."""
    wanted = needed(network, layers)
    channels, size = 3, extent
    for step in network.steps:
        before = size
        size = Extent(*((n + 2 * step.padding - step.kernel) // step.stride + 1 for n in size))
        if isinstance(step, Convolution):
            yield step, channels, (before, size)
            channels = step.channels
            if step is wanted[-1]:
                return
