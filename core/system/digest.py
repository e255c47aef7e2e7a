"""A digest of values: what tells the inputs of one computation from those of all others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass

import numpy as np
import torch
from torch import Tensor

_PLAIN = (str, int, float, bool, type(None), type, torch.dtype, torch.device)
"""Of these the text says everything."""


def of(*values: object) -> str:
    """A sha256 of everything that the values hold, in hexadecimal digits.

    Args:
        values: texts, numbers, types, tensors and arrays to their last bit; sequences and mappings,
            whose order counts; and dataclasses, of which every field does.

    Raises:
        TypeError: there is something else among them.
    """
    total = hashlib.sha256()
    for piece in _pieces(values):
        total.update(piece)
    return total.hexdigest()


def _pieces(value: object) -> Iterable[bytes | memoryview]:
    kind = f"{type(value).__name__} "
    if isinstance(value, Tensor):
        here = value.detach().cpu().contiguous()
        yield f"{kind}{here.dtype} {tuple(here.shape)}\n".encode()
        yield here.reshape(-1).view(torch.uint8).numpy().data
    elif isinstance(value, np.ndarray):
        yield f"{kind}{value.dtype} {value.shape}\n".encode()
        yield np.ascontiguousarray(value).reshape(-1).view(np.uint8).data
    elif isinstance(value, _PLAIN):
        yield f"{kind}{value!r}\n".encode()
    else:
        parts = _parts(value)
        yield f"{kind}{len(parts)}\n".encode()
        for part in parts:
            yield from _pieces(part)


def _parts(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return [each for pair in value.items() for each in pair]
    if isinstance(value, (tuple, list)):
        return list(value)
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    raise TypeError(f"a {type(value).__name__} has no digest")
