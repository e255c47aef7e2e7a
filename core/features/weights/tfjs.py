"""Reads the trained tensors of a TensorFlow.js model, and nothing else.

Such a model is a JSON file, the manifest, and files beside it that hold the values one after
another, some of them rounded to 8 or 16 bits.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.bridge.contract.errors import ImpastoError

_FLOAT = "float32"
_TYPES = {_FLOAT: "<f4", "uint8": "u1", "uint16": "<u2"}


def read_manifest(path: Path) -> dict[str, Tensor]:
    """Every tensor of a manifest, by its name.

    Tensors of four dimensions are kernels. They are turned from TensorFlow's order (height, width,
    inputs, outputs) to PyTorch's (outputs, inputs, height, width).

    Raises:
        ImpastoError: a file is missing, cut short or too long, or a tensor is not of float32.
    """
    try:
        found: dict[str, Tensor] = {}
        for group in json.loads(path.read_bytes()):
            data = b"".join((path.parent / Path(name).name).read_bytes() for name in group["paths"])
            place = 0
            for entry in group["weights"]:
                values, place = _values(entry, data, place)
                found[entry["name"]] = _tensor(values)
            if place != len(data):
                raise ValueError(f"{len(data) - place} bytes are left over")
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ImpastoError(
            "{name} is not a manifest of tensors: {reason}.", name=path.name, reason=error
        ) from error
    return found


def _values(entry: Mapping[str, Any], data: bytes, place: int) -> tuple[NDArray[np.float32], int]:
    """A tensor's values, and the place behind them.

    Rounded ones are computed in float64 and rounded once, as JavaScript does.
    """
    rounded = entry.get("quantization")
    kind = np.dtype(_TYPES[rounded["dtype"] if rounded else _FLOAT])
    if entry["dtype"] != _FLOAT:
        raise ValueError(f"{entry['name']} is of {entry['dtype']}")
    count = math.prod(entry["shape"])
    end = place + count * kind.itemsize
    if end > len(data):
        raise ValueError("it is cut short")
    values = np.frombuffer(data, kind, count, place)
    if rounded:
        values = values.astype(np.float64) * rounded["scale"] + rounded["min"]
    return values.astype(np.float32).reshape(entry["shape"]), end


def _tensor(values: NDArray[np.float32]) -> Tensor:
    turned = values.transpose(3, 2, 0, 1) if values.ndim == 4 else values
    return torch.from_numpy(np.ascontiguousarray(turned))
