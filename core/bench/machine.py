"""Describes the machine that was measured, without which a figure means nothing."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import torch

from core.system import devices


def describe(device: torch.device) -> dict[str, Any]:
    """The processor and its load, the device, and PyTorch's version and use of the processor."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "bfloat16": devices.convolution_dtype(torch.device("cpu")) == torch.bfloat16,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "device": str(devices.describe(device)),
        "load": round(_load(), 2),
    }


def _load() -> float:
    """Processes that want a core over cores, in the last minute; 0 if the system does not say."""
    if not hasattr(os, "getloadavg"):
        return 0.0
    return os.getloadavg()[0] / (os.cpu_count() or 1)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
