"""How times are taken: medians of several runs, and what is compared runs by turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import torch

Work = Callable[[], object]


def now(device: torch.device) -> float:
    """Seconds on a steady clock, when the device has done all that it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
    return time.perf_counter()


def seconds(work: Work, device: torch.device) -> float:
    """How long one run takes."""
    started = now(device)
    work()
    return now(device) - started


def by_turns(works: Sequence[Work], repeats: int, device: torch.device) -> list[list[float]]:
    """The times of each work, run ``repeats`` times by turns after a round that does not count.

    What disturbs the machine for a while then disturbs all of them.
    """
    rounds = [[seconds(work, device) for work in works] for _ in range(repeats + 1)][1:]
    return [list(times) for times in zip(*rounds, strict=True)]


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median of the ratios of the turns."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))
