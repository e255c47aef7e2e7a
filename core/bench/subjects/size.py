"""Any size: what tiles cost and change where one piece would do, and memory at a large size."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from core import drawing
from core.bench import children, painterly
from core.bench.measure import by_turns, ratio
from core.bench.plan import Plan
from core.bench.report import Figure
from core.bridge.geometry import Extent
from core.optimize import Recipe
from core.tiling import Memory

_NAME = "size"


def measure(plan: Plan) -> Iterator[Figure]:
    """Time and difference of tiles at 512 px; time and peak memory of a large picture."""
    pair = plan.any_pair().at(512)
    recipe = replace(Recipe(), steps=2, coarsest=pair.content.extent.long_side)
    pixels = pair.content.extent.area // 2

    def in_one_piece() -> None:
        painterly.paint(pair, plan, recipe, lambda _: None)

    def in_tiles() -> None:
        painterly.paint(pair, plan, recipe, lambda _: None, Memory(plan.device, pixels))

    plan.say("painting in tiles")
    whole, tiled = by_turns([in_one_piece, in_tiles], 2 if plan.quick else 5, plan.device)
    note = f"512 px in tiles of {pixels} pixels with their halo, each seen twice"
    yield Figure(_NAME, "tiles over one piece", ratio(tiled, whole), "times", note=note)
    sizes = [Extent(1600, 1200)] if plan.quick else [Extent(4000, 3000)]
    for extent in [*sizes, *([Extent(8000, 6000)] if plan.full else [])]:
        yield from _large(extent, plan, whole=extent.width == 8000)


def _large(extent: Extent, plan: Plan, whole: bool) -> Iterator[Figure]:
    """The command on a picture of that size, with the default's steps or a few."""
    name = f"{extent.width}x{extent.height}"
    plan.say(f"painting {name}")
    with tempfile.TemporaryDirectory(prefix="impasto-") as scratch:
        folder = Path(scratch)
        drawing.stained_glass(1000).resize(extent).save(folder / "content.bmp")
        drawing.flowing_strokes().save(folder / "style.bmp")
        command = ["-m", "core.cli", "stylize", str(folder / "content.bmp"), "--json"]
        command += ["--style", str(folder / "style.bmp"), "-o", str(folder / "out.bmp")]
        command += ["--device", plan.device_name]
        ended = children.run(command if whole else [*command, "--steps", "12"])
    engine = json.loads(ended.output.splitlines()[-1])["seconds"]
    note = "the default" if whole else "in 12 steps"
    yield Figure(_NAME, f"{name}: engine", engine, "s", 3600.0 if whole else None, note)
    if ended.peak:
        yield Figure(_NAME, f"{name}: peak memory", ended.peak / 1e9, "GB", 8.0, note)
