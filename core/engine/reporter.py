"""Progress: what a method reports of its region becomes the progress of the whole job."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.request import Progress
from core.bridge.i18n.text import Text
from core.painterly.detail import Refined
from core.painterly.optimize import Iteration
from core.painterly.standing import Standing

READING = 0.3
"""The share of a region's canvas cost that reading its box takes. The rest brings the painting back
to the size of the box."""


class RegionCost(NamedTuple):
    """The cost of a region, in pixels times steps.

    Attributes:
        work: of painting at the size of the work.
        detail: of the finer scales.
        canvas: of reading the box, and of bringing the painting to the size of the box.
    """

    work: float
    detail: float = 0.0
    canvas: float = 0.0


class Reporter:
    """Follows a job through its regions."""

    def __init__(self, on_progress: Callable[[Progress], None], regions: list[RegionCost]) -> None:
        self.steps = 0
        """How many steps painterly took at the size of the work."""
        self.losses: dict[str, float] = {}
        """The losses of the last of these steps."""
        self._found = 0.0
        self._regions = regions
        self._total = sum(sum(region) for region in regions)
        self._region = 0
        self._on_progress = on_progress
        self._started = time.monotonic()
        on_progress(Progress(0.0, self._placed(Text("Preparing"))))

    def reading(self, share: float) -> None:
        """Report the share of the region's box that is read."""
        self._tell(share * self._reading, Text("Reading the picture"))

    @property
    def found(self) -> float:
        """The share of the whole job that was painted before, 0..1."""
        return self._found / self._total

    def work_found(self, before: Standing, picture: Pixels | None, box: Box) -> None:
        """Count what was painted before of the region at the size of the work as done at once."""
        self.steps += before.taken
        self.losses = _finite(before.losses)
        done = before.fraction * self._regions[self._region].work
        self._found += done
        self._tell(self._reading + done, Text("Preparing"), picture, box)

    def detail_found(self, before: Refined) -> None:
        """The same of its finer scales."""
        work, detail, _ = self._regions[self._region]
        done = before.fraction * detail
        self._found += done
        self._tell(self._reading + work + done, Text("Preparing"))

    def work(self, at: Iteration, picture: Pixels | None, box: Box) -> None:
        """Report a step at the size of the work and, now and then, a picture of the region."""
        self.steps += 1
        self.losses = _finite(at.losses)
        done = at.fraction * self._regions[self._region].work
        told = Text("Step {step} {where}", step=at.step, where=_where(at))
        self._tell(self._reading + done, told, picture, box)

    def detail(self, at: Iteration) -> None:
        """Report a step at a finer scale."""
        work, detail, _ = self._regions[self._region]
        done = self._reading + work + at.fraction * detail
        self._tell(done, Text("Detail step {step} {where}", step=at.step, where=_where(at)))

    def repainted(self, share: float, extent: Extent) -> None:
        """Report the share of the finer scales that is done, and the size of the current one."""
        work, detail, _ = self._regions[self._region]
        told = Text("Detail at {width}x{height}", width=extent.width, height=extent.height)
        self._tell(self._reading + work + share * detail, told)

    def finishing(self, share: float) -> None:
        """Report the share of the work that brings the painting to the size of its box."""
        work, detail, canvas = self._regions[self._region]
        done = self._reading + work + detail + share * (canvas - self._reading)
        self._tell(done, Text("Finishing"))

    def end_region(self) -> None:
        self._tell(sum(self._regions[self._region]), Text("Painted"))
        self._region += 1

    @property
    def _reading(self) -> float:
        return READING * self._regions[self._region].canvas

    def _tell(
        self, done: float, text: Text, picture: Pixels | None = None, box: Box | None = None
    ) -> None:
        before = sum(sum(region) for region in self._regions[: self._region])
        fraction = (before + done) / self._total
        elapsed, now = time.monotonic() - self._started, fraction - self.found
        left = elapsed / now * (1 - fraction) if now > 0.02 else None
        told = Progress(fraction, self._placed(text), left, self.losses, self.steps)
        self._on_progress(replace(told, picture=picture, box=box))

    def _placed(self, text: Text) -> Text:
        """With the region's number before it, where there are several."""
        number, count = self._region + 1, len(self._regions)
        if count == 1:
            return text
        return Text("Region {number} of {count}: {text}", number=number, count=count, text=text)


def _finite(losses: Mapping[str, float]) -> dict[str, float]:
    """Those that are: a message carries no other numbers."""
    return {name: loss for name, loss in losses.items() if math.isfinite(loss)}


def _where(at: Iteration) -> Text:
    width, height = at.extent
    if at.memory is None:
        return Text("at {width}x{height}", width=width, height=height)
    return Text("at {width}x{height} {memory}", width=width, height=height, memory=at.memory)
