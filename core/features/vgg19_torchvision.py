"""VGG-19 as torchvision trained it, through torchvision's own loader.

548 MB come from PyTorch's hub the first time, nine tenths of them a classifier that nobody needs
here. Its features are kept in the weights' folder, in the form of a network of one's own.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import torch
from torch import Tensor

from core.bridge.errors import BadInput, ImpastoError
from core.features import custom
from core.features.alexnet import IMAGENET
from core.features.descriptor import Convolution, Network, Trained, weight_keys
from core.features.store import weights_file
from core.features.vgg19 import ROLES, STEPS

_log = logging.getLogger(__name__)

VGG19_TORCHVISION = Network(
    "vgg19-torchvision", STEPS, Trained("vgg19-torchvision", digest=""), ROLES
)
"""Without a digest of ours: it is torchvision that says which weights these are."""


def load(folder: Path) -> dict[str, Tensor]:
    """Its weights, which take RGB in 0..1: as kept in ``folder``, or fetched and kept there.

    Raises:
        ImpastoError: they are not there and can't be fetched, or are not what they should be.
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
    name = Path(weights.url).name
    kept = Path(torch.hub.get_dir()) / "checkpoints" / name
    try:
        # Compares the download with the hash in its name.
        theirs = weights.get_state_dict(
            progress=sys.stderr.isatty(), check_hash=True, weights_only=True
        )
        return {ours: theirs[key].contiguous() for ours, key in _keys().items()}
    except OSError as error:
        raise ImpastoError(
            f"torchvision's VGG-19 can't be fetched from {weights.url} ({error}): connect to the "
            f"internet, or put that file at {kept}."
        ) from error
    except Exception as error:  # a reader of pickles stumbles in many ways
        reason = str(error).partition("\n")[0]
        raise ImpastoError(
            f"What {weights.url} gave, or {kept} holds, is not torchvision's VGG-19 ({reason}): "
            "remove that file and try again."
        ) from error


def _keys() -> dict[str, str]:
    """torchvision's key for each of ours: a convolution and its ReLU are two places, a pooling
    one."""
    places, place = [], 0
    for step in STEPS:
        if isinstance(step, Convolution):
            places.append(f"features.{place}")
        place += 2 if isinstance(step, Convolution) else 1
    return weight_keys(STEPS, places, (".weight", ".bias"))
