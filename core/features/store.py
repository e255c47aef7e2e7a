"""The weights' files: safetensors in the installation, checked against their descriptor."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from core.bridge.errors import ImpastoError
from core.features.adain import DECODER
from core.features.alexnet import ALEXNET
from core.features.descriptor import Weights
from core.features.pastiche import PASTICHE
from core.features.vgg16 import VGG16
from core.features.vgg19 import VGG19

SHIPPED = (VGG19.weights, DECODER, PASTICHE, VGG16.weights, ALEXNET.weights)
"""What an installation holds."""


def digest(tensors: Mapping[str, torch.Tensor]) -> str:
    """Sha256 over the names, shapes and bytes, in the order of the names.

    Of the contents and not of the file, whose layout is the safetensors library's affair.
    """
    total = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].contiguous()
        total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        total.update(tensor.numpy().reshape(-1).data)
    return total.hexdigest()


def weights_file(weights: Weights, folder: Path) -> Path:
    return folder / f"{weights.name}.safetensors"


def load(weights: Weights, folder: Path) -> dict[str, torch.Tensor]:
    """Read weights into memory, verified.

    Raises:
        ImpastoError: the file is missing or not what it should be.
    """
    path = weights_file(weights, folder)
    remedy = "run 'python3 install.py' again."
    try:
        tensors = load_file(path)
    except FileNotFoundError as error:
        raise ImpastoError(f"The weights {path} are missing: {remedy}") from error
    except (OSError, SafetensorError) as error:
        raise ImpastoError(f"The weights {path} can't be read ({error}): {remedy}") from error
    if digest(tensors) != weights.digest:
        raise ImpastoError(f"The weights {path} are damaged: {remedy}")
    return tensors
