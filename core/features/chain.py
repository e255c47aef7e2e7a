"""Chains, with a backward pass by hand, which is faster than autograd's.

Autograd does the same (:meth:`core.features.network.FeatureNetwork.trace`), and a test compares
both. The private operators that the backward pass needs are in :mod:`core.features.operators`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.features.convolutions.algorithm import Algorithm, Ordinary, relu_slope
from core.features.descriptor import Chain, Convolution, Pooling
from core.features.network import Add, FeatureNetwork
from core.features.operators import pad_backward
from core.features.pooling import Pooled

Padding = Literal["zeros", "reflect", "circular"]


class ChainNetwork(FeatureNetwork):
    """A network of convolutions, ReLUs and poolings, one after another.

    The first convolution pads the picture by repeating its border, so that no black frame enters
    the features. The others pad with zeros, which takes no copy. With ``reflect`` all pad by
    reflection, as AdaIN's encoder was trained; with ``circular`` all pad with what lies on the
    other side, for pictures that repeat.
    """

    def __init__(
        self,
        network: Chain,
        tensors: Mapping[str, Tensor],
        *,
        padding: Padding = "zeros",
        algorithms: Mapping[str, Algorithm] | None = None,
        plain: ChainNetwork | None = None,
    ) -> None:
        """Build on the tensors themselves, so that two networks may share them.

        Args:
            network: its descriptor.
            tensors: ``conv1_1.weight``, ``conv1_1.bias`` and so on.
            padding: see above.
            algorithms: of the convolutions of some layers, by layer, built on these tensors. The
                others, and all where autograd records, take the ordinary one.
            plain: what a network with ``circular`` is for pictures that end at their borders.
        """
        super().__init__()
        self.network: Chain = network
        self._padding = padding
        self.wraps = padding == "circular"
        # In a tuple it is no part of this module.
        self._plain = (plain or self,)
        self._algorithms = algorithms or {}
        names = [step.weights for step in network.convolutions]
        self._weights = nn.ParameterList(tensors[f"{name}.weight"] for name in names)
        self._biases = nn.ParameterList(tensors[f"{name}.bias"] for name in names)
        self.requires_grad_(False)

    @property
    def plain(self) -> FeatureNetwork:
        return self._plain[0]

    @property
    def identity(self) -> str:
        chosen = (f"{name} {type(how).__name__}" for name, how in self._algorithms.items())
        return " ".join((super().identity, self._padding, *chosen))

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> ChainNetwork:
        # As by float(): the algorithms are built on the tensors from before.
        self._algorithms = {}
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        return self

    def forward(
        self,
        picture: Tensor,
        layers: Collection[str],
        before_step: Callable[[], None] = lambda: None,
    ) -> dict[str, Tensor]:
        return self._walk(picture, layers, None, before_step)

    @torch.no_grad()
    def trace(
        self,
        picture: Tensor,
        layers: Collection[str],
        before_step: Callable[[], None] = lambda: None,
    ) -> ChainTrace:
        """As the base class does, with the backward pass of :class:`ChainTrace`.

        There, too, ``before_step`` is called before each step.
        """
        passed: list[_Passed] = []
        return ChainTrace(self._walk(picture, layers, passed, before_step), passed, before_step)

    def _walk(
        self,
        picture: Tensor,
        layers: Collection[str],
        passed: list[_Passed] | None,
        before_step: Callable[[], None] = lambda: None,
    ) -> dict[str, Tensor]:
        wanted = {self.network.layer(name).name for name in layers}
        found: dict[str, Tensor] = {}
        parameters = zip(self._weights, self._biases, strict=True)
        flow = picture
        for step in self.network.steps:
            before_step()
            given = flow
            if not isinstance(step, Convolution):
                window = (step.kernel, step.stride, step.padding)
                if passed is None:
                    flow = functional.max_pool2d(flow, *window)
                else:
                    pooled = Pooled(flow, *window)
                    flow = pooled.made
                    passed.append(_Passed(step, given, flow, pooled, ""))
                continue
            how: Algorithm = Ordinary(*next(parameters), step.stride)
            if not given.requires_grad:
                how = self._algorithms.get(step.name, how)
            padding, mode = step.padding, ""
            if padding and (self._padding != "zeros" or flow is picture):
                mode = "replicate" if self._padding == "zeros" else self._padding
                given, padding = functional.pad(flow, (padding,) * 4, mode), 0
            flow = how.forward(given, padding)
            if passed is not None:
                passed.append(_Passed(step, given, flow, how, mode))
            if step.name in wanted:
                found[step.name] = flow
                if len(found) == len(wanted):
                    break
        return found


@dataclass(frozen=True)
class _Passed:
    """A step of a forward pass.

    Attributes:
        given: the input.
        made: the output.
        how: the algorithm of a convolution, or the pooling.
        padded: the mode in which the input was padded beforehand, or "".
    """

    step: Convolution | Pooling
    given: Tensor
    made: Tensor
    how: Algorithm | Pooled
    padded: str


class ChainTrace:
    """A forward pass through a chain, ready for one backward pass by hand.

    Autograd gives the same gradient. By hand, the slopes at the layers are added into one gradient,
    the ReLU works in place, and each step's tensors are freed after the step. At 512 px on two
    cores that saves a third of the time that an iteration takes besides the convolutions.
    """

    def __init__(
        self,
        features: dict[str, Tensor],
        passed: list[_Passed],
        before_step: Callable[[], None],
    ) -> None:
        self.features = features
        self._passed = passed
        self._before_step = before_step

    @torch.no_grad()
    def back(self, add: Add) -> Tensor:
        flow, relu_taken = torch.zeros_like(self._passed[-1].made), False
        while self._passed:
            self._before_step()
            passed = self._passed.pop()
            step, how = passed.step, passed.how
            if isinstance(how, Pooled):
                # A maximum is above 0 where the ReLU's output is: its gradient can be taken here,
                # of a quarter of the numbers, unless a slope is added in between.
                relu_taken = bool(self._passed) and self._name(self._passed[-1]) == ""
                relu_slope(flow, passed.made if relu_taken else None)
                flow = how.back(flow)
                continue
            if name := self._name(passed):
                add(name, flow)
            padding = 0 if passed.padded else step.padding
            flow = how.backward(flow, None if relu_taken else passed.made, passed.given, padding)
            relu_taken = False
            if passed.padded:
                flow = _before_padding(passed, flow)
        return flow

    def _name(self, passed: _Passed) -> str | None:
        """The layer that a convolution makes; "" if it was not asked for, None of a pooling."""
        step = passed.step
        if not isinstance(step, Convolution):
            return None
        return step.name if step.name in self.features else ""


def _before_padding(passed: _Passed, flow: Tensor) -> Tensor:
    """The gradient at a step's unpadded input, from that at its padded one."""
    margin = passed.step.padding
    inner = passed.given[..., margin:-margin, margin:-margin]
    return pad_backward(flow, inner, margin, passed.padded)
