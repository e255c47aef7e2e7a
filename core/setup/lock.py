"""Read the locks: requirements.txt, core/cluster/requirements.txt and tests/requirements.txt."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_TORCH = re.compile(r"torch|torchvision|triton")
_CUDA = re.compile(r"nvidia-.*|cuda-.*")


@dataclass(frozen=True)
class Pin:
    """One package at one version, for the machines its marker names.

    Attributes:
        name: the package.
        requirement: version and marker, without hashes.
        text: the lines of the lock, with hashes.
    """

    name: str
    requirement: str
    text: str

    @property
    def torch(self) -> bool:
        """PyTorch itself, of which its own index has builds without CUDA."""
        return self.name in ("torch", "torchvision")

    @property
    def gpu_only(self) -> bool:
        """PyTorch and all it needs for CUDA: what an environment for the CPU leaves out."""
        return bool(_TORCH.fullmatch(self.name) or _CUDA.fullmatch(self.name))


def read(lock: Path) -> list[Pin]:
    """All pins of a lock, in its order."""
    pins = []
    for block in re.split(r"\n(?=\S)", lock.read_text("utf-8")):
        requirement = block.split("\n")[0].rstrip("\\ ")
        if "==" in requirement and not requirement.startswith("#"):
            pins.append(Pin(requirement.partition("==")[0], requirement, block.rstrip()))
    return pins


def write(pins: list[Pin], file: Path, text: Callable[[Pin], str] = lambda pin: pin.text) -> Path:
    """Write a requirements file of ``pins``, with hashes unless ``text`` says otherwise."""
    file.write_text("".join(text(pin) + "\n" for pin in pins), "utf-8")
    return file
