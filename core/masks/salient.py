"""What stands out in a picture, as a network has learnt it from people's outlines.

U2-Net (Qin et al. 2020): a U-net of six levels, each of which is a small U-net itself. See
:mod:`core.features.models.u2netp`.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Extent
from core.features.models.u2netp import DECODER, DEVIATION, ENCODER, MEAN, SIDE, SIDES, Block
from core.pixels.imaging import extent_of, resize
from core.system.stopping import ShouldStop, ask

_LAYOUT = {4: torch.channels_last, 1: torch.contiguous_format}
"""Kernels and biases: a pass of channels last takes 0.75 of the other's time (AVX2, one thread)."""


class SalientNetwork:
    """The network, ready to look at pictures."""

    def __init__(self, tensors: Mapping[str, Tensor], device: torch.device) -> None:
        """Build on trained tensors, on the device to work on."""
        self._device = device
        self._tensors = {
            name: tensor.to(device).contiguous(memory_format=_LAYOUT[tensor.dim()])
            for name, tensor in tensors.items()
        }

    @torch.inference_mode()
    def look(self, color: Tensor, should_stop: ShouldStop = lambda: False) -> Tensor:
        """How much each pixel belongs to what stands out.

        Args:
            color: RGB, shape (1, 3, height, width).
            should_stop: asked before each block.

        Returns:
            0..1, shape (1, 1, height, width). Its authors stretch the values until the smallest is
            0 and the largest 1; here they stay, as a picture without a subject has none above 0.5.

        Raises:
            Stopped: ``should_stop`` returned True.
        """
        found = self._pass(_prepared(color).to(self._device), should_stop)
        return resize(found.to(color.device), extent_of(color)).clamp(0, 1)

    def _pass(self, x: Tensor, should_stop: ShouldStop) -> Tensor:
        """The network's own map, shape (1, 1, SIDE, SIDE), of a prepared picture."""
        kept: list[Tensor] = []
        for block in ENCODER:
            ask(should_stop)
            x = self._block(block, _halved(x) if kept else x)
            kept.append(x)
        maps = [x]
        for block in DECODER:
            ask(should_stop)
            across = kept[len(kept) - 1 - len(maps)]
            x = self._block(block, torch.cat((_as_large(x, across), across), dim=1))
            maps.append(x)
        sides = [
            _as_large(self._convolved(f"side{number}", maps[SIDES - number]), maps[-1])
            for number in range(1, SIDES + 1)
        ]
        return self._convolved("outconv", torch.cat(sides, dim=1), padding=0).sigmoid()

    def _block(self, block: Block, x: Tensor) -> Tensor:
        first, *rest = block.convolutions
        down, up = rest[: block.depth], rest[block.depth :]
        whole = x = self._activated(first, x)
        kept: list[Tensor] = []
        for level, name in enumerate(down):
            last = level == block.depth - 1
            dilation = 2**level if block.dilated else 1 + last
            if level and not last and not block.dilated:
                x = _halved(x)
            x = self._activated(name, x, dilation)
            kept.append(x)
        kept.pop()
        for name in up:
            across = kept.pop()
            dilation = 2 ** len(kept) if block.dilated else 1
            x = self._activated(name, torch.cat((_as_large(x, across), across), dim=1), dilation)
        return whole + x

    def _activated(self, name: str, x: Tensor, dilation: int = 1) -> Tensor:
        return self._convolved(name, x, padding=dilation, dilation=dilation).relu_()

    def _convolved(self, name: str, x: Tensor, padding: int = 1, dilation: int = 1) -> Tensor:
        kernel, bias = self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"]
        return functional.conv2d(x, kernel, bias, padding=padding, dilation=dilation)


def _prepared(color: Tensor) -> Tensor:
    small = resize(color, Extent(SIDE, SIDE)).clamp(0, 1)
    small = small / small.max().clamp(min=torch.finfo(small.dtype).tiny)
    mean, deviation = (small.new_tensor(v).view(1, 3, 1, 1) for v in (MEAN, DEVIATION))
    return ((small - mean) / deviation).contiguous(memory_format=torch.channels_last)


def _halved(x: Tensor) -> Tensor:
    return functional.max_pool2d(x, 2, 2, ceil_mode=True)


def _as_large(x: Tensor, other: Tensor) -> Tensor:
    """Enlarged to the other's height and width."""
    return functional.interpolate(x, other.shape[-2:], mode="bilinear", align_corners=False)
