"""Feature networks in motion: a picture in, the activations of named layers out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import torch
from torch import Tensor, nn

from core.features.descriptor import Convolution, Network


class Features(nn.Module):
    """A network cut down to convolutions, ReLUs and poolings, its weights frozen.

    The picture's own border is repeated before the first convolution, so that no black frame
    enters the features. Further in, ``reflect`` pads as AdaIN's encoder was trained; otherwise
    zeros, which a convolution pads without a copy.
    """

    def __init__(
        self, network: Network, tensors: Mapping[str, Tensor], *, reflect: bool = False
    ) -> None:
        super().__init__()
        self.network = network
        layers: list[nn.Module] = []
        convolutions: list[nn.Conv2d] = []
        channels = 3
        for step in network.steps:
            if isinstance(step, Convolution):
                with torch.device("meta"):
                    convolution = nn.Conv2d(
                        channels, step.channels, step.kernel, step.stride, step.padding
                    )
                convolution.weight = nn.Parameter(tensors[f"{step.weights}.weight"])
                convolution.bias = nn.Parameter(tensors[f"{step.weights}.bias"])
                if reflect:
                    convolution.padding_mode = "reflect"
                convolutions.append(convolution)
                layers += [convolution, nn.ReLU(inplace=True)]
                channels = step.channels
            else:
                layers.append(nn.MaxPool2d(step.kernel, step.stride))
        if not reflect:
            convolutions[0].padding_mode = "replicate"
        self._sequence = nn.Sequential(*layers)
        self.requires_grad_(False)
        self.eval()

    def forward(self, picture: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """Activations of the named layers.

        Args:
            picture: RGB in 0..1, shape (1, 3, height, width), at least one stride of the deepest
                layer on each side.
            layers: names such as ``relu4_2``; no deeper layer than needed is computed.

        Returns:
            Shape (1, channels, neurons down, neurons across) each, see
            :meth:`core.features.descriptor.Layer.neurons`, in the picture's dtype.

        Raises:
            BadInput: a layer the network does not have.
        """
        wanted = {self.network.layer(name).name for name in layers}
        found: dict[str, Tensor] = {}
        names = iter(self.network.layers)
        flow = picture
        for layer in self._sequence:
            flow = layer(flow)
            if isinstance(layer, nn.ReLU):
                name = next(names)
                if name in wanted:
                    found[name] = flow
                    if len(found) == len(wanted):
                        break
        return found
