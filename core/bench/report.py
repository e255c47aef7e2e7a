"""Figures with their targets, as a table for people and as JSON for machines."""

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
        subject: that it belongs to.
        name: of what was measured.
        value: in ``unit``.
        unit: ``s``, ``times``, ``GB`` …; empty for a pure number.
        most: the target, which the value should not exceed; None if there is none.
        note: how it was measured, or why it is less certain.
        estimate: True if it was extrapolated. The target is then neither met nor missed.
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
        """Whether the target is met; None if there is none, or only an estimate."""
        if self.most is None or self.estimate:
            return None
        return self.value <= self.most

    def row(self) -> tuple[str, ...]:
        """Subject, name, value, target, verdict and note, in words."""
        target = "" if self.most is None else f"at most {_number(self.most)}"
        verdict = {True: "met", False: "NOT MET", None: ""}[self.met]
        value = f"{'about ' if self.estimate else ''}{_number(self.value)} {self.unit}".strip()
        return (self.subject, self.name, value, target, verdict, self.note)


def _number(value: float) -> str:
    """A number with three significant digits."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(figures: Iterable[Figure]) -> str:
    """All figures as aligned lines that end with the notes."""
    rows = [figure.row() for figure in figures]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def write_json(path: Path, machine: Mapping[str, Any], figures: Iterable[Figure]) -> None:
    """Write the machine and the figures. Raises ImpastoError if the file can't be written."""
    told = [{**asdict(figure), "met": figure.met} for figure in figures]
    try:
        text = json.dumps({"machine": machine, "figures": told}, indent=2) + "\n"
        write_whole(path, text.encode())
    except OSError as error:
        raise ImpastoError(
            "{path} can't be written ({reason}): name another.", path=path, reason=error.strerror
        ) from error
