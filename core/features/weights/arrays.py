"""Reads numpy arrays from a pickle, and nothing else.

A pickle can name any function and have it called. This reader knows only the names that numpy's
arrays need, and refuses a file that asks for another before that is called.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.bridge.contract.errors import ImpastoError

_REBUILD = np.empty(0).__reduce__()[0]
_KNOWN = {
    ("numpy.core.multiarray", "_reconstruct"): _REBUILD,
    ("numpy._core.multiarray", "_reconstruct"): _REBUILD,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no array needs")
        return _KNOWN[module, name]


def read_arrays(path: Path) -> dict[str, Tensor]:
    """Every array in a pickled tree of dictionaries, by its path: ``AlexNet_0/Conv_0/bias``.

    Arrays of four dimensions are kernels. They are turned from JAX's order (height, width, inputs,
    outputs) to PyTorch's (outputs, inputs, height, width).

    Raises:
        ImpastoError: the file is no such tree of float32 arrays.
    """
    try:
        with path.open("rb") as file:
            tree = _Unpickler(file).load()
        return {name: _tensor(array) for name, array in _leaves(tree, "")}
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError) as error:
        raise ImpastoError(
            "{name} is not a file of arrays: {reason}.", name=path.name, reason=error
        ) from error


def _leaves(tree: Any, place: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(tree, Mapping):
        yield place, tree
        return
    for name, part in tree.items():
        yield from _leaves(part, f"{place}/{name}" if place else str(name))


def _tensor(array: Any) -> Tensor:
    if not isinstance(array, np.ndarray) or array.dtype != np.float32:
        raise TypeError(f"it holds a {type(array).__name__}")
    tensor = torch.from_numpy(array)
    return tensor.permute(3, 2, 0, 1) if tensor.dim() == 4 else tensor
