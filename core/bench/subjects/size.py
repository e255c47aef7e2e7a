"""The cost of tiles, and the time and the memory of large pictures."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from core.bench import children, painterly
from core.bench.measure import by_turns, ratio
from core.bench.plan import Plan
from core.bench.report import Figure
from core.bridge.contract.geometry import Extent
from core.painterly.recipe import Recipe
from core.painterly.tiling import Tiler
from core.styles import drawing

_NAME = "size"


def measure(plan: Plan) -> Iterator[Figure]:
    """Tiles over one piece; a large picture; and, if ``full``, the largest that is promised."""
    if not plan.quick:
        yield _tiles(plan)
    extent = Extent(1000, 750) if plan.quick else Extent(4000, 3000)
    steps = 6 if plan.quick else 40
    yield from _large(extent, plan, ["--steps", str(steps)], f"in {steps} steps")
    if plan.full:
        for figure in _large(Extent(8000, 6000), plan, [], "the default"):
            yield replace(figure, most={"s": 3600.0, "GB": 8.0}[figure.unit])


def _tiles(plan: Plan) -> Figure:
    """The time in tiles of 512x512 px with halos over that in one piece.

    A step in tiles passes each tile through the network twice.
    """
    plan.say("painting in tiles")
    pair = plan.any_pair(1024)
    recipe = replace(Recipe(), steps=2, coarsest=pair.content.extent.long_side)

    def paint(pixels: int) -> None:
        painterly.paint(pair, plan, recipe, lambda _: None, Tiler(plan.device, pixels))

    works = [partial(paint, pixels) for pixels in (pair.content.extent.area, 512 * 512)]
    whole, tiled = by_turns(works, 3, plan.device)
    name = f"tiles of 512 px over one piece of {pair.content.extent.long_side} px"
    return Figure(_NAME, name, ratio(tiled, whole), "times")


def _large(extent: Extent, plan: Plan, more: list[str], note: str) -> list[Figure]:
    """The engine's seconds and the peak of memory of the command on a picture of that size."""
    name = f"{extent.width}x{extent.height}"
    plan.say(f"painting {name}")
    with tempfile.TemporaryDirectory(prefix="impasto-") as scratch:
        folder = Path(scratch)
        drawing.stained_glass(1000).resize(extent).save(folder / "content.bmp")
        drawing.flowing_strokes().save(folder / "style.bmp")
        command = ["-m", "core.cli", "stylize", str(folder / "content.bmp"), "--json"]
        command += ["--style", str(folder / "style.bmp"), "-o", str(folder / "out.bmp")]
        ended = children.run([*command, "--device", plan.device_name, *more])
    engine = json.loads(ended.output.splitlines()[-1])["seconds"]
    figures = [Figure(_NAME, f"{name}: engine", engine, "s", note=note)]
    if ended.peak:
        figures.append(Figure(_NAME, f"{name}: peak memory", ended.peak / 1e9, "GB", note=note))
    return figures
