"""Instant: one pass through a network that takes any picture for a style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import torch
from torch import Tensor

from core.bridge import VERSION
from core.bridge.contract.request import Request
from core.engine import carrying, faces, gamuts
from core.engine.draft import Draft, seen_in
from core.engine.methods.method import Method, Tools
from core.engine.methods.work import Work
from core.engine.places import Place, check_styles
from core.engine.region import Region
from core.engine.reporter import Reporter
from core.onepass.faces import held
from core.onepass.instant import AdaIN, Encoded, InstantStyle, decoding
from core.painterly.recipe import MIN_SIDE
from core.pixels.imaging import resize
from core.pixels.seamless import seen_at
from core.styles import flat, palette, style_picture
from core.styles.gamut import Gamut
from core.styles.style_picture import StylePicture
from core.system.stopping import followed

DECODED = 0.55
"""Seconds that the decoder's convolutions may take where a slider moves. They are eight tenths of
such a preview, which then comes in 0.7 s. Another content takes up to twice as long."""


class Instant(Method):
    """See :mod:`core.onepass.instant`."""

    area = 472 * 472
    """What two cores with bfloat16 paint in 0.7 s, and in half of that where only a slider moves.
    The nearer the work's own size, the more alike are the strokes: of the change a painting of
    512 px makes to blocks of 32x32 px, a preview of 448 px misses 20 %, one of 400 px 30 %, one of
    300 px 52 %, and one of 512 px is that painting."""

    grows = False

    def check(self, places: Sequence[Place] = ()) -> None:
        if len(places) > 1 and self.settings.strength > 0:
            check_styles(places)

    def paint(self, region: Region, tools: Tools, reporter: Reporter) -> Tensor:
        content, follow = region.content, followed(tools.should_stop)
        extent = self.work(content.extent)
        styled = replace(region.styled_mask(), faces=faces.kept(region, tools.networks))
        strength = region.strength_at(content.extent, tools.device)
        work = Work.of(
            content, styled, extent, MIN_SIDE, follow, self.settings.tile, strength=strength
        )
        return carrying.blended(work.bared(self.one_pass(work, tools)), region, tools)

    def one_pass(self, work: Work, tools: Tools) -> Tensor:
        """The region painted at the size of the work, with its padding."""
        network, ask = self._network(tools), tools.should_stop
        side, size = work.content.extent.long_side, self.settings.stroke_size
        styles = [
            (
                network.measured(one.picture.resize(seen_in(one.picture.extent, side, size)), ask),
                one.weight,
            )
            for one in work.styled.styles
        ]
        encoded = network.encode(work.content, ask)
        painted = network.paint(encoded, work.styled.mask, styles, work.strength, ask)
        return held(painted, work.content.color, work.styled.faces, work.strength)

    def draft_area(self, tools: Tools) -> int:
        """As the base class says; less where this machine was measured as a slow one, and up to
        twice as much for small strokes, whose size it can't show otherwise."""
        pixel = decoding(tools.networks.convolutions(tools.device))
        usual = self.area if pixel is None else min(self.area, round(DECODED / pixel))
        return round(usual * min(2.0, max(1.0, 1 / self.settings.stroke_size)))

    def gamut(self, place: Place, tools: Tools) -> Gamut | None:
        return gamuts.of(place, tools.networks.styles)

    def preview(self, region: Region, draft: Draft, tools: Tools) -> Tensor:
        network, repeats = self._network(tools), self.settings.tile

        def encode() -> Encoded:
            small = seen_at(region.content, draft.work, repeats=repeats)
            return network.encode(small.to(tools.device), tools.should_stop)

        encoded = network.seen.get(
            (draft.place.request.content.identity, draft.place.box, draft.work), encode
        )
        styles = [
            (_measured(style, region, draft, network, tools), style.weight)
            for style in draft.place.styles()
        ]
        mask = resize(region.mask, draft.work).to(tools.device)
        strength = region.strength_at(draft.work, tools.device)
        painted = network.paint(encoded, mask, styles, strength, tools.should_stop)
        width, height = draft.work
        content, found = encoded.color[..., :height, :width], faces.kept(region, tools.networks)
        return held(painted, content, found, strength)

    def _network(self, tools: Tools) -> AdaIN:
        return tools.networks.instant(tools.device, wraps=self.settings.tile)


def _measured(
    style: StylePicture, region: Region, draft: Draft, network: AdaIN, tools: Tools
) -> InstantStyle:
    """What is known of a style at the draft's scale, or found out now.

    Where the work shrinks, the style shrinks with it.
    """
    place = draft.place
    final, work = draft.final.long_side, draft.work.long_side
    stroke_size = region.settings.stroke_size
    remember = tools.networks.styles.get
    read = cache(style.read)

    def measure() -> dict[str, Tensor]:
        picture = region.style(read())
        small = picture.resize(seen_in(picture.extent, final, stroke_size, work / final))
        found = network.measure(small.to(tools.device), tools.should_stop)
        return {name: tensor.cpu() for name, tensor in found.tensors().items()}

    who = place.identity(style)

    def looked_at() -> dict[str, Tensor]:
        picture = place.narrowed(read())
        black, even = palette.black(picture), flat.is_flat(picture)
        return {"black": torch.tensor(black), "flat": torch.tensor(even)}

    traits = remember(f"{VERSION} black and flat {who}", looked_at)

    # What depends on the content would have to be measured anew for each, and most styles' doesn't.
    if place.suits(float(traits["black"]), bool(traits["flat"])):
        who += f" {place.colors} {place.part} {_regions(place.request)}"
    known = remember(f"{network.identity} {who} {final} {work} {stroke_size}", measure)
    return InstantStyle.of(known).to(tools.device)


def _regions(request: Request) -> str:
    """What tells a content and its regions from all others. It stays while only a slider moves."""
    found, mask = request.content.identity, request.selection
    if mask is not None:
        found += f" {mask.identity}"
    if request.has_picture("content_labels"):
        found += f" {style_picture.of_setting(request, 'content_labels').identity}"
    return found
