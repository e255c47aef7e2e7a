"""How long paintings took on this machine, and how long the next one will take by that."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Sequence
from typing import Any

from .geometry import Extent
from .own import read_json, write_json
from .paths import Installation
from .settings import Settings

KEPT = 40
"""Runs that are remembered."""

ASKED = 5
"""Runs of a kind, the last ones, by which the next is estimated."""

_DETAIL_STEPS = 0.1
"""Steps over those of the work that a finer scale takes, about."""


class History:
    """The last runs, of both hosts."""

    def __init__(self, installation: Installation) -> None:
        self._file = installation.user / "history.json"

    def record(self, settings: Settings, extents: Sequence[Extent], seconds: float) -> None:
        """Remember a run: its settings, the size of each region's box, and what it took."""
        run = {"kind": _kind(settings), "work": _work(settings, extents), "seconds": seconds}
        with contextlib.suppress(OSError):
            write_json(self._file, {"runs": [*self._runs(), run][-KEPT:]})

    def estimate(self, settings: Settings, extents: Sequence[Extent]) -> float | None:
        """Seconds that a run will take; None where there was none like it."""
        kind = _kind(settings)
        paces = [run["seconds"] / run["work"] for run in self._runs() if run.get("kind") == kind]
        if not paces:
            return None
        return float(statistics.median(paces[-ASKED:])) * _work(settings, extents)

    def _runs(self) -> list[dict[str, Any]]:
        runs = read_json(self._file).get("runs", [])
        return [run for run in runs if _whole(run)] if isinstance(runs, list) else []


def _whole(run: Any) -> bool:
    """Whether it is what :meth:`History.record` wrote."""
    if not isinstance(run, dict):
        return False
    numbers = [run.get("work"), run.get("seconds")]
    return all(isinstance(number, (int, float)) and number > 0 for number in numbers)


def _kind(settings: Settings) -> str:
    """Runs of one kind take as long as their work is large."""
    parts = [settings.method, settings.device]
    if settings.method == "painterly":
        parts += [settings.network, settings.statistics, settings.optimizer]
    return " ".join(parts)


def _work(settings: Settings, extents: Sequence[Extent]) -> float:
    """Pixels times steps, about."""
    total = 0.0
    for extent in extents:
        scale = min(1.0, settings.size / extent.long_side)
        work = extent.area * scale**2
        if settings.method != "painterly":
            total += work
            continue
        finer = extent.area if settings.detail and scale < 1 else 0.0
        total += settings.steps * (work + _DETAIL_STEPS * finer)
    return total
