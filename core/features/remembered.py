"""What a network finds in styles, kept for as long as the process lives.

A batch and a clip paint one style on many pictures. At each scale the style would pass the network
anew, though what is found there depends on nothing else but the style's pixels at that scale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import torch
from torch import Tensor

from core.system import digest
from core.system.keep import MOST, Keep

Found = TypeVar("Found")

_kept = Keep(MOST)


def once(
    look: Callable[[], Found], tensors: Callable[[Found], Iterable[Tensor]], *of: object
) -> Found:
    """What is found in a style's picture; it is looked for if it is not known.

    Args:
        look: finds it. What it gives is not to be changed.
        tensors: all that what was found holds.
        of: all that it depends on, as :func:`core.system.digest.of` takes it, but for the threads.
    """
    key = digest.of(*of, torch.get_num_threads())
    known: Found | None = _kept.get(key)
    if known is not None:
        return known
    found = look()
    held = list(tensors(found))
    # A GPU passes a style faster than it is fetched, and has less memory to spare.
    if all(tensor.device.type == "cpu" for tensor in held):
        size = sum(tensor.numel() * tensor.element_size() for tensor in held)
        _kept.put(key, size, lambda: found)
    return found


def forget() -> None:
    """Let go of all of it."""
    _kept.clear()
