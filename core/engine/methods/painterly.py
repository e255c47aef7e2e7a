"""Painterly: the pixels are optimised, coarse to fine, up to the layer's own resolution.

It is previewed by the instant method, which takes a second at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import Settings
from core.engine import kinds
from core.engine.draft import Draft
from core.engine.methods.instant import Instant
from core.engine.methods.method import CANVAS, Method, Tools
from core.engine.methods.work import Work
from core.engine.places import Place
from core.engine.region import Region
from core.engine.reporter import RegionCost, Reporter
from core.features import known
from core.features.descriptor import Network
from core.painterly import detail, optimize
from core.painterly.recipe import Recipe, pixel_steps, scales
from core.system.stopping import followed


class Painterly(Method):
    """See :mod:`core.painterly.optimize`."""

    area, grows, sized = Instant.area, Instant.grows, False

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._instant = Instant(settings)

    @cached_property
    def _network(self) -> Network:
        return known.by_name(self.settings.network)

    @cached_property
    def _recipe(self) -> Recipe:
        return Recipe.of(self.settings, self._network)

    def check(self, places: Sequence[Place] = ()) -> None:
        Recipe.of(self.settings, self._network)
        self._instant.check(places)

    def cost(self, extent: Extent) -> RegionCost:
        recipe = self._recipe
        painting = pixel_steps(scales(self.work(extent), recipe.coarsest, recipe.min_side), recipe)
        finer = detail.cost(self._finer(extent))
        return RegionCost(painting, finer, CANVAS * extent.area)

    def paint(self, region: Region, tools: Tools, reporter: Reporter) -> Tensor:
        recipe, content = self._recipe, region.content
        styled = kinds.told_apart(region.styled_mask(), region, tools)
        follow = followed(tools.should_stop)
        work = Work.of(content, styled, self.work(content.extent), recipe.min_side, follow)
        start = self._instant.one_pass(work, tools) if recipe.start == "instant" else None

        def tell(at: optimize.Iteration) -> None:
            shown = None if at.picture is None else work.shown(at.picture)
            reporter.work(at, shown, region.place.box)

        network = tools.networks.features(tools.device, self.settings.network)
        painted = optimize.paint(
            work.content, work.styled, network, recipe, tell, tools.should_stop, tools.tiler, start
        )
        return detail.refine(
            work.bared(painted), content, styled, network, recipe, self._finer(content.extent),
            reporter.detail, reporter.repainted, tools.should_stop, tools.tiler,
        )  # fmt: skip

    def preview(self, region: Region, draft: Draft, tools: Tools) -> Tensor:
        return self._instant.preview(region, draft, tools)

    def draft_area(self, tools: Tools) -> int:
        return self._instant.draft_area(tools)

    def _finer(self, extent: Extent) -> list[detail.FinerScale]:
        """The scales that follow the work, up to the box's own size."""
        if not self.settings.detail:
            return []
        return detail.finer_scales(self.work(extent), extent, self._recipe, self._network)
