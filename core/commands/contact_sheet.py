"""Sheets that show all paintings of a batch beside their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.bridge.contract.errors import BadInput
from core.commands.pairs import Pair
from core.terminal import streams

if TYPE_CHECKING:
    from torch import Tensor

    from core.system.stopping import ShouldStop

NAME = "contact-sheet"
"""Of their files, without the ending."""

_ROWS = 24
"""Pictures of one sheet."""

_CELL = 240
"""Long side of a picture on it, in pixels."""


def paths(folder: Path, asked: Sequence[Pair]) -> list[Path]:
    """The files of the sheets that show these paintings."""
    rows = len({pair.row for pair in asked})
    if rows <= _ROWS:
        return [folder / f"{NAME}.jpg"]
    return [folder / f"{NAME}-{number + 1}.jpg" for number in range(-(-rows // _ROWS))]


def write(
    asked: Sequence[Pair], sheets: Sequence[Path], should_stop: ShouldStop, *, each: bool
) -> None:
    """Show what there is of all paintings beside their pictures.

    Args:
        asked: the paintings.
        sheets: of :func:`paths`.
        should_stop: asked at every picture.
        each: whether each picture has a style of its own.

    Raises:
        ImpastoError: a sheet can't be written.
        Stopped: ``should_stop`` said so.
    """
    from core.pixels import sheet
    from core.system import stopping

    single = each or len({pair.column for pair in asked}) == 1
    styles = dict.fromkeys(_label(pair.style) for pair in asked)
    columns = ["", ""] if single else ["", *styles]
    rows: dict[int, list[Tensor | None]] = {}
    names: dict[int, str] = {}
    for pair in asked:
        stopping.ask(should_stop)
        if pair.row not in rows:
            rows[pair.row] = [_seen(pair.picture)]
            names[pair.row] = pair.picture.name
            if single:
                names[pair.row] += f" – {_label(pair.style)}"
        rows[pair.row].append(_seen(pair.output))
    lines = [
        (names[row], line) for row, line in rows.items() if any(one is not None for one in line)
    ]
    for path, first in zip(sheets, range(0, len(lines), _ROWS), strict=False):
        sheet.save(path, columns, lines[first : first + _ROWS])
        streams.say(f"{path}: all of them")


def _label(style: str) -> str:
    return Path(style).stem or style


def _seen(path: Path) -> Tensor | None:
    """A picture as it is on a sheet; None where there is none."""
    from core.pixels import files
    from core.pixels.imaging import fit

    try:
        picture = files.read(path, enough=_CELL).picture()
    except BadInput:
        return None
    return picture.resize(fit(picture.extent, _CELL)).over(1)
