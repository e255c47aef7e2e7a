"""Files of weights: safetensors in the installation, checked against their descriptors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from core.bridge.contract.errors import INSTALLATION, ImpastoError
from core.bridge.i18n.text import Text
from core.bridge.storage.whole import unwritable, write_whole
from core.features.descriptor import Trained, Weights
from core.features.models import alexnet, centerface, facemesh, u2netp, vgg16, vgg19
from core.features.models.adain import DECODER
from core.features.models.pastiche import PASTICHE
from core.system.tensors import as_bytes, digest

SHIPPED: tuple[Weights, ...] = (
    vgg19.WEIGHTS,
    DECODER,
    PASTICHE,
    vgg16.WEIGHTS,
    alexnet.WEIGHTS,
    u2netp.WEIGHTS,
    centerface.WEIGHTS,
    facemesh.WEIGHTS,
)
"""The weights that an installation holds."""


def weights_file(weights: Trained, folder: Path) -> Path:
    """The path of some weights in a folder."""
    return folder / f"{weights.name}.safetensors"


def save(
    tensors: Mapping[str, torch.Tensor], path: Path, metadata: Mapping[str, str] | None = None
) -> None:
    """Write a safetensors file, which is there whole or not at all.

    Raises:
        ImpastoError: it can't be written.
    """
    try:
        write_whole(path, as_bytes(tensors, metadata or {}))
    except OSError as error:
        raise unwritable(path, error) from error
    except ValueError as error:
        raise ImpastoError("{path} can't be written: {reason}.", path=path, reason=error) from error


def load(weights: Trained, folder: Path) -> dict[str, torch.Tensor]:
    """Read weights into memory, and check their digest.

    Raises:
        ImpastoError: the file is missing, damaged or can't be read.
    """
    path = weights_file(weights, folder)
    remedy = Text("run 'python3 install.py' again.")
    try:
        tensors = load_file(path)
    except FileNotFoundError as error:
        raise ImpastoError(
            "The weights {path} are missing: {remedy}", code=INSTALLATION, path=path, remedy=remedy
        ) from error
    except (OSError, SafetensorError) as error:
        raise ImpastoError(
            "The weights {path} can't be read ({reason}): {remedy}",
            code=INSTALLATION,
            path=path,
            reason=error,
            remedy=remedy,
        ) from error
    if digest(tensors) != weights.digest:
        raise ImpastoError(
            "The weights {path} are damaged: {remedy}", code=INSTALLATION, path=path, remedy=remedy
        )
    return tensors
