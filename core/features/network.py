"""Feature networks in motion: a picture in, the activations of named layers out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from torch import Tensor, nn
from torch.nn import functional

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
        """Build on the tensors themselves, so that two networks may share them.

        Args:
            network: its descriptor.
            tensors: ``conv1_1.weight``, ``conv1_1.bias`` and so on.
            reflect: see above.
        """
        super().__init__()
        self.network = network
        self._reflect = reflect
        names = [step.weights for step in network.steps if isinstance(step, Convolution)]
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
            Shape (1, channels, neurons down, neurons across) each, see
            :meth:`core.features.descriptor.Layer.neurons`, in the picture's dtype.

        Raises:
            BadInput: a layer the network does not have.
        """
        wanted = {self.network.layer(name).name for name in layers}
        found: dict[str, Tensor] = {}
        parameters = zip(self._weights, self._biases, strict=True)
        flow = picture
        for step in self.network.steps:
            if not isinstance(step, Convolution):
                flow = functional.max_pool2d(flow, step.kernel, step.stride, step.padding)
                continue
            weight, bias = next(parameters)
            padding = step.padding
            if padding and (self._reflect or flow is picture):
                mode = "reflect" if self._reflect else "replicate"
                flow, padding = functional.pad(flow, (padding,) * 4, mode), 0
            # In place: a convolution's gradient does not need what it gave.
            flow = functional.relu_(functional.conv2d(flow, weight, bias, step.stride, padding))
            if step.name in wanted:
                found[step.name] = flow
                if len(found) == len(wanted):
                    break
        return found
