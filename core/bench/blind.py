"""A sheet on which people compare paintings without knowing whose each is."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.whole import write_whole
from core.pixels import sheet

LETTERS = "ABCDEFGH"


class Row(NamedTuple):
    """A content, a style, and what was made of them by name."""

    name: str
    content: Tensor
    style: Tensor
    paintings: Mapping[str, Tensor]


def names_file(path: Path) -> Path:
    """The file beside a sheet that says which letter is whose."""
    return path.with_name(f"{path.name}.names.json")


def save(path: Path, rows: Sequence[Row], order: random.Random | None = None) -> None:
    """Write the sheet, and :func:`names_file` beside it.

    Each row has its own order, drawn by chance, so that nobody learns a column.

    Args:
        path: its ending decides the format.
        rows: all with the same number of paintings.
        order: draws the orders; by default the system's chance.

    Raises:
        BadInput: as :func:`core.pixels.sheet.save`.
        ImpastoError: a file can't be written.
    """
    order = order or random.SystemRandom()
    shown, told = [], {}
    for row in rows:
        names = list(row.paintings)
        order.shuffle(names)
        shown.append((row.name, [row.content, row.style, *map(row.paintings.get, names)]))
        told[row.name] = dict(zip(LETTERS, names, strict=False))
    letters = LETTERS[: max(len(row.paintings) for row in rows)]
    sheet.save(path, ["content", "style", *letters], shown)
    file = names_file(path)
    try:
        write_whole(file, (json.dumps(told, indent=2) + "\n").encode())
    except OSError as error:
        raise ImpastoError(
            "{path} can't be written ({reason}): name another.", path=file, reason=error.strerror
        ) from error
