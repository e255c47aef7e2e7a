"""A background process that leaves the desktop alive: low priority, and a processor to spare."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

NICENESS = 5
"""Added to the process's niceness. A program of usual niceness that wants the same processor gets
three times as much of it."""


def lower() -> None:
    """Let every usual program go first. Threads that run already keep their priority on Linux.

    Where a system does not allow it, everything stays as it is.
    """
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        below_normal = 0x4000
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.SetPriorityClass.argtypes = [wintypes.HANDLE, wintypes.DWORD]
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        with contextlib.suppress(OSError):
            os.nice(NICENESS)


def spare_processor() -> None:
    """Let PyTorch compute with as many threads as :func:`threads` gives."""
    import torch  # which takes seconds

    torch.set_num_threads(threads(torch.get_num_threads(), os.cpu_count() or 1))


@contextlib.contextmanager
def computing(count: int) -> Iterator[None]:
    """Compute with so many threads inside the block, but no more than there are processors.

    Args:
        count: 0 for as many as outside, less the one that :func:`threads` spares.
    """
    import torch

    before, processors = torch.get_num_threads(), os.cpu_count() or 1
    torch.set_num_threads(min(count, processors) if count else threads(before, processors))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def threads(wanted: int, processors: int) -> int:
    """How many threads to compute with, so that one of more than two processors stays free.

    Args:
        wanted: as many as compute fastest, one for each core.
        processors: of the machine. Where a core is two processors, one is free anyway.
    """
    return processors - 1 if wanted >= processors > 2 else wanted
