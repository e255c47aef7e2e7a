"""The passes through a feature network: from a picture to features, and back to its gradient."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

import torch
from torch import Tensor, nn

from core.features.descriptor import Network

Add = Callable[[str, Tensor], None]
"""Adds the slope of the loss, in place, to the gradient at a layer's features; given both."""


class Trace(Protocol):
    """A forward pass through a network, ready for one backward pass."""

    @property
    def features(self) -> Mapping[str, Tensor]:
        """The features of each layer that was asked for, shape (1, channels, height, width)."""

    def back(self, add: Add) -> Tensor:
        """The backward pass: the gradient at the picture.

        Args:
            add: called once for each layer that was asked for, the deepest first.
        """


class FeatureNetwork(nn.Module):
    """A network with frozen weights, whose features painterly can compare.

    Attributes:
        network: its descriptor.
        wraps: whether it takes pictures as repeating: beyond each border lies the other end. Their
            sides are whole strides.
    """

    network: Network
    wraps: bool = False

    @property
    def plain(self) -> FeatureNetwork:
        """The network of the same weights for pictures that end at their borders."""
        return self

    @property
    def identity(self) -> str:
        """A text that tells all that its features depend on, to the last bit, besides the picture:
        which network it is, on which device, how exactly it computes, and whether it wraps."""
        some = next(self.parameters())
        digest = self.network.weights.digest
        return f"{self.network.name} {digest} {some.dtype} {some.device} {self.wraps}"

    @abstractmethod
    def forward(
        self,
        picture: Tensor,
        layers: Collection[str],
        before_step: Callable[[], None] = lambda: None,
    ) -> dict[str, Tensor]:
        """The forward pass: the features of the named layers.

        Args:
            picture: RGB in 0..1, shape (1, 3, height, width). Each side has at least the pixels of
                :meth:`core.features.descriptor.Network.min_side`.
            layers: names such as ``relu4_2``; layers deeper than these are not computed.
            before_step: called before each step; what it raises ends the pass.

        Returns:
            Shape (1, channels, positions down, positions across) each, see
            :meth:`core.features.descriptor.Layer.positions`, in the picture's dtype.

        Raises:
            BadInput: the network has no such layer.
        """

    def trace(
        self,
        picture: Tensor,
        layers: Collection[str],
        before_step: Callable[[], None] = lambda: None,
    ) -> Trace:
        """As :meth:`forward`, ready for the backward pass, which is autograd's."""
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
