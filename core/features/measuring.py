"""A network's layers measured from outside: stride, receptive field, padding, size.

A position's receptive field is where its features have a slope (Luo et al. 2016, "Understanding the
effective receptive field"). With positive weights on a positive picture nothing cancels, and with
poolings that average no pixel is left out: it is all that the layer's build lets it see.
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
"""Pixels of the short side of the strip that is looked at: fields are measured along the other."""

_LENGTHS = (256, 512, 1024, 2048)
"""Of the strip: the first that a position in its middle does not see the ends of."""


def measured(name: str, network: nn.Module, layers: Collection[str]) -> dict[str, Layer]:
    """The layers of a network.

    Args:
        name: what a person calls it.
        network: takes shape (1, 3, height, width), gives the layers by name. Its weights are
            replaced.
        layers: their names.

    Returns:
        In the order in which the picture passes them, as far as their strides tell.

    Raises:
        BadInput: a layer has no feature maps, sees all of a picture, or its size is no
            convolution's.
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
    return dict(sorted(found.items(), key=lambda item: (item[1].stride, item[1].field)))


def _along(name: str, network: nn.Module, layer: str, turned: bool) -> tuple[int, int, int, int]:
    """Stride, field, channels, and how far the first position sees beyond the border."""
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
    """Has the mean pooled where a network pools the maximum."""

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
    """The first and the last pixel along the strip that a value has a slope at."""
    (slope,) = torch.autograd.grad(value, picture, retain_graph=True)
    seen = slope.abs().sum(dim=(0, 1, 3 if turned else 2)).nonzero()[:, 0]
    return int(seen[0]), int(seen[-1])


def _check_sizes(name: str, network: nn.Module, layers: dict[str, Layer]) -> None:
    """Raise BadInput where a layer has not as many positions as a convolution would have."""
    least = max(layer.least for layer in layers.values())
    for pixels in (max(_BREADTH, least) + more for more in (0, 1, 7, 18, 31)):
        with torch.no_grad():
            found = network(torch.ones(1, 3, _BREADTH, pixels, dtype=torch.float64))
        for layer in layers.values():
            if found[layer.name].shape[-1] != layer.neurons(pixels):
                raise BadInput(
                    "{network}: {layer} rounds sizes in a way of its own: take another network.",
                    network=name,
                    layer=layer.name,
                )
