"""How large a picture may be: as large as the memory of this machine can hold."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from core.bridge.errors import BadInput
from core.bridge.geometry import Extent

SHARE = 0.5
"""Of the machine's memory that one picture may take: the rest is for painting it."""

USUAL = 4 << 30
"""Bytes, where the system does not tell."""


def check(path: Path, extent: Extent, bytes_per_pixel: float) -> None:
    """Raise BadInput where a picture does not fit, before it is decoded.

    Args:
        path: for a person.
        extent: of the picture.
        bytes_per_pixel: that it takes once it is decoded.
    """
    needed, there = extent.area * bytes_per_pixel, memory()
    if needed > SHARE * there:
        raise BadInput(
            f"{path} has {extent.area / 1e6:.0f} megapixels, which take {needed / 1e9:.0f} GB of "
            f"this machine's {there / 1e9:.0f} GB of memory: make it smaller, or cut it in parts."
        )


def memory() -> int:
    """Bytes of the machine's memory that this process may use."""
    if sys.platform == "win32":
        return _windows()
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return USUAL
    return min(there, _granted(there)) if there > 0 else USUAL


def _granted(otherwise: int) -> int:
    """What a container grants its processes."""
    try:
        return int(Path("/sys/fs/cgroup/memory.max").read_text("ascii"))
    except (OSError, ValueError):
        return otherwise


class _MemoryStatus(ctypes.Structure):
    """Windows' MEMORYSTATUSEX."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("physical", ctypes.c_uint64),
        *((name, ctypes.c_uint64) for name in "abcdef"),
    )


def _windows() -> int:
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - only there on Windows
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        return USUAL
    return int(status.physical)
