"""What is known of an installation: how far it came, and the mark that it is whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.bridge import VERSION
from core.bridge.storage.own import read_json, write_json
from core.bridge.storage.paths import Installation


@dataclass
class Record:
    """The user's choices and the steps that came to their end; kept when one is interrupted.

    Attributes:
        torch: which of PyTorch's builds was asked for, as in core.setup.variant.
        device: the default of the ``device`` setting.
        hosts: which hosts to look for.
        cluster: whether what several processes and machines need is installed.
        steps: the fingerprint of each finished step, by its name.
        plugins: folders that plug-ins were copied to.
        checkout: the folder of the install.py that was run last.
    """

    torch: str = "auto"
    device: str = "auto"
    hosts: list[str] = field(default_factory=lambda: ["krita", "gimp"])
    cluster: bool = False
    steps: dict[str, str] = field(default_factory=dict)
    plugins: list[str] = field(default_factory=list)
    checkout: str = ""

    @classmethod
    def load(cls, installation: Installation) -> Record:
        """What was recorded; an empty record where there is none, or none that can be read."""
        values, empty = read_json(installation.steps), asdict(cls())
        if values.get("cpu") is True:  # as it was recorded before there were more builds
            values.setdefault("torch", "cpu")
        return cls(
            **{name: v for name, v in values.items() if name in empty and _like(v, empty[name])}
        )

    def save(self, installation: Installation) -> None:
        write_json(installation.steps, asdict(self))


def _like(value: object, other: object) -> bool:
    """Whether a value is of the same kind as another one; in lists and mappings are texts."""
    inside = value.values() if isinstance(value, dict) else value
    texts = not isinstance(inside, Iterable) or all(isinstance(each, str) for each in inside)
    return type(value) is type(other) and texts


def write_manifest(
    installation: Installation,
    record: Record,
    checkout: Path,
    health: Mapping[str, Any] | None = None,
) -> None:
    """Mark the installation as whole.

    Args:
        installation: which.
        record: of what was chosen.
        checkout: what it was made of.
        health: what the engine's probe has found, of which hosts tell a part.
    """
    told = {name: value for name, value in (health or {}).items() if name in _TOLD}
    write_json(
        installation.manifest,
        {"version": VERSION, "device": record.device, "checkout": str(checkout), **told},
    )


_TOLD = ("torch", "devices", "licences")


def fingerprint(*parts: object) -> str:
    """A short name for exactly these values; a Path stands for the contents below it."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            for file in source_files(part):
                digest.update(os.fsencode(file.relative_to(part.parent)) + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
        else:
            digest.update(os.fsencode(f"{part}\0"))
    return digest.hexdigest()


def source_files(path: Path) -> Iterable[Path]:
    """``path`` itself or all files below it, sorted, without what Python and editors leave."""
    if path.is_file():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and not any(_left_lying(part) for part in file.relative_to(path).parts)
    )


def _left_lying(name: str) -> bool:
    return name.startswith(".") or name.endswith("~") or name == "__pycache__"
