"""Feature networks in motion: a picture in, the activations of named layers out, and back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

import torch
from torch import Tensor, nn

from core.features.descriptor import Network

Add = Callable[[str, Tensor], None]
"""Given a layer's name and the gradient at its features, adds in place the slope of the loss."""


class Trace(Protocol):
    """A pass through a network that can be gone back, once."""

    @property
    def features(self) -> Mapping[str, Tensor]:
        """Of the layers that were asked for, shape (1, channels, height, width) each."""

    def back(self, add: Add) -> Tensor:
        """The gradient at the picture.

        Args:
            add: is called once for each of these layers, the deepest first.
        """


class Features(nn.Module):
    """A network whose features painterly can compare, its weights frozen.

    Attributes:
        network: its descriptor.
    """

    network: Network

    @abstractmethod
    def forward(
        self,
        picture: Tensor,
        layers: Collection[str],
        before_step: Callable[[], None] = lambda: None,
    ) -> dict[str, Tensor]:
        """Activations of the named layers.

        Args:
            picture: RGB in 0..1, shape (1, 3, height, width), at least the network's ``least``
                pixels for these layers on each side.
            layers: names such as ``relu4_2``; no deeper layer than needed is computed.
            before_step: called before each step; what it raises ends the pass.

        Returns:
            Shape (1, channels, neurons down, neurons across) each, see
            :meth:`core.features.descriptor.Layer.neurons`, in the picture's dtype.

        Raises:
            BadInput: a layer the network does not have.
        """

    def trace(
        self,
        picture: Tensor,
        layers: Collection[str],
        before_step: Callable[[], None] = lambda: None,
    ) -> Trace:
        """As :meth:`forward`, with what it takes to come back to the picture: by autograd."""
        with torch.enable_grad():
            leaf = picture.detach().requires_grad_()
            return _Recorded(leaf, self(leaf, layers, before_step))


class _Recorded:
    """A pass that autograd has recorded."""

    def __init__(self, picture: Tensor, features: Mapping[str, Tensor]) -> None:
        self.features = {name: found.detach() for name, found in features.items()}
        self._picture, self._recorded = picture, dict(features)

    def back(self, add: Add) -> Tensor:
        slopes = {name: torch.zeros_like(found) for name, found in self.features.items()}
        for name in reversed(slopes):
            add(name, slopes[name])
        (gradient,) = torch.autograd.grad(
            list(self._recorded.values()), self._picture, list(slopes.values())
        )
        self._recorded.clear()
        return gradient
