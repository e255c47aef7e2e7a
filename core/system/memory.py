"""How much of the machine's memory is free, and whether it ran out."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_SHORT = "out of memory", "allocate memory", "not enough memory"
"""What PyTorch says on a GPU, on the CPU, and on the CPU under Windows."""


def free() -> int | None:
    """Bytes that a program can still take without swapping; None if that is not known."""
    if sys.platform == "win32":
        return _free_on_windows()
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


def ran_out(error: Exception) -> bool:
    """Whether an error says that memory ran out, on any device.

    PyTorch has an error class for CUDA. On the CPU and on Apple's GPUs only the text tells, and
    that of CUDA's says so too.
    """
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(words in str(error) for words in _SHORT)
    )


def _free_on_windows() -> int | None:
    if sys.platform != "win32":
        return None
    import ctypes

    class Status(ctypes.Structure):
        """MEMORYSTATUSEX of Windows."""

        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "free", "b", "c", "d", "e", "f")),
        )

    status = Status(length=ctypes.sizeof(Status))
    told = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status.free) if told else None
