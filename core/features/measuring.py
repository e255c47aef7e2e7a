"""Measures the geometry of a network's layers: stride, receptive field, padding and size.

A position's receptive field is the set of pixels at which its features have a slope (Luo et al.
2016, "Understanding the effective receptive field"). For the measurement all weights and the
picture are positive, so that nothing cancels, and poolings average, so that no pixel is left out.
What is found is all that the architecture lets the position see.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from core.bridge.contract.errors import BadInput
from core.features.descriptor import Layer

_BREADTH = 64
"""Short side in pixels of the strip that the network is given; fields are measured along the long
side."""

_LENGTHS = (256, 512, 1024, 2048)
"""Long sides to try, in pixels. The first whose ends a position in the middle does not see is
used."""


def measured(name: str, network: nn.Module, layers: Collection[str]) -> dict[str, Layer]:
    """The geometry of a network's layers, by name.

    Args:
        name: of the network, for messages.
        network: maps shape (1, 3, height, width) to features by layer. Its weights are overwritten.
        layers: their names.

    Returns:
        Sorted by stride, then by receptive field, which is the order that the picture passes them.

    Raises:
        BadInput: a layer has no feature maps, sees all of a picture, sees less one way than the
            other, or has another size than a convolution's.
    """
    generator = torch.Generator().manual_seed(0)
    for values in network.state_dict().values():
        if values.is_floating_point():
            few = values[0].numel() if values.dim() > 1 else 1
            values.uniform_(0.5, 1.5, generator=generator).div_(few)
    network = network.double().eval()
    found = {}
    for layer in layers:
        across, down = (_along(name, network, layer, turned) for turned in (False, True))
        if across[:2] != down[:2]:
            raise BadInput(
                "{network}: {layer} sees less one way than the other: take another layer.",
                network=name,
                layer=layer,
            )
        channels, (stride, field, before) = across[2], (*across[:2], across[3])
        found[layer] = Layer(layer, channels, stride, field, ((field, stride, before),))
    _check_sizes(name, network, found)
    return dict(sorted(found.items(), key=lambda item: (item[1].stride, item[1].receptive_field)))


def _along(name: str, network: nn.Module, layer: str, turned: bool) -> tuple[int, int, int, int]:
    """Stride, receptive field, channels and padding, along one side of the picture."""
    for length in _LENGTHS:
        shape = (1, 3, length, _BREADTH) if turned else (1, 3, _BREADTH, length)
        picture = torch.rand(shape, dtype=torch.float64) + 0.5
        picture.requires_grad_()
        with _Averaging():
            features = network(picture)[layer]
        if features.dim() != 4:
            raise BadInput(
                "{network}: {layer} has no feature maps: take an earlier layer.",
                network=name,
                layer=layer,
            )
        flat = features.sum(dim=(0, 1))
        flat = flat.T if turned else flat
        row, place = flat[flat.shape[0] // 2], flat.shape[1] // 2
        spans = [_span(row[at], picture, turned) for at in (place, place + 1)]
        if spans[0][0] > 0 and spans[1][1] < length - 1:
            (first, last), (second, _) = spans
            stride = second - first
            return stride, last - first + 1, features.shape[1], place * stride - first
    raise BadInput(
        "{network}: each place of {layer} sees all of the picture, so no region of it can be "
        "told from the rest: take an earlier layer, or a network such as torchvision's resnet50.",
        network=name,
        layer=layer,
    )


class _Averaging(TorchFunctionMode):
    """Makes every max pooling an average pooling."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if func is not functional.max_pool2d:
            return func(*args, **(kwargs or {}))
        return _mean_pooled(*args, **(kwargs or {}))


def _mean_pooled(
    features: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    return functional.avg_pool2d(features, kernel_size, stride, padding, ceil_mode)


def _span(value: Tensor, picture: Tensor, turned: bool) -> tuple[int, int]:
    """The first and the last pixel along the strip at which a value has a slope."""
    (slope,) = torch.autograd.grad(value, picture, retain_graph=True)
    seen = slope.abs().sum(dim=(0, 1, 3 if turned else 2)).nonzero()[:, 0]
    return int(seen[0]), int(seen[-1])


def _check_sizes(name: str, network: nn.Module, layers: dict[str, Layer]) -> None:
    """Raise BadInput if a layer has another number of positions than a convolution would have."""
    min_side = max(layer.min_side for layer in layers.values())
    for pixels in (max(_BREADTH, min_side) + more for more in (0, 1, 7, 18, 31)):
        with torch.no_grad():
            found = network(torch.ones(1, 3, _BREADTH, pixels, dtype=torch.float64))
        for layer in layers.values():
            if found[layer.name].shape[-1] != layer.positions(pixels):
                raise BadInput(
                    "{network}: {layer} rounds sizes in a way of its own: take another network.",
                    network=name,
                    layer=layer.name,
                )
