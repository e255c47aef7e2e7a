"""What a network finds in styles, kept for as long as the process lives.

A batch and a clip paint one style on many pictures. At each scale the style would pass the network
anew, though what is found there depends on nothing else but the style's pixels at that scale.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from core.features.statistics import Statistics
from core.painterly.tiled import Extracted
from core.system import digest
from core.system.keep import MOST, Keep

_kept = Keep(MOST)


def once(extract: Callable[[], Extracted], *of: object) -> Extracted:
    """What is found in a style's picture; it is looked for if it is not known.

    Args:
        extract: finds it. What it gives is not to be changed.
        of: all that it depends on, as :func:`core.system.digest.of` takes it, but for the threads.
    """
    key = digest.of(*of, torch.get_num_threads())
    found: Extracted | None = _kept.get(key)
    if found is not None:
        return found
    found = extract()
    tensors = _tensors(found)
    # A GPU passes a style faster than it is fetched, and has less memory to spare.
    if all(tensor.device.type == "cpu" for tensor in tensors):
        size = sum(tensor.numel() * tensor.element_size() for tensor in tensors)
        _kept.put(key, size, lambda: found)
    return found


def forget() -> None:
    """Let go of all of it."""
    _kept.clear()


def _tensors(found: Extracted) -> list[Tensor]:
    statistics: list[Statistics] = list(found.statistics.values())
    measured = [tensor for one in statistics for tensor in (one.mean, one.covariance)]
    return [*measured, *found.features.values(), *found.weights.values()]
