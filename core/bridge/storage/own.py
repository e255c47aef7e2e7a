"""A person's own files of Impasto's: small JSON, private, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import outside
from .whole import write_whole

ASIDE = 5
"""Damaged files of one name that are kept."""


def read_json(path: Path) -> dict[str, Any]:
    """What the file holds; nothing where it is missing or damaged: then it is begun afresh."""
    try:
        return outside.read(path)
    except (OSError, ValueError):
        return {}


def write_json(
    path: Path, values: dict[str, Any], known: Callable[[dict[str, Any]], bool] | None = None
) -> None:
    """Replace the file. One that is damaged is kept beside it as ``NAME.broken.json``.

    Args:
        path: of the file.
        values: to write.
        known: tells whether the values that are there are such as these; by default any are.

    Raises:
        OSError: it can't be written.
    """
    if _damaged(path, known):
        path.replace(_aside(path))
    write(path, json.dumps(values, indent=1).encode())


def write(path: Path, data: bytes) -> None:
    """Replace a file by one that only its owner can read. Raises OSError where it can't."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, data, mode=0o600)


def file_name(title: str) -> str:
    """A title as a file's name on every system, without an ending."""
    kept = "".join(letter if letter.isalnum() or letter in " -_()" else "_" for letter in title)
    return kept.strip(" _")[:80] or "unnamed"


def _damaged(path: Path, known: Callable[[dict[str, Any]], bool] | None) -> bool:
    """Whether there is something that can't be read, though nobody forbids it."""
    try:
        found = outside.read(path)
    except ValueError:
        return True
    except OSError:
        return path.exists() and not path.is_file()
    return known is not None and not known(found)


def _aside(path: Path) -> Path:
    """The first free name beside it; the last one of all, where that many are kept already."""
    names = ["", *(f" {number}" for number in range(2, ASIDE + 1))]
    beside = [path.with_name(f"{path.stem}.broken{name}{path.suffix}") for name in names]
    return next((name for name in beside if not name.exists()), beside[-1])
