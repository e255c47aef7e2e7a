"""How long paintings took on this machine, and how long the next one will take by that.

What a machine needs is told as a multiple of what the reference machine of :mod:`.workload` would.
A past run counts for the next one as far as the two spend their time on the same: a tiny work, most
of whose time goes into the beginning, says nothing of a large one's pace.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ..contract.geometry import Extent
from ..contract.methods import METHODS
from ..contract.settings import Settings
from ..storage.own import read_json, write_json
from ..storage.paths import Installation
from .workload import Workload, workload

KEPT = 8
"""Runs of a kind that are remembered."""

KINDS = 24
"""Kinds that are, the ones painted last."""

ENOUGH = 0.15
"""What the runs must weigh together that an estimate rests on; one like the next weighs 1."""

MODEL = 2
"""Of the notes: runs that were noted by other formulas are left out."""

_FARTHEST = 1e8
"""Seconds, three years: no run took longer."""


class _Past(NamedTuple):
    """A run that came to its end: what it was expected to cost, and the seconds it took."""

    expected: Workload
    seconds: float


class History:
    """The last runs, of both hosts."""

    def __init__(self, installation: Installation) -> None:
        self._file = installation.user / "history.json"

    def record(self, settings: Settings, extents: Sequence[Extent], seconds: float) -> None:
        """Remember a run: its settings, the size of each region's box, and what it took."""
        run = _Past(workload(settings, extents), seconds)
        if _run(_noted(run)) is None:
            return
        kinds, kind = self._kinds(), _kind(settings)
        runs = [*kinds.pop(kind, []), run][-KEPT:]
        newest = [*list(kinds.items())[1 - KINDS :], (kind, runs)]
        noted = {name: [_noted(each) for each in of] for name, of in newest}
        with contextlib.suppress(OSError):
            write_json(self._file, {"model": MODEL, "kinds": noted}, _are_notes)

    def estimate(self, settings: Settings, *layers: Sequence[Extent]) -> float:
        """Seconds that painting these layers, by the sizes of their regions, will take together.

        Each by the runs of its kind; where they tell nothing of it, by all runs on this machine;
        where these don't either, as on the reference machine.
        """
        kinds = self._kinds()
        own = kinds.get(_kind(settings), [])
        every = [run for runs in kinds.values() for run in runs]
        expected = [workload(settings, extents) for extents in layers]
        return sum(
            each.seconds * (_multiple(own, each) or _multiple(every, each) or 1.0)
            for each in expected
        )

    def knows(self, settings: Settings, extents: Sequence[Extent]) -> bool:
        """Whether runs of its kind tell how long a run will take."""
        own = self._kinds().get(_kind(settings), [])
        return _multiple(own, workload(settings, extents)) is not None

    def _kinds(self) -> dict[str, list[_Past]]:
        """The runs of each kind, oldest first; none where the notes are of another model."""
        found = read_json(self._file)
        kinds = found.get("kinds") if found.get("model") == MODEL else None
        if not isinstance(kinds, dict):
            return {}
        lists = {name: runs for name, runs in kinds.items() if isinstance(runs, list)}
        return {name: list(filter(None, map(_run, runs))) for name, runs in lists.items()}


def _multiple(runs: Iterable[_Past], expected: Workload) -> float | None:
    """How many times as long as on the reference machine it takes; None where nothing tells.

    The median of what the runs say, weighted: an outlier does not move it.
    """
    said = sorted(
        (run.seconds / run.expected.seconds, run.expected.likeness(expected) ** 4) for run in runs
    )
    total = sum(weight for _, weight in said)
    if total < ENOUGH:
        return None
    passed = 0.0
    for multiple, weight in said:
        passed += weight
        if passed >= total / 2:
            return multiple
    return None


def _kind(settings: Settings) -> str:
    """Runs of one kind take the same multiple of what is expected."""
    parts = [settings.method, settings.device]
    parts += [getattr(settings, name) for name in METHODS[settings.method].cost.kinds]
    if settings.threads:
        parts.append(f"{settings.threads} threads")
    if settings.sketch:
        parts.append("sketch")
    return " ".join(parts)


def _noted(run: _Past) -> list[float]:
    return [*run.expected, run.seconds]


def _run(noted: Any) -> _Past | None:
    """What :func:`_noted` wrote; None where it is something else."""
    if not isinstance(noted, list) or len(noted) != 4:
        return None
    if not all(type(n) in (int, float) and math.isfinite(n) and 0 <= n < _FARTHEST for n in noted):
        return None
    run = _Past(Workload(*noted[:3]), noted[3])
    return run if run.seconds > 0 and run.expected.seconds > 0 else None


def _are_notes(found: dict[str, Any]) -> bool:
    """Whether it is a file of ours, of this model or an earlier one, which had a list of runs."""
    if found.get("model") != MODEL:
        return isinstance(found.get("runs"), list)
    kinds = found.get("kinds")
    return isinstance(kinds, dict) and all(
        isinstance(runs, list) and all(map(_run, runs)) for runs in kinds.values()
    )
