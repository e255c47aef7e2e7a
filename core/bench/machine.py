"""Describes the machine that was measured, without which a figure means nothing."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import torch

from core.features.convolutions import choice
from core.system import devices

_FEATURES = {
    "AVX2": ("avx2",),
    "AVX-512": ("avx512_f",),
    "AVX-512 bfloat16": ("avx512_bf16",),
    "AMX": ("amx_bf16", "amx_int8"),
}
"""What of a processor decides how fast it convolves, with PyTorch's names."""


def features() -> str:
    """Those of :data:`_FEATURES` that this processor has."""
    able = torch.cpu.get_capabilities()
    found = [name for name, names in _FEATURES.items() if any(map(able.get, names))]
    return ", ".join(found) or "none known"


def describe(device: torch.device, choices: Path) -> dict[str, Any]:
    """The processor and its load, the device, and PyTorch's version and use of the processor.

    Args:
        device: computes.
        choices: the file that says which algorithm of a convolution is the quickest here.
    """
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "features": features(),
        "used by PyTorch": torch.backends.cpu.get_cpu_capability(),
        "bfloat16": devices.convolution_dtype(torch.device("cpu")) == torch.bfloat16,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "device": str(devices.describe(device)),
        "convolutions": choice.told(choices, device),
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
