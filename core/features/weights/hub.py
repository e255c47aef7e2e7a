"""Fetches torchvision's weights by torchvision's own loader."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.bridge.contract.errors import DOWNLOAD, ImpastoError

_log = logging.getLogger(__name__)


def fetched(weights: Any, network: str) -> Mapping[str, Tensor]:
    """The state dict of a torchvision ``WeightsEnum``, which PyTorch fetches once and keeps.

    Args:
        weights: such as ``VGG19_Weights.IMAGENET1K_V1``. The download is checked against the hash
            in its name.
        network: its name, for messages.

    Raises:
        ImpastoError: it can't be fetched, or is not what it should be.
    """
    kept = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    try:
        found: Mapping[str, Tensor] = weights.get_state_dict(
            progress=sys.stderr.isatty(), check_hash=True, weights_only=True
        )
    except OSError as error:
        raise ImpastoError(
            "torchvision's {network} can't be fetched from {address} ({reason}): connect to the "
            "internet, or put that file at {path}.",
            code=DOWNLOAD,
            network=network,
            address=weights.url,
            reason=error,
            path=kept,
        ) from error
    except Exception as error:  # reading a damaged pickle may raise anything
        _log.info("%s", weights.url, exc_info=True)
        raise not_it(weights, network, str(error)) from error
    return found


def not_it(weights: Any, network: str, reason: str) -> ImpastoError:
    """The error that says that what was fetched is something else."""
    kept = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    first = reason.partition("\n")[0]
    return ImpastoError(
        "What {address} gave, or {path} holds, is not torchvision's {network} ({reason}): remove "
        "that file and try again.",
        code=DOWNLOAD,
        address=weights.url,
        path=kept,
        network=network,
        reason=first,
    )
