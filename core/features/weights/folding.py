"""Folds a linear step before or behind a convolution into the convolution's weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.features.descriptor import Input


def fold(given: Input, tensors: dict[str, Tensor], first: str) -> None:
    """Change the first convolution's weights, in place, so that it takes RGB in 0..1.

    W((s*x - m) / d) + b = (s*W/d)x + (b - sum(W*m/d)). This is exact where the picture is padded by
    its own values, not by zeros. It is computed in float64 and rounded once, so that every machine
    gets the same bytes.

    Args:
        given: the form of pictures that the convolution takes.
        tensors: of the network.
        first: the convolution's name in them, without ``.weight``.
    """
    mean, deviation = (
        torch.tensor(values, dtype=torch.float64)[:, None, None]
        for values in (given.mean, given.deviation)
    )
    kernel = tensors[f"{first}.weight"].double() / deviation
    shift = (kernel * mean).sum(dim=(1, 2, 3))
    tensors[f"{first}.bias"] = (tensors[f"{first}.bias"].double() - shift).float()
    kernel = kernel.flip(1) if given.bgr else kernel
    tensors[f"{first}.weight"] = (kernel * given.scale).float().contiguous()


def fold_normalization(weight: Tensor, norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Weight and bias of a convolution and the batch normalisation behind it, on the CPU.

    g (Wx - m) / sqrt(v + e) + b, computed in float64 and rounded once.
    """
    mean, variance, gain, shift = (
        values.detach().double().cpu()
        for values in (norm.running_mean, norm.running_var, norm.weight, norm.bias)
        if values is not None
    )
    scale = gain / (variance + norm.eps).sqrt()
    folded = weight.detach().double().cpu() * scale[:, None, None, None]
    return folded.float().contiguous(), (shift - mean * scale).float()
