"""The bare convolutions of a network, the lower bound of an iteration, and their operations.

They are computed by the algorithms that the engine has chosen on this machine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Extent
from core.features.convolutions import choice
from core.features.convolutions.algorithm import Algorithm
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


@dataclass(frozen=True)
class Bare:
    """One convolution with random numbers, in the memory layout that painterly uses.

    Attributes:
        step: the layer.
        given: the input.
        slope: the gradient at the output.
        kernel: its weights.
        chosen: the algorithm, if it is another than a plain call of PyTorch's own.
    """

    step: Convolution
    given: Tensor
    slope: Tensor
    kernel: Tensor
    chosen: Algorithm | None

    def run(self) -> None:
        """Forward, and backward to the input. A plain call runs without its ReLU.

        In other algorithms the ReLU is part of a pass that is needed anyway; its gradient is not
        counted.
        """
        if self.chosen is None:
            functional.conv2d(self.given, self.kernel, None, self.step.stride, self.step.padding)
            convolution_backward(
                self.slope, self.given, self.kernel, self.step.stride, self.step.padding
            )
        else:
            self.chosen.forward(self.given, self.step.padding)
            self.chosen.backward(self.slope, None, self.given, self.step.padding)


@torch.inference_mode()
def bare(
    network: Chain,
    layers: Collection[str],
    extent: Extent,
    dtype: torch.dtype,
    device: torch.device,
    choices: Path | None,
) -> list[Bare]:
    """The convolutions up to the deepest of the layers.

    Args:
        network: the descriptor.
        layers: by name.
        extent: of the picture.
        dtype, device: in which they compute.
        choices: the file of :func:`core.features.convolutions.choice.measure_once`.
    """

    def random(*shape: int) -> Tensor:
        found = torch.randn(shape, device=device).to(dtype)
        return found.contiguous(memory_format=torch.channels_last) if len(shape) == 4 else found

    shapes = list(_shapes(network, layers, extent))
    tensors: dict[str, Tensor] = {}
    for step, channels, _ in shapes:
        tensors[f"{step.weights}.weight"] = random(
            step.channels, channels, step.kernel, step.kernel
        )
        tensors[f"{step.weights}.bias"] = random(step.channels)
    last = network.steps.index(shapes[-1][0])
    chosen = choice.algorithms(replace(network, steps=network.steps[: last + 1]), tensors, choices)
    return [
        Bare(
            step,
            random(1, channels, height, width),
            random(1, step.channels, down, across),
            tensors[f"{step.weights}.weight"],
            chosen.get(step.name),
        )
        for step, channels, ((width, height), (across, down)) in shapes
    ]


@torch.inference_mode()
def forward_and_backward(work: list[Bare]) -> None:
    """Run each of them, without poolings or losses."""
    for each in work:
        each.run()


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
