"""A person's own files of Impasto's: small JSON, private, written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .whole import write_whole


def read_json(path: Path) -> dict[str, Any]:
    """What the file holds; nothing where it is missing or damaged, as none of it is precious."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Replace the file. Raises OSError where it can't be written."""
    write(path, json.dumps(values, indent=1, ensure_ascii=False).encode())


def write(path: Path, data: bytes) -> None:
    """Replace a file by one that only its owner can read. Raises OSError where it can't."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, data, mode=0o600)


def file_name(title: str) -> str:
    """A title as a file's name on every system, without an ending."""
    kept = "".join(letter if letter.isalnum() or letter in " -_()" else "_" for letter in title)
    return kept.strip(" _")[:80] or "unnamed"
