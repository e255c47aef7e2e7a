"""The cost of a small selection in a huge canvas, compared with a picture of the selection's size.

300x300 px are selected in 6000x4000 px. The small picture has the selection and its context. Both
are painted by the command line, each in a process of its own.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw

from core.bench import children
from core.bench.plan import Plan
from core.bench.report import Figure
from core.bridge.contract.geometry import Box, Extent, Extents
from core.bridge.contract.geometry import plan as work
from core.bridge.contract.settings import Settings
from core.styles import drawing

_NAME = "selection"

CANVAS = Extent(6000, 4000)
SELECTED = Box(2850, 1850, 300, 300)


def measure(plan: Plan) -> Iterator[Figure]:
    """The seconds of the engine and of the command with its files, and the peaks of memory."""
    turns = 1 if plan.quick else 3
    with tempfile.TemporaryDirectory(prefix="impasto-") as scratch:
        folder = Path(scratch)
        _pictures(folder)
        found: dict[str, list[tuple[float, children.Ended]]] = {"small": [], "canvas": []}
        for _ in range(turns):
            for name, runs in found.items():
                plan.say(f"painting 300x300 px of {name}")
                ended = children.run(_command(folder, name, plan))
                runs.append((json.loads(ended.output.splitlines()[-1])["seconds"], ended))
    canvas, small = found["canvas"], found["small"]
    medians = [statistics.median(time for time, _ in runs) for runs in (canvas, small)]
    yield Figure(
        _NAME,
        "engine's time over a picture's of that size",
        medians[0] / medians[1],
        "times",
        1.2,
        f"{medians[0]:.3g} s over {medians[1]:.3g} s",
    )
    peaks = [statistics.median(ended.peak for _, ended in runs) for runs in (canvas, small)]
    if all(peaks):
        yield Figure(
            _NAME,
            "peak memory over a picture's of that size",
            peaks[0] / peaks[1],
            "times",
            1.2,
            f"{peaks[0] / 1e9:.3g} GB over {peaks[1] / 1e9:.3g} GB, with the canvas's bytes",
        )
    wholes = [statistics.median(ended.seconds for _, ended in runs) for runs in (canvas, small)]
    yield Figure(
        _NAME,
        "command with its files, more",
        wholes[0] - wholes[1],
        "s",
        note="reading and writing 24 million pixels",
    )


def _pictures(folder: Path) -> None:
    """Write a canvas and its mask, and the parts of both that a host would send."""
    drawing.flowing_strokes(256).save(folder / "style.bmp")
    canvas = drawing.stained_glass(512).resize(CANVAS)
    mask = Image.new("L", CANVAS, 0)
    x, y, right, bottom = SELECTED.x, SELECTED.y, SELECTED.right, SELECTED.bottom
    ImageDraw.Draw(mask).rectangle((x, y, right - 1, bottom - 1), fill=255)
    box = work(Extents(CANVAS, Box.of(CANVAS), SELECTED), Settings().size, False).box
    part = (box.x, box.y, box.right, box.bottom)
    for name, picture in (("canvas", canvas), ("mask_canvas", mask)):
        picture.save(folder / f"{name}.bmp")
    for name, picture in (("small", canvas), ("mask_small", mask)):
        picture.crop(part).save(folder / f"{name}.bmp")


def _command(folder: Path, name: str, plan: Plan) -> list[str]:
    steps = str(4 if plan.quick else 60)
    command = ["-m", "core.cli", "stylize", str(folder / f"{name}.bmp")]
    command += ["--mask", str(folder / f"mask_{name}.bmp"), "--style", str(folder / "style.bmp")]
    command += ["-o", str(folder / f"out_{name}.bmp"), "--steps", steps, "--json"]
    return [*command, "--device", plan.device_name]
