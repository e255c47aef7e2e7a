"""VGG-19 as torchvision trained it, fetched by torchvision's own loader.

548 MB come from PyTorch's hub the first time. Nine tenths of them are the classifier, which is not
needed here. The rest is kept in the folder of weights, in the form of a custom network.
"""

from __future__ import annotations

import logging
from pathlib import Path

from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.features import custom
from core.features.descriptor import Chain, Convolution, Trained, weight_keys
from core.features.models.alexnet import IMAGENET
from core.features.models.vgg19 import ROLES, STEPS
from core.features.weights import hub
from core.features.weights.store import weights_file

_log = logging.getLogger(__name__)

_TITLE = "VGG-19"

VGG19_TORCHVISION = Chain(
    "vgg19-torchvision", STEPS, Trained("vgg19-torchvision", digest=""), ROLES
)
"""It has no digest, as torchvision checks which weights these are."""


def load(folder: Path) -> dict[str, Tensor]:
    """Its weights, for pictures of RGB in 0..1. They are fetched once and kept in ``folder``.

    Raises:
        ImpastoError: they can't be fetched, or are not what they should be.
    """
    path = weights_file(VGG19_TORCHVISION.weights, folder)
    try:
        return custom.read(path)[1]
    except BadInput as error:
        _log.info("%s", error)
    folder.mkdir(parents=True, exist_ok=True)
    custom.write(path, VGG19_TORCHVISION, _fetched(), IMAGENET, "torchvision, IMAGENET1K_V1")
    return custom.read(path)[1]


def _fetched() -> dict[str, Tensor]:
    from torchvision.models import VGG19_Weights

    weights = VGG19_Weights.IMAGENET1K_V1
    theirs = hub.fetched(weights, _TITLE)
    try:
        return {ours: theirs[key].contiguous() for ours, key in _keys().items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise hub.not_it(weights, _TITLE, str(error)) from error


def _keys() -> dict[str, str]:
    """torchvision's name of each tensor, by ours.

    Its numbers count convolutions, ReLUs and poolings.
    """
    places, place = [], 0
    for step in STEPS:
        if isinstance(step, Convolution):
            places.append(f"features.{place}")
        place += 2 if isinstance(step, Convolution) else 1
    return weight_keys(STEPS, places, (".weight", ".bias"))
