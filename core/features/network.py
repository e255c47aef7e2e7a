"""Feature networks in motion: a picture in, the activations of named layers out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from torch import Tensor, nn
from torch.nn import functional

from core.features.descriptor import Network


class Features(nn.Module):
    """A network cut down to convolutions, ReLUs and poolings, its weights frozen.

    The picture's own border is repeated before the first convolution, so that no black frame
    enters the features. Further in, ``reflect`` pads as AdaIN's encoder was trained; otherwise
    zeros, which a convolution pads without a copy.

    Written out from the descriptor: importing torchvision for its definition of the same layers
    takes 1.3 s of processor time, and the worker takes its first job that much later.
    """

    def __init__(
        self, network: Network, tensors: Mapping[str, Tensor], *, reflect: bool = False
    ) -> None:
        """Build on the tensors as they are, without a copy: networks may share them.

        Args:
            network: its descriptor.
            tensors: ``conv1_1.weight``, ``conv1_1.bias`` and so on.
            reflect: see above.
        """
        super().__init__()
        self.network = network
        self._reflect = reflect
        names = [layer.replace("relu", "conv") for layer in network.layers]
        self._weights = nn.ParameterList(tensors[f"{name}.weight"] for name in names)
        self._biases = nn.ParameterList(tensors[f"{name}.bias"] for name in names)
        self.requires_grad_(False)

    def forward(self, picture: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """Activations of the named layers.

        Args:
            picture: RGB in 0..1, shape (1, 3, height, width), at least one stride of the deepest
                layer on each side.
            layers: names such as ``relu4_2``; no deeper layer than needed is computed.

        Returns:
            Shape (1, channels, height // stride, width // stride) each, in the picture's dtype.

        Raises:
            BadInput: a layer the network does not have.
        """
        wanted = {self.network.layer(name).name for name in layers}
        found: dict[str, Tensor] = {}
        flow, stride = picture, 1
        for layer, weight, bias in zip(
            self.network.layers.values(), self._weights, self._biases, strict=True
        ):
            if layer.stride > stride:
                flow, stride = functional.max_pool2d(flow, 2), layer.stride
            first = flow is picture
            if first or self._reflect:
                mode = "reflect" if self._reflect else "replicate"
                flow = functional.conv2d(functional.pad(flow, (1, 1, 1, 1), mode), weight, bias)
            else:
                flow = functional.conv2d(flow, weight, bias, padding=1)
            flow = functional.relu_(flow)
            if layer.name in wanted:
                found[layer.name] = flow
                if len(found) == len(wanted):
                    break
        return found
