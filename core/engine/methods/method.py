"""What a method of painting is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import Settings
from core.engine.draft import Draft, work_of
from core.engine.networks import Networks
from core.engine.places import Place
from core.engine.region import Region
from core.engine.reporter import RegionCost, Reporter
from core.motion.steady import Steady
from core.painterly.tiling import Tiler
from core.styles.gamut import Gamut
from core.system.keep import Keep
from core.system.stopping import ShouldStop

CANVAS = 0.1
"""The cost of reading and writing a pixel of the canvas over that of a step of painterly at one."""


@dataclass(frozen=True)
class Tools:
    """What every region of a job is painted with.

    Attributes:
        networks: where the trained networks come from.
        device: to paint on.
        should_stop: asked often.
        keep: where paintings stood that were begun or done before.
        steady: ties a clip's frame to the one before; None for a picture.
    """

    networks: Networks
    device: torch.device
    should_stop: ShouldStop
    keep: Keep = field(default_factory=Keep)
    steady: Steady | None = None

    @cached_property
    def tiler(self) -> Tiler:
        """How much of a picture a network sees at once on the device."""
        return Tiler(self.device)


class Method(ABC):
    """A method with the settings of one job.

    Attributes:
        area: pixels that all regions of a preview have together.
        grows: whether a preview may be painted larger than the picture that came for it. The
            strokes of such a method have one size in pixels, and would be too broad otherwise.
        full: whether it paints at full strength. What is asked for beside that is then a mixture
            with the content.
        sized: whether the size of its strokes comes from the size of the work. Otherwise the
            method sees to it.
    """

    area: ClassVar[int]
    grows: ClassVar[bool]
    full: ClassVar[bool] = False
    sized: ClassVar[bool] = True

    def __init__(self, settings: Settings) -> None:
        """Say how to paint. Nothing is read, built or checked yet."""
        self.settings = settings

    @abstractmethod
    def check(self, places: Sequence[Place] = ()) -> None:
        """Raise BadInput now for what would be refused after some regions are painted.

        Args:
            places: the regions. Without any, the settings alone are checked.
        """

    @abstractmethod
    def paint(self, region: Region, tools: Tools, reporter: Reporter) -> Tensor:
        """Paint a region.

        Returns:
            A picture of the content's proportions, of any size, shape (1, 3, height, width).

        Raises:
            BadInput: a style can't be used.
            Stopped, Enough: ``tools.should_stop`` said so.
            ImpastoError: the weights are missing or damaged.
        """

    @abstractmethod
    def preview(self, region: Region, draft: Draft, tools: Tools) -> Tensor:
        """Show at once what the painting of a region will look like.

        Returns:
            A picture of the size of the draft's work. Raises as :meth:`paint`.
        """

    def gamut(self, place: Place, tools: Tools) -> Gamut | None:
        """The colours that the painting of a region is held in; None where it may have any.

        Raises:
            BadInput: a style can't be used.
        """
        return None

    def draft_area(self, tools: Tools) -> int:
        """Pixels that all regions of a preview have together here, :attr:`area` at most."""
        return self.area

    def cost(self, extent: Extent) -> RegionCost:
        """The cost of painting a box of that size."""
        return RegionCost(self.work(extent).area, canvas=CANVAS * extent.area)

    def work(self, extent: Extent) -> Extent:
        """The size at which a box of some size is painted, before it is enlarged."""
        return work_of(extent, self.settings, sized_by_work=self.sized)
