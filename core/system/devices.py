"""The devices that compute, and the precision that each computes in."""

from __future__ import annotations

import torch

from core.bridge.contract.errors import DEVICE, BadInput
from core.bridge.i18n.text import Text
from core.system import heap


def choose(name: str) -> torch.device:
    """The device that a setting names; ``auto`` is the first of :func:`present`.

    Raises:
        BadInput: this machine or this PyTorch does not have the device.
    """
    found = present()
    if name == "auto":
        name = found[0]
    if name not in found:
        have = ", ".join(found)
        raise BadInput(
            "There is no {name} device here: choose auto or one of {names}.",
            code=DEVICE,
            name=name,
            names=have,
        )
    return torch.device(name)


def present() -> list[str]:
    """The devices that are here: CUDA's, which are AMD's too under ROCm, Intel's, Apple's, the CPU.

    AMD's and Intel's were never run.
    """
    there = {
        "cuda": torch.cuda.is_available(),
        "xpu": torch.xpu.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    return [name for name, here in there.items() if here]


def convolution_dtype(device: torch.device) -> torch.dtype:
    """The type that convolutions compute in: bfloat16 if the hardware multiplies it, else float32.

    Statistics and losses are float32 on every device. A CPU without such instructions emulates
    bfloat16, which is slower than float32.
    """
    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    if device.type == "xpu" and torch.xpu.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    # The processor may be told to keep to AVX2, as ATEN_CPU_CAPABILITY does.
    if device.type == "cpu" and torch.backends.cpu.get_cpu_capability().startswith("AVX512"):
        able = torch.cpu.get_capabilities()
        if able.get("avx512_bf16") or able.get("amx_bf16"):
            return torch.bfloat16
    return torch.float32


def describe(device: torch.device) -> Text:
    """The device in words: ``cpu (2 cores)``, ``cuda (NVIDIA ...)``."""
    if device.type == "cuda":
        return Text("cuda ({name})", name=torch.cuda.get_device_name(device))
    if device.type == "xpu":
        return Text("xpu ({name})", name=torch.xpu.get_device_name(device))
    if device.type == "cpu":
        return Text("cpu ({count} cores)", count=torch.get_num_threads())
    return Text("{name}", name=device.type)


def release(device: torch.device) -> None:
    """Give cached memory back to the system."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "xpu":
        torch.xpu.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
    else:
        heap.release()
