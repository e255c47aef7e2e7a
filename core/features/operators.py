"""The backward passes of single operations, by private operators of PyTorch.

This is the only file that calls ``torch.ops``, which may change with any version of PyTorch.
Autograd calls the same operators. Calling them by hand lets a caller choose where a result is
written and when a tensor is freed; :class:`core.features.chain.ChainTrace` says what that saves.
Tests compare each with autograd: a new version of PyTorch that changes one makes them fail.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent

_aten = torch.ops.aten
_mkldnn = torch.ops.mkldnn


def relu_backward(slope: Tensor, made: Tensor, out: Tensor) -> None:
    """Write the gradient at a ReLU's input.

    Args:
        slope: the gradient at its output.
        made: its output.
        out: is written to; it may be ``slope``.
    """
    _aten.threshold_backward.grad_input(slope, made, 0, grad_input=out)


def convolution_backward(
    slope: Tensor, given: Tensor, weight: Tensor, stride: int, padding: int
) -> Tensor:
    """The gradient at a square convolution's input.

    Args:
        slope: the gradient at its output, shape (1, outputs, height, width).
        given: its input, shape (1, inputs, height, width).
        weight: its kernel, shape (outputs, inputs, size, size).
        stride, padding: as in the forward pass.
    """
    found: Tensor = _aten.convolution_backward(
        slope, given, weight, None, [stride] * 2, [padding] * 2, [1, 1], False, [0, 0], 1,
        [True, False, False],
    )[0]  # fmt: skip
    return found


def max_pool_backward(
    slope: Tensor,
    given: Tensor,
    places: Tensor,
    kernel: int,
    stride: int,
    padding: int,
    out: Tensor,
) -> None:
    """Write the gradient at a square max pooling's input.

    Args:
        slope: the gradient at its output.
        given: its input.
        places: of the maxima, as ``functional.max_pool2d`` returns them.
        kernel, stride, padding: as in the forward pass.
        out: is written to.
    """
    _aten.max_pool2d_with_indices_backward.grad_input(
        slope, given, [kernel] * 2, [stride] * 2, [padding] * 2, [1, 1], False, places,
        grad_input=out,
    )  # fmt: skip


def pad_backward(slope: Tensor, given: Tensor, margin: int, mode: str) -> Tensor:
    """The gradient at the input of a padding.

    Args:
        slope: the gradient at its output.
        given: its input.
        margin: the pixels that it adds on each side.
        mode: ``reflect``, ``replicate`` or ``circular``.
    """
    if mode == "circular":
        return _unwrapped(slope, margin)
    undo = {
        "reflect": _aten.reflection_pad2d_backward,
        "replicate": _aten.replication_pad2d_backward,
    }[mode]
    found: Tensor = undo(slope, given, [margin] * 4)
    return found


def enlarge_backward(slope: Tensor, given: Extent) -> Tensor:
    """The gradient at a picture that was resized by bilinear interpolation, corners not aligned.

    Args:
        slope: the gradient at what was made of it, shape (1, channels, height, width).
        given: the picture's size.
    """
    shape = [*slope.shape[:2], given.height, given.width]
    found: Tensor = _aten.upsample_bilinear2d_backward(
        slope, list(slope.shape[2:]), shape, False, None, None
    )
    return found


def can_pack(weight: Tensor) -> bool:
    """Whether :class:`PackedKernel` takes a kernel of that device and type."""
    if weight.device.type != "cpu" or not torch._C._has_mkldnn:
        return False
    if weight.dtype == torch.bfloat16:
        return bool(_mkldnn._is_mkldnn_bf16_supported())
    return weight.dtype == torch.float32


class PackedKernel:
    """A square kernel in the layout of oneDNN, PyTorch's library of convolutions on a CPU.

    What ``torch.compile`` makes of a convolution calls these operators too. Where the picture asks
    for another layout than a small one does, oneDNN lays the kernel out anew, as it does without.
    """

    def __init__(self, weight: Tensor) -> None:
        """Lay out a kernel, shape (outputs, inputs, size, size)."""
        size, inputs = weight.shape[-1], weight.shape[1]
        self._weight = _mkldnn._reorder_convolution_weight(
            weight, [size // 2] * 2, [1, 1], [1, 1], 1, [1, inputs, 24, 32]
        )

    def convolve(
        self, given: Tensor, padding: int, bias: Tensor | None = None, *, relu: bool = False
    ) -> Tensor:
        """Convolve with stride 1, and then take the ReLU if it is asked for.

        Args:
            given: the input, shape (1, inputs, height, width).
            padding: the zeros that are added on each side.
            bias: shape (outputs,).
            relu: whether what is negative becomes 0.
        """
        then = "relu" if relu else "none"
        found: Tensor = _mkldnn._convolution_pointwise(
            given, self._weight, bias, [padding] * 2, [1, 1], [1, 1], 1, then, [], None
        )
        return found


def _unwrapped(slope: Tensor, margin: int) -> Tensor:
    """What lies in the margins added to where it came from, on the other side."""
    found = slope.clone()
    for axis in (-2, -1):
        inner = found.shape[axis] - 2 * margin
        found.narrow(axis, margin, margin).add_(found.narrow(axis, margin + inner, margin))
        found.narrow(axis, inner, margin).add_(found.narrow(axis, 0, margin))
        found = found.narrow(axis, margin, inner)
    last = slope.is_contiguous(memory_format=torch.channels_last)
    return found.contiguous(memory_format=torch.channels_last if last else torch.contiguous_format)
