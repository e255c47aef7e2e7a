"""The first paintings on a machine, so that the first dialog can say how long each quality takes.

They are asked of the worker as a host asks, and noted where a host notes its own.
"""

from __future__ import annotations

import time
from dataclasses import replace

from core.bridge.client.job import Job
from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.session.history import History
from core.bridge.session.presets import QUALITIES
from core.bridge.storage.paths import Installation
from core.setup import worker
from core.setup.console import Console

SECONDS = 15.0
"""What it may take altogether."""

EXTENT = Extent(512, 384)
"""Of what is painted: as large as a host's usual work. At half of it each pixel costs painterly
half as much again."""

SMALL = Extent(64, 64)
"""Of what is painted first, unmeasured: the networks are loaded by then, as by a preview."""

STEPS = (20, 200)
"""Of painterly. Where a step takes long, twenty tell what hundreds take to about a quarter: 52 s
instead of 41 on two cores."""

ENOUGH = 2.0
"""Seconds from which on a painting tells what longer ones take."""


def rehearse(installation: Installation, console: Console) -> None:
    """Paint with each quality of which nobody knows yet how long it takes here.

    What time there is not for is told from the part that was painted. What can't be done is said
    in one line: the set-up does not depend on it, and the dialogs then tell what it takes on two
    processor cores.
    """
    history, deadline = History(installation), time.monotonic() + SECONDS
    style = min(installation.gallery.glob("*.jpg"), default="")
    kinds = dict.fromkeys(
        replace(Settings(style=str(style)), **{**quality.settings, "steps": STEPS[-1]})
        for quality in QUALITIES.values()
    )
    unknown = [kind for kind in kinds if not history.knows(kind, [EXTENT])]
    if not unknown:
        return
    try:
        for kind in unknown:
            first = _request(SMALL, replace(kind, steps=1))
            _seconds(Job(first, installation), console, deadline)
            for steps in STEPS:
                settings = replace(kind, steps=steps)
                job = Job(_request(EXTENT, settings), installation)
                seconds = _seconds(job, console, deadline)
                if seconds is not None:
                    history.record(settings, [EXTENT], seconds)
                if seconds is None or seconds > ENOUGH:
                    break
        worker.dismiss(installation)
    except ImpastoError as error:
        console.say(f"How long a painting takes here is told after the first one: {error}")


def _request(extent: Extent, settings: Settings) -> Request:
    """To paint over a ramp of grey and colour; what it shows does not count."""
    format = PixelFormat("RGB", "u8")
    ramp = bytes(range(256)) * (extent.area * format.bytes_per_pixel // 256)
    return Request(Pixels(extent, format, ramp), settings)


def _seconds(job: Job, console: Console, deadline: float) -> float | None:
    """What a painting takes, as the worker tells it, or by the part of it that could be painted.

    Returns:
        None where nothing was painted by the deadline.

    Raises:
        ImpastoError: it fails.
    """
    fractions = _Fractions()
    try:
        while not job.advance(0.2):
            fractions.see(job.progress.fraction)
            left = deadline - time.monotonic()
            if left < 0:
                return fractions.whole()
            console.progress(f"      painting a little, {SECONDS - left:.0f} s")
    finally:
        job.close()
    assert job.result is not None
    return float(str(job.result.report["seconds"]))


class _Fractions:
    """How fast a painting goes on, from its first step to the last one that was seen."""

    def __init__(self) -> None:
        self._began: tuple[float, float] | None = None
        self._last = 0.0, 0.0

    def see(self, fraction: float) -> None:
        """The painting is that far now."""
        if fraction > self._last[1]:
            self._last = time.monotonic(), fraction
            self._began = self._began or self._last

    def whole(self) -> float | None:
        """Seconds that all of it would take; None where two of its steps were never seen."""
        if self._began is None or self._last[1] <= self._began[1]:
            return None
        seconds, done = (b - a for a, b in zip(self._began, self._last, strict=True))
        return seconds / done
