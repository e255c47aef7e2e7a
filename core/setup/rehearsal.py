"""The first paintings on a machine, so that the first dialog can say how long each quality takes.

They are asked of the worker as a host asks, and noted where a host notes its own.
"""

from __future__ import annotations

import time
from dataclasses import replace

from core.bridge.client import running
from core.bridge.client.job import Job
from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.geometry import Extent
from core.bridge.contract.methods import METHODS
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Progress, Request
from core.bridge.contract.settings import Settings
from core.bridge.i18n.times import about
from core.bridge.session.history import History
from core.bridge.session.presets import QUALITIES
from core.bridge.storage.paths import Installation
from core.setup import worker
from core.setup.console import Console

SECONDS = 15.0
"""After which a painting ends as soon as its steps tell the rest of it, and nothing more than each
quality needs is begun. A machine that is slow or busy takes longer until then."""

EXTENT = Extent(512, 384)
"""Of what is painted: as large as a host's usual work. At half of it each pixel costs painterly
half as much again."""

SMALL = Extent(64, 64)
"""Of what is painted first, unmeasured: the networks are loaded by then, as by a preview."""

STEPS = (25, 200)
"""Of painterly: at first about as few as an estimate of the best quality can rest on. Where a step
takes long, twenty told what hundreds take to about a quarter: 52 s instead of 41 on two cores."""

ENOUGH = 2.0
"""Seconds from which on a painting tells what longer ones take."""

TELLING = 1.0
"""Seconds between two steps that tell the pace: a step is heard of some hundredths late."""


def rehearse(installation: Installation, console: Console, *, stays: bool = False) -> None:
    """Paint with each quality of which nobody knows yet how long it takes here, and say how long.

    Each is painted until that can be told, however slow the machine is. What can't be done is said
    in one line: the set-up does not depend on it, and the dialogs then tell what it takes on two
    processor cores.

    Args:
        installation: where it is done.
        console: where it is said.
        stays: the worker stays, with its networks loaded, for the dialog that opens next; it
            leaves by itself when nobody comes.
    """
    history, deadline = History(installation), time.monotonic() + SECONDS
    style = min(installation.gallery.glob("*.jpg"), default="")
    wanted = {
        quality.label: replace(Settings(style=str(style)), **quality.settings)
        for quality in QUALITIES.values()
    }
    kinds = dict.fromkeys(replace(settings, steps=STEPS[-1]) for settings in wanted.values())
    unknown = [kind for kind in kinds if not history.knows(kind, [EXTENT])]
    if not unknown:
        return
    try:
        for kind in unknown:
            first = _request(SMALL, replace(kind, steps=1))
            _seconds(Job(first, installation), installation, console, deadline)
            in_steps = METHODS[kind.method].cost.in_steps
            for steps in STEPS if in_steps else STEPS[:1]:
                settings = replace(kind, steps=steps)
                job = Job(_request(EXTENT, settings), installation)
                seconds = _seconds(job, installation, console, deadline)
                history.record(settings, [EXTENT], seconds)
                if seconds > ENOUGH or time.monotonic() > deadline:
                    break
        if not stays:
            worker.dismiss(installation)
    except ImpastoError as error:
        console.say(f"How long a painting takes here is told after the first one: {error}")
        return
    width, height = EXTENT
    times = (f"{name} {about(history.estimate(s, [EXTENT]))}" for name, s in wanted.items())
    console.say(f"A painting of {width}x{height} pixels takes here: {', '.join(times)}.")


def _request(extent: Extent, settings: Settings) -> Request:
    """To paint over a ramp of grey and colour; what it shows does not count."""
    format = PixelFormat("RGB", "u8")
    ramp = bytes(range(256)) * (extent.area * format.bytes_per_pixel // 256)
    return Request(Pixels(extent, format, ramp), settings)


def _seconds(job: Job, installation: Installation, console: Console, deadline: float) -> float:
    """What a painting takes, as the worker tells it, or by the part painted by the deadline.

    Raises:
        ImpastoError: it fails, or the worker does not answer.
    """
    pace = _Pace()
    try:
        while not job.advance(0.2):
            pace.see(job.progress)
            left = deadline - time.monotonic()
            if left < 0 and (whole := pace.whole()) is not None:
                return whole
            if job.silent:
                raise running.stuck(installation)
            console.progress(f"      painting a little, {SECONDS - left:.0f} s")
    finally:
        job.close()
    assert job.result is not None
    return float(str(job.result.report["seconds"]))


class _Pace:
    """How fast a painting goes on, from its first step to the last one that was seen."""

    def __init__(self) -> None:
        self._seen: list[tuple[int, float, float]] = []

    def see(self, progress: Progress) -> None:
        """The painting is that far now."""
        if progress.step > (self._seen[-1][0] if self._seen else 0):
            self._seen.append((progress.step, time.monotonic(), progress.fraction))

    def whole(self) -> float | None:
        """Seconds that all of it would take; None until its steps tell."""
        if not self._seen:
            return None
        (_, *began), (_, *last) = self._seen[0], self._seen[-1]
        seconds, done = (b - a for a, b in zip(began, last, strict=True))
        return seconds / done if seconds >= TELLING else None
