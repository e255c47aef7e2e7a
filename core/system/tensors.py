"""Files of tensors, checked by a digest when they are read.

They are safetensors files, whose metadata hold the digest and other texts. Weights whose digest is
in their descriptor are read by :mod:`core.features.weights.store`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from core.bridge.storage import own
from core.bridge.storage.whole import write_whole

_DIGEST = "digest"


class Kept(NamedTuple):
    """The content of a file: tensors by name, and texts by name."""

    tensors: dict[str, Tensor]
    told: dict[str, str]


def digest(tensors: Mapping[str, Tensor]) -> str:
    """Sha256 of the names, shapes and bytes, in the order of the names.

    It is of the tensors and not of the file, whose layout the safetensors library decides.
    """
    total = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].contiguous()
        total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        total.update(tensor.numpy().reshape(-1).data)
    return total.hexdigest()


def as_bytes(tensors: Mapping[str, Tensor], told: Mapping[str, str]) -> bytes:
    """A safetensors file without a digest. Raises ValueError if it can't hold the tensors."""
    # Safetensors refuses tensors of any other layout.
    ours = {name: tensor.contiguous() for name, tensor in tensors.items()}
    try:
        return save(ours, dict(told))
    except SafetensorError as error:
        raise ValueError(str(error)) from error


def keep(
    path: Path,
    tensors: Mapping[str, Tensor],
    told: Mapping[str, str] | None = None,
    *,
    private: bool = False,
) -> None:
    """Write a file with its digest, whole or not at all.

    Args:
        path: of the file.
        tensors: on the CPU, by name.
        told: texts by name; the name ``digest`` is taken.
        private: only its owner can read the file. Its folder is made if it is missing.

    Raises:
        OSError: it can't be written.
        ValueError: safetensors can't hold them.
    """
    noted = dict(told or {})
    data = as_bytes(tensors, {**noted, _DIGEST: _of_all(tensors, noted)})
    if private:
        own.write(path, data)
    else:
        write_whole(path, data)


def read_kept(path: Path) -> Kept:
    """Read a file that :func:`keep` wrote.

    Raises:
        FileNotFoundError: there is no such file.
        OSError: it can't be read.
        ValueError: it is damaged, or no file of tensors.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    try:
        with safe_open(path, "pt") as file:
            told = dict(file.metadata() or {})
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    if told.pop(_DIGEST, "") != _of_all(tensors, told):
        raise ValueError("it is damaged")
    return Kept(tensors, told)


def _of_all(tensors: Mapping[str, Tensor], told: Mapping[str, str]) -> str:
    return hashlib.sha256(
        f"{json.dumps(told, sort_keys=True)} {digest(tensors)}".encode()
    ).hexdigest()
