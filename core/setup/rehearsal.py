"""The first paintings on a machine, so that the first dialog can say how long each quality takes.

They are asked of the worker as a host asks, and noted where a host notes its own.
"""

from __future__ import annotations

import time
from dataclasses import replace

from core.bridge.client import Job
from core.bridge.errors import ImpastoError
from core.bridge.geometry import Extent
from core.bridge.history import History
from core.bridge.paths import Installation
from core.bridge.pixels import PixelFormat, Pixels
from core.bridge.presets import QUALITIES
from core.bridge.request import Request
from core.bridge.settings import Settings
from core.setup import worker
from core.setup.console import Console

SECONDS = 15.0
"""What it may take altogether."""

EXTENT = Extent(512, 384)
"""Of what is painted: as large as a host's usual work."""

STEPS = 20
"""Of painterly, whose hundreds in a painting take that many times longer."""


def rehearse(installation: Installation, console: Console) -> None:
    """Paint with each quality of which nobody knows yet how long it takes here.

    What can't be done is said in one line: the set-up does not depend on it.
    """
    history, deadline = History(installation), time.monotonic() + SECONDS
    style = min(installation.gallery.glob("*.jpg"), default="")
    kinds = dict.fromkeys(
        replace(Settings(style=str(style)), **{**quality.settings, "steps": STEPS})
        for quality in QUALITIES.values()
    )
    unknown = [kind for kind in kinds if history.estimate(kind, [EXTENT]) is None]
    if not unknown:
        return
    try:
        for settings in unknown:
            # The networks are loaded first, as they are by a preview when somebody paints.
            _paint(replace(settings, steps=1), installation, console, deadline)
            seconds = _paint(settings, installation, console, deadline)
            history.record(settings, [EXTENT], seconds)
        worker.dismiss(installation)
    except ImpastoError as error:
        console.say(f"How long a painting takes is not known yet: {error}")


def _paint(
    settings: Settings, installation: Installation, console: Console, deadline: float
) -> float:
    """The seconds of a painting, as the worker tells them.

    Raises:
        ImpastoError: it fails, or is not done in time.
    """
    format = PixelFormat("RGB", "u8")
    ramp = bytes(range(256)) * (EXTENT.area * format.bytes_per_pixel // 256)
    job = Job(Request(Pixels(EXTENT, format, ramp), settings), installation)
    try:
        while not job.advance(0.2):
            left = deadline - time.monotonic()
            if left < 0:
                raise ImpastoError(f"it took longer than {SECONDS:.0f} s to find out.")
            console.progress(f"      painting a little, {SECONDS - left:.0f} s")
    finally:
        job.close()
    assert job.result is not None
    return float(str(job.result.report["seconds"]))
