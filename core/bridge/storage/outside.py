"""JSON from outside: messages, files that anybody may have edited, what a document remembers.

It is small and flat where Impasto wrote it. What is not is refused, by ValueError alone, so that
whoever reads has one answer to everything that can be wrong.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from pathlib import Path
from typing import Any

from ..contract.geometry import Box
from .regular import opened

MOST = 4 << 20
"""Bytes of a file: two hundred paths and the times of past runs are some kilobytes."""

MOST_RECORD = 256 << 20
"""Bytes of what a document remembers: it holds a packed selection."""

MAX_DEPTH = 8
"""How deep lists and objects may lie in each other; Impasto's own lie in four."""

MAX_NUMBER = 1 << 53
"""Up to which whole numbers are the same in every JSON."""

_FAR = 1 << 24
"""Pixels: no canvas is so large, nor a layer so far from it."""


def parse(data: bytes | bytearray | str, most: int = MOST) -> dict[str, Any]:
    """The JSON object in data from outside, with finite numbers only.

    Raises:
        ValueError: it is no such object, or larger or deeper than any of ours.
    """
    if len(data) > most:
        raise ValueError(f"more than {most} bytes")
    text = data if isinstance(data, str) else data.decode("utf-8-sig")
    try:
        found = json.loads(text, parse_constant=_number, parse_int=_whole, parse_float=_number)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(found, dict):
        raise ValueError("no object")
    _check_depth(found)
    return found


def read(path: Path, most: int = MOST) -> dict[str, Any]:
    """The JSON object in a regular file.

    Raises:
        OSError: the file is missing or can't be read.
        ValueError: it is no regular file, or as :func:`parse` does.
    """
    with opened(path) as file:
        return parse(file.read(most + 1), most)


def box(values: object) -> Box:
    """A box that was written down as a list of four numbers. Raises ValueError."""
    if not isinstance(values, (list, tuple)) or len(values) != 4:
        raise ValueError("no box")
    if not all(type(value) is int and abs(value) < _FAR for value in values):
        raise ValueError("no box of pixels")
    found = Box(*values)
    if found.empty:
        raise ValueError("an empty box")
    return found


def unpacked(packed: object, size: int) -> bytes:
    """So many bytes, which were compressed and written as base64. Raises ValueError."""
    if not isinstance(packed, str):
        raise ValueError("no text")
    stream = zlib.decompressobj()
    try:
        # Not more than is wanted, whatever it would come to.
        data = stream.decompress(base64.b64decode(packed), size + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(data) != size:
        raise ValueError(f"not {size} bytes")
    return data


def _whole(text: str) -> int:
    # Python takes the longer for a number the longer it is.
    if len(text) > 17 or abs(int(text)) > MAX_NUMBER:
        raise ValueError("a number that is too large")
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number that is too large, or none")
    return value


def _check_depth(found: dict[str, Any]) -> None:
    level: list[Any] = [found]
    for _ in range(MAX_DEPTH):
        inside = [v.values() if isinstance(v, dict) else v for v in level]
        level = [v for values in inside for v in values if isinstance(v, (dict, list))]
        if not level:
            return
    raise ValueError("too deep")
