"""Measures times. Works that are compared run in turn, several times."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import torch

Work = Callable[[], object]


def now(device: torch.device) -> float:
    """Seconds on a steady clock, after the device has finished all its work."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "xpu":
        torch.xpu.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
    return time.perf_counter()


def seconds(work: Work, device: torch.device) -> float:
    """The seconds of one run."""
    started = now(device)
    work()
    return now(device) - started


def spent(device: torch.device) -> float:
    """Seconds on a clock that other work on the machine does not slow: of this process's threads
    where the CPU computes, of the wall where another device does."""
    return time.process_time() if device.type == "cpu" else now(device)


def by_turns(works: Sequence[Work], repeats: int, device: torch.device) -> list[list[float]]:
    """The times of each work. All run in turn, ``repeats`` times after one round of warm-up.

    A disturbance of the machine then affects all of them.
    """
    rounds = [[seconds(work, device) for work in works] for _ in range(repeats + 1)][1:]
    return [list(times) for times in zip(*rounds, strict=True)]


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median over the turns of the ratio of two works' times."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))
