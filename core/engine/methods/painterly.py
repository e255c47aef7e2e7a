"""Painterly: the pixels are optimised, coarse to fine, up to the layer's own resolution.

It is previewed by the instant method, which takes a second at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import torch
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import Settings
from core.engine import carrying, faces, kinds
from core.engine.draft import STRIDE, Draft
from core.engine.methods.instant import Instant
from core.engine.methods.method import CANVAS, Method, Tools
from core.engine.methods.work import Work
from core.engine.places import Place
from core.engine.region import Region
from core.engine.reporter import RegionCost, Reporter
from core.features import known
from core.features.descriptor import Network
from core.features.regions import StyledMask
from core.painterly import detail, optimize
from core.painterly.recipe import Recipe, pixel_steps, scales
from core.painterly.standing import Standing
from core.pixels.imaging import Picture, extent_of, fit
from core.pixels.seamless import Continue, seamless, whole_strides
from core.styles.gamut import Gamut
from core.system.keep import Bookmark
from core.system.stopping import followed


class Painterly(Method):
    """See :mod:`core.painterly.optimize`."""

    area, grows, full, sized = Instant.area, Instant.grows, True, False

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
        if self.settings.tile and not self._network.repeats:
            raise BadInput(
                "The network {name} can't paint without a seam: choose vgg19 or vgg16, or leave "
                "out tile.",
                name=self.settings.network,
            )
        self._instant.check(places)

    def cost(self, extent: Extent) -> RegionCost:
        recipe = self._recipe
        painting = pixel_steps(scales(self.work(extent), recipe.coarsest, recipe.min_side), recipe)
        finer = detail.cost(self._finer(extent, self.work(extent)))
        return RegionCost(painting, finer, CANVAS * extent.area)

    def paint(self, region: Region, tools: Tools, reporter: Reporter) -> Tensor:
        content = region.content
        styled = kinds.told_apart(region.styled_mask(), region, tools)
        styled = replace(styled, faces=faces.kept(region, tools.networks))
        recipe = self._recipe.with_faces(self._network) if styled.faces else self._recipe
        follow = followed(tools.should_stop)
        tile, extent = self.settings.tile, self.work(content.extent)
        before = carrying.work(region, extent, tools)
        styled = replace(styled, held=before)
        work = Work.of(content, styled, extent, recipe.min_side, follow, repeats=tile)
        start = self._instant.one_pass(work, tools) if recipe.start == "instant" else None
        if before is not None:
            recipe = recipe.going_on(work.content.extent)
            start = carrying.started(work, lambda: self._instant.one_pass(work, tools))

        network = tools.networks.features(tools.device, self.settings.network, wraps=tile)
        lasting = replace(recipe, snapshot_every=0)  # which changes nothing of the painting

        def bookmark(stage: str, *given: object) -> Bookmark[Any]:
            how = (network.identity, lasting, tools.tiler.pixels, torch.get_num_threads())
            return tools.keep.bookmark(stage, *how, *given)

        begun: Bookmark[Standing] = bookmark("work", work.content, work.styled, start)
        gamut = self.gamut(region.place, tools) if recipe.snapshot_every else None
        colored = partial(region.colored, gamut=gamut)
        if (found := begun.found) is not None:
            seen = work.shown(found.result, colored) if recipe.snapshot_every else None
            reporter.work_found(found, seen, region.place.box)

        def tell(at: optimize.Iteration) -> None:
            shown = None if at.picture is None else work.shown(at.picture, colored)
            reporter.work(at, shown, region.place.box)

        painted = optimize.paint(
            work.content, work.styled, network, recipe, tell, tools.should_stop, tools.tiler, start,
            begun,
        )  # fmt: skip

        def refine(painting: Tensor, content: Picture, styled: StyledMask) -> Tensor:
            finer = self._finer(content.extent, extent_of(painting))
            if not finer:
                return painting
            begun: Bookmark[detail.Refined] = bookmark("detail", painting, content, styled, finer)
            if (found := begun.found) is not None:
                reporter.detail_found(found)
            return detail.refine(
                painting, content, styled, network.plain, recipe, finer,
                reporter.detail, reporter.repainted, tools.should_stop, tools.tiler, begun,
            )  # fmt: skip

        bared = work.bared(painted)
        if not tile:
            return carrying.detailed(bared, region, replace(styled, held=None), tools, refine)
        if fit(content.extent, self.settings.size) == content.extent:
            return bared

        def around(small: Tensor, wide: Picture, continued: Continue) -> Tensor:
            # The finer scales match nothing, so they need no kinds. Faces are elsewhere here.
            part = replace(styled, mask=continued(styled.mask), kinds=None, faces=())
            return refine(small, wide, part)

        return seamless(bared, content, around)

    def gamut(self, place: Place, tools: Tools) -> Gamut | None:
        return self._instant.gamut(place, tools)

    def preview(self, region: Region, draft: Draft, tools: Tools) -> Tensor:
        return self._instant.preview(region, draft, tools)

    def draft_area(self, tools: Tools) -> int:
        return self._instant.draft_area(tools)

    def _finer(self, extent: Extent, work: Extent) -> list[detail.FinerScale]:
        """The scales that follow the work, up to the box's own size."""
        if not self.settings.detail:
            return []
        return detail.finer_scales(work, extent, self._recipe, self._network)

    def work(self, extent: Extent) -> Extent:
        work = super().work(extent)
        if not self.settings.tile:
            return work
        return whole_strides(work, max(STRIDE, self._recipe.stride(self._network)))
