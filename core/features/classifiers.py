"""Torchvision's convolutional classifiers as feature networks.

``torchvision:resnet50:layer2,layer3`` names a model and the layers that a painting may use, by
their names in :mod:`torchvision.models.feature_extraction`. The weights are torchvision's default
ones, from its own loader. Strides and receptive fields are measured, and the backward pass is
autograd's. A difference from chains: a picture's border is not repeated, each convolution pads as
it was trained.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn

from core.bridge.contract.errors import BadInput
from core.features.descriptor import Measured, Network, Roles, Trained
from core.features.measuring import measured
from core.features.models import vgg19
from core.features.network import FeatureNetwork
from core.features.weights import hub

PREFIX = "torchvision:"

_EXAMPLE = f"{PREFIX}resnet50:layer2,layer3"


def is_one(name: str) -> bool:
    """Whether a network's name is of a classifier."""
    return name.startswith(PREFIX)


@lru_cache(maxsize=8)
def describe(name: str) -> Network:
    """The descriptor of a classifier, which is built and measured without its trained weights.

    Raises:
        BadInput: there is no such model or layer, or its layers can't be used.
    """
    model, layers = _parsed(name)
    found = measured(name, extractor(model, layers), layers)
    return Measured(name, found, Trained(model, str(_weights(model))), _roles(layers))


def load(name: str, device: torch.device) -> ClassifierNetwork:
    """A classifier with its trained weights, ready to run in float32.

    Raises:
        BadInput: as :func:`describe` does.
        ImpastoError: the weights can't be fetched.
    """
    network = describe(name)
    model, _ = _parsed(name)
    weights = _weights(model)
    built = _built(model)
    tensors = hub.fetched(weights, model)
    try:
        built.load_state_dict(tensors)
    except RuntimeError as error:
        raise hub.not_it(weights, model, str(error)) from error
    given = weights.transforms()
    return ClassifierNetwork(network, built, given.mean, given.std).to(device)


class ClassifierNetwork(FeatureNetwork):
    """A classifier that computes only what the layers asked for need."""

    def __init__(
        self, network: Network, model: nn.Module, mean: list[float], deviation: list[float]
    ) -> None:
        """Build on a model.

        Args:
            network: its descriptor.
            model: torchvision's.
            mean, deviation: per channel, of the pictures that it was trained with.
        """
        super().__init__()
        self.network = network
        self._model = model.requires_grad_(False)
        self._extractors: dict[tuple[str, ...], nn.Module] = {}
        self._mean, self._deviation = mean, deviation

    def forward(
        self,
        picture: Tensor,
        layers: Collection[str],
        before_step: Callable[[], None] = lambda: None,
    ) -> dict[str, Tensor]:
        from torchvision.transforms.functional import normalize

        before_step()
        wanted = {self.network.layer(name).name for name in layers}
        names = tuple(name for name in self.network.layers if name in wanted)
        if not names:
            return {}
        if names not in self._extractors:
            self._extractors[names] = _cut(self._model, names)
        found: dict[str, Tensor] = self._extractors[names](
            normalize(picture, self._mean, self._deviation)
        )
        return found


def extractor(model: str, layers: Collection[str]) -> nn.Module:
    """A model with random weights that returns the features of some of its layers.

    Raises:
        BadInput: it does not have these layers.
    """
    try:
        return _cut(_built(model), layers)
    except ValueError as error:
        raise BadInput(
            "torchvision's {model} has not all of the layers {layers}: name them as in "
            "{example}; torchvision.models.feature_extraction.get_graph_node_names lists them.",
            model=model,
            layers=", ".join(layers),
            example=_EXAMPLE,
        ) from error
    except Exception as error:  # a model that can't be traced may raise anything
        raise BadInput(
            "torchvision's {model} can't be cut at its layers: choose another network.", model=model
        ) from error


def _cut(model: nn.Module, layers: Collection[str]) -> nn.Module:
    from torchvision.models.feature_extraction import create_feature_extractor

    cut: nn.Module = create_feature_extractor(model, list(layers))
    return cut.eval()


def _parsed(name: str) -> tuple[str, tuple[str, ...]]:
    import torchvision

    model, _, rest = name.removeprefix(PREFIX).partition(":")
    layers = tuple(dict.fromkeys(filter(None, map(str.strip, rest.split(",")))))
    known = torchvision.models.list_models(module=torchvision.models)
    if model not in known:
        raise BadInput(
            "torchvision has no classifier '{name}': it has {names}.",
            name=model,
            names=", ".join(known),
        )
    if not layers:
        raise BadInput(
            "'{name}' names no layers: write it as {example}.", name=name, example=_EXAMPLE
        )
    return model, layers


def _weights(model: str) -> Any:
    import torchvision

    return torchvision.models.get_model_weights(model).DEFAULT


def _built(model: str) -> nn.Module:
    import torchvision  # here, as it takes a second to import, and few paintings need it

    more = {"init_weights": False} if model in ("googlenet", "inception_v3") else {}
    built: nn.Module = torchvision.models.get_model(model, weights=None, **more).eval()
    for part in built.modules():
        if "inplace" in vars(part):
            vars(part)["inplace"] = False  # or the next layer would overwrite a layer's features
    return built


def _roles(layers: tuple[str, ...]) -> Roles:
    """VGG-19's weights, shared among the layers. They are not tuned for the network."""
    whole: Mapping[str, Mapping[str, float]] = vars(vgg19.ROLES)
    inner = layers[len(layers) // 2]
    style = dict.fromkeys(layers, sum(whole["style"].values()) / len(layers))
    content, matching = ({inner: sum(whole[role].values())} for role in ("content", "matching"))
    return Roles(style, content, matching)
