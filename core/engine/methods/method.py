"""What a method of painting is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import Settings
from core.engine.draft import Draft
from core.engine.networks import Networks
from core.engine.places import Place
from core.engine.region import Region
from core.engine.reporter import Arithmetic, Reporter
from core.painterly.tiling import Tiler
from core.pixels.imaging import fit
from core.system.stopping import ShouldStop

CANVAS = 0.1
"""What reading and writing a pixel of the canvas takes over a step of painterly at one."""


@dataclass(frozen=True)
class Tools:
    """What every region of a job is painted with.

    Attributes:
        networks: where the trained networks come from.
        device: to paint on.
        should_stop: asked often.
    """

    networks: Networks
    device: torch.device
    should_stop: ShouldStop

    @cached_property
    def tiler(self) -> Tiler:
        """How much of a picture a network sees at once on the device."""
        return Tiler(self.device)


class Method(ABC):
    """A method with the settings of one job.

    Attributes:
        area: pixels that all regions of a preview have together.
        grows: whether its strokes have one size in pixels, so that a preview is never worked on at
            a smaller size than the painting if it can be helped, however small the picture that
            came.
    """

    area: ClassVar[int]
    grows: ClassVar[bool]

    def __init__(self, settings: Settings) -> None:
        """Say how to paint. Nothing is read, built or checked yet."""
        self.settings = settings

    @abstractmethod
    def check(self, places: Sequence[Place] = ()) -> None:
        """Raise BadInput now for what would be refused once something is painted.

        Args:
            places: the regions; of none, what the settings alone tell.
        """

    @abstractmethod
    def paint(self, region: Region, tools: Tools, reporter: Reporter) -> Tensor:
        """Paint a region.

        Returns:
            A picture of the content's size or smaller, shape (1, 3, height, width).

        Raises:
            BadInput: a style can't be used.
            Stopped, Enough: ``tools.should_stop`` said so.
            ImpastoError: the weights are missing or damaged.
        """

    @abstractmethod
    def preview(self, region: Region, draft: Draft, tools: Tools) -> Tensor:
        """Show at once what painting a region comes to.

        Returns:
            A picture of the size of the draft's work. Raises as :meth:`paint`.
        """

    def cost(self, extent: Extent) -> Arithmetic:
        """What painting a box of that size takes."""
        return Arithmetic(self.work(extent).area, canvas=CANVAS * extent.area)

    def work(self, extent: Extent) -> Extent:
        """The size that a box of some size is worked on at."""
        return fit(extent, self.settings.size)
