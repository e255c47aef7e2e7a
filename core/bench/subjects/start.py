"""The costs around painting: imports, the worker's start, its overhead, and bytes on the wire.

What a start takes is compared with what must be imported anyway, which is measured in turn.
"""

from __future__ import annotations

import json
import pkgutil
import statistics
import time
from collections.abc import Iterator

import core.bridge
from core.bench import children
from core.bench.measure import ratio
from core.bench.plan import Plan
from core.bench.report import Figure
from core.bench.workers import private
from core.bridge.client.job import Job
from core.bridge.contract.geometry import Box, Extent, Extents
from core.bridge.contract.geometry import plan as work
from core.bridge.contract.pixels import MASK, PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.setup.worker import dismiss

_NAME = "start"

_IMPORT = """
import sys, time
sys.path.insert(0, {sources!r})
begun, busy = time.perf_counter(), time.process_time()
import dataclasses, json, pathlib, typing
standard, started = time.perf_counter() - begun, time.perf_counter()
import core.bridge
bare = time.perf_counter() - started
import {modules}
whole, busy = time.perf_counter() - begun, time.process_time() - busy
print([standard, bare, whole, busy])
"""

_MOST_IMPORTS, _MOST_START = 3.0, 1.3
"""The targets, as multiples of what is imported anyway."""

CANVAS = Extent(6000, 4000)
SELECTED = Box(2850, 1850, 300, 300)


def measure(plan: Plan) -> Iterator[Figure]:
    """All of these, as medians of several runs."""
    yield from _imports(plan)
    with private(plan.installation) as own:
        yield from _worker(own, plan)


def _imports(plan: Plan) -> Iterator[Figure]:
    """The time to import the bridge in Python as a host embeds it: isolated, and without site.

    It is compared with the modules of the standard library that any such package imports.
    """
    plan.say("importing the bridge")
    code = _IMPORT.format(sources=str(children.SOURCES), modules=", ".join(bridge_modules()))
    runs = [json.loads(children.run(["-I", "-S", "-c", code]).output) for _ in range(5)]
    standard, bare, whole, busy = zip(*runs, strict=True)
    milliseconds = [1000 * statistics.median(times) for times in (bare, standard, whole, busy)]
    note = "{:.3g} ms over {:.3g} ms of Python's own modules".format(*milliseconds)
    yield Figure(_NAME, "import core.bridge", ratio(bare, standard), "times", 0.1, note)
    note = "{2:.3g} ms, {3:.3g} ms of them on the processor; {1:.3g} ms are Python's own modules"
    yield Figure(
        _NAME,
        "import of the whole bridge with them",
        ratio(whole, standard),
        "times",
        _MOST_IMPORTS,
        note.format(*milliseconds),
    )


def bridge_modules() -> list[str]:
    """All modules of the bridge. A plug-in uses nearly all of them."""
    found = pkgutil.walk_packages(core.bridge.__path__, "core.bridge.")
    return [module.name for module in found]


def _worker(own: Installation, plan: Plan) -> Iterator[Figure]:
    request = plan.any_pair(512).request(Settings(method="instant", device=plan.device_name))
    starts, imports = [], []
    for _ in range(1 if plan.quick else 3):
        dismiss(own)
        plan.say("starting a worker")
        imports.append(children.run(["-I", "-c", "import torch"]).seconds)
        job = Job(request, own)
        started = time.perf_counter()
        while str(job.progress.text) == "Starting" and not job.advance(0.01):
            pass
        starts.append(time.perf_counter() - started)
        _finish(job)
    note = (
        f"{statistics.median(starts):.3g} s from no worker to its first word on the job, over "
        f"{statistics.median(imports):.3g} s of a Python that imports PyTorch"
    )
    most = _MOST_START
    yield Figure(_NAME, "worker's cold start", ratio(starts, imports), "times", most, note)
    plan.say("painting again")
    overheads = []
    for _ in range(3 if plan.quick else 5):
        started = time.perf_counter()
        report = _finish(Job(request, own))
        overheads.append(time.perf_counter() - started - report)
    note = "from request to pixels, without the engine's own time"
    overhead = statistics.median(overheads[1:]) * 1000
    yield Figure(_NAME, "what a second run adds, 512 px", overhead, "ms", 50, note)
    yield _wire(own, request.pictures["style"], request.settings)


def _finish(job: Job) -> float:
    """Wait for a job's end, and return the engine's own seconds."""
    while not job.advance(0.5):
        pass
    assert job.result is not None
    return float(job.result.report["seconds"])


def _wire(own: Installation, style: Pixels, settings: Settings) -> Figure:
    """The bytes sent both ways for a small selection in a huge layer, over those of its box."""
    box = work(Extents(CANVAS, Box.of(CANVAS), SELECTED), Settings().size, False).box
    rgba = PixelFormat("RGBA", "u8")
    request = Request(
        Pixels(box.extent, rgba, b"\x80\x60\x40\xff" * box.extent.area),
        settings,
        Pixels(box.extent, MASK, b"\xff" * box.extent.area),
        {"style": style},
    )
    job = Job(request, own)
    _finish(job)
    assert job.result is not None
    _, frames = request.to_message()
    crossed = sum(map(len, frames)) - len(style.data) + len(job.result.layer.data)
    least = box.extent.area * (2 * rgba.bytes_per_pixel + MASK.bytes_per_pixel)
    whole = CANVAS.area * rgba.bytes_per_pixel
    note = f"{crossed / 1e6:.1f} MB of a layer of {whole / 1e6:.0f} MB, once each way"
    return Figure(_NAME, "bytes on the wire over the box's", crossed / least, "times", 1.0, note)
