"""The feature networks that a painting can use, by the names that users give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.storage.regular import exists
from core.features import classifiers, custom
from core.features.descriptor import Chain, Network
from core.features.models import alexnet, vgg16, vgg19, vgg19_torchvision
from core.features.models.alexnet import ALEXNET
from core.features.models.vgg16 import VGG16
from core.features.models.vgg19 import VGG19
from core.features.models.vgg19_torchvision import VGG19_TORCHVISION
from core.features.weights import store

Tensors = Mapping[str, Tensor]

NETWORKS = {network.name: network for network in (VGG19, VGG16, ALEXNET, VGG19_TORCHVISION)}

_LOADERS: Mapping[str, Callable[[Path], Tensors]] = {
    VGG19.name: partial(store.load, vgg19.WEIGHTS),
    VGG16.name: partial(store.load, vgg16.WEIGHTS),
    ALEXNET.name: partial(store.load, alexnet.WEIGHTS),
    VGG19_TORCHVISION.name: vgg19_torchvision.load,
}


def by_name(name: str) -> Network:
    """The descriptor of a network.

    If a file changes, so does its descriptor's ``weights.digest``.

    Args:
        name: one of :data:`NETWORKS`, a file that ``impasto train`` wrote, or a classifier of
            torchvision (``torchvision:resnet50:layer2,layer3``).

    Raises:
        BadInput: there is no such network, or the file is something else.
    """
    if name in NETWORKS:
        return NETWORKS[name]
    if classifiers.is_one(name):
        return classifiers.describe(name)
    if not Path(name).suffix and not exists(Path(name)):
        known = ", ".join(NETWORKS)
        raise BadInput(
            "There is no network '{name}': there are {names}, safetensors files, and "
            "torchvision:MODEL:LAYERS.",
            name=name,
            names=known,
        )
    return custom.describe(Path(name))


def load(name: str, folder: Path) -> tuple[Chain, Tensors]:
    """A chain and its weights, for pictures of RGB in 0..1.

    Args:
        name: as for :func:`by_name`, but not of a classifier.
        folder: of the installation's weights.

    Raises:
        BadInput: as :func:`by_name` does.
        ImpastoError: the weights are missing or damaged, or can't be fetched.
    """
    if name in NETWORKS:
        return NETWORKS[name], _LOADERS[name](folder)
    return custom.read(Path(name))
