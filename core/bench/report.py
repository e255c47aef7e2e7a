"""What a benchmark tells: figures with their targets, a table for people, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.whole import write_whole


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        subject: whose it is.
        name: what was measured.
        value: how much, in ``unit``.
        unit: ``s``, ``times``, ``GB`` …; empty for a pure number.
        most: the target, where it is not to be exceeded.
        note: how it was measured where that is not plain, or why it is worth less.
        estimate: it was extrapolated; a target is then neither met nor missed.
    """

    subject: str
    name: str
    value: float
    unit: str = ""
    most: float | None = None
    note: str = ""
    estimate: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none, or only an estimate."""
        if self.most is None or self.estimate:
            return None
        return self.value <= self.most

    def row(self) -> tuple[str, ...]:
        """Subject, name, value, target, verdict and note, for people."""
        target = "" if self.most is None else f"at most {_number(self.most)}"
        verdict = {True: "met", False: "NOT MET", None: ""}[self.met]
        value = f"{'about ' if self.estimate else ''}{_number(self.value)} {self.unit}".strip()
        return (self.subject, self.name, value, target, verdict, self.note)


def _number(value: float) -> str:
    """Three digits that count."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(figures: Iterable[Figure]) -> str:
    """All figures as aligned lines, the notes at their ends."""
    rows = [figure.row() for figure in figures]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def write_json(path: Path, machine: Mapping[str, Any], figures: Iterable[Figure]) -> None:
    """Write machine and figures. Raises ImpastoError where the file can't be written."""
    told = [{**asdict(figure), "met": figure.met} for figure in figures]
    try:
        text = json.dumps({"machine": machine, "figures": told}, indent=2) + "\n"
        write_whole(path, text.encode())
    except OSError as error:
        raise ImpastoError(f"{path} can't be written ({error.strerror}): name another.") from error
