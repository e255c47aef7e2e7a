"""Which of PyTorch's builds an installation gets.

The lock has the usual ones, with our own hashes: for NVIDIA's cards and the processor on Linux, for
the processor on Windows, for Apple's chips. Where the machine wants another, uv knows PyTorch's own
index for it, and by ``auto`` finds out itself what the machine has.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from core.bridge.storage.platform import here
from core.setup import process

AUTO, CPU, LOCKED = "auto", "cpu", "locked"

_CUDAS = (
    *(132, 130, 129, 128, 126, 125, 124, 123, 122, 121, 120, 118, 117, 116, 115, 114, 113, 112),
    *(111, 110, 102, 101, 100, 92, 91, 90, 80),
)
_ROCMS = (
    *("7.2", "7.1", "7.0", "6.4", "6.3", "6.2.4", "6.2", "6.1", "6.0", "5.7", "5.6", "5.5"),
    *("5.4.2", "5.4", "5.3", "5.2", "5.1.1", "4.2", "4.1", "4.0.1"),
)
UVS = (*(f"cu{n}" for n in _CUDAS), *(f"rocm{n}" for n in _ROCMS), "xpu")
"""The other builds that the uv of our lock knows. uv itself would say no only when the environment
for the build before is gone, and that name would be what the next run goes by."""

_DRIVER = 580
"""The oldest of NVIDIA's drivers for CUDA 13, which the lock's builds are made for."""


def resolve(wanted: str, driver: Callable[[], int | None] | None = None) -> str:
    """The build for what a person asked for: :data:`LOCKED`, or a name for uv.

    Args:
        wanted: ``auto``, ``cpu``, ``locked``, or what uv calls a build: ``cu126``, ``rocm6.4``...
        driver: finds the first number of NVIDIA's driver; None where there is none.
    """
    platform = here()
    if platform.mac or wanted == LOCKED or (platform.windows and wanted == CPU):
        return LOCKED
    if wanted != AUTO:
        return wanted
    there = (driver or nvidia_driver)()
    if platform.windows:
        return LOCKED if there is None else AUTO
    return LOCKED if there is not None and there >= _DRIVER else AUTO


def nvidia_driver(
    module: Path = Path("/sys/module/nvidia/version"),
    driver: Path = Path("/proc/driver/nvidia/version"),
) -> int | None:
    """The first number of the version of NVIDIA's driver; None where there is none.

    Args:
        module: says it alone, and is not seen from a Flatpak.
        driver: says it behind a name, as in ``... Kernel Module for x86_64  580.65.06  ...``.
    """
    smi = shutil.which("nvidia-smi")
    query = ["--query-gpu=driver_version", "--format=csv,noheader"]
    told = _read(module) or _read(driver) or (process.output([smi, *query]) if smi else None)
    found = re.search(r"(?<![\w.])(\d+)\.\d", told or "")
    return int(found[1]) if found else None


def _read(file: Path) -> str | None:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return None


def source(build: str) -> tuple[str, ...]:
    """uv's options for a build that is not the lock's."""
    return ("--torch-backend", build)
