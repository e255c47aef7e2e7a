"""Tells the subject of a region's content, and of its styles, from what is behind it.

What is of one kind is painted like the styles' same kind (:mod:`core.painterly.terms.kinds`). Where
labels say what is painted like what, that holds. A picture in which nothing stands out clearly has
no subject.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import torch
from torch import Tensor

from core.engine.methods.method import Tools
from core.engine.region import Region
from core.features.models.u2netp import SIDE
from core.features.regions import StyledMask
from core.masks.salient import SalientNetwork
from core.pixels.imaging import Picture, fit, resize
from core.system.recent import Recent

_log = logging.getLogger(__name__)

LEAST, MOST = 0.02, 0.9
"""The smallest and the largest share of a picture that is its subject. Less is a speck, and more
leaves nothing that is behind it."""

SURE = 0.9
"""How sure the network is of a pixel, at least, where it knows."""

UNSURE = 1.0
"""The most pixels of which it does not know, over those of the subject. In most patterns it sees
shadows of a subject here and there."""

_seen: Recent[Tensor] = Recent(8)
"""What stands out in the pictures looked at last; they are painted again and again."""


def told_apart(styled: StyledMask, region: Region, tools: Tools) -> StyledMask:
    """A region with the kinds of its content and its styles, if both have a clear subject.

    Args:
        styled: what the region is to become.
        region: the region.
        tools: whose network tells what stands out. Without its weights nothing is told apart.

    Raises:
        Stopped: ``should_stop`` returned True.
        ImpastoError: the network's weights are damaged.
    """
    place = region.place
    if region.settings.semantic == "off" or place.label is not None:
        return styled
    network = tools.networks.salient(tools.device)
    if network is None:
        return styled
    kinds = _kinds(region.content, f"{place.request.content.identity} {place.box}", network, tools)
    if kinds is None:
        return styled
    # A style that was adapted to the content is another picture.
    content = f"{place.request.content.identity} {place.box} {place.colors} {region.settings.dark}"
    styles = []
    for style, source in zip(styled.styles, place.styles(), strict=True):
        found = _kinds(style.picture, f"{source.identity} {content}", network, tools)
        whole = None if found is None else resize(found, style.picture.extent)
        styles.append(style._replace(kinds=whole))
    if all(style.kinds is None for style in styles):
        return styled
    return replace(styled, styles=tuple(styles), kinds=kinds)


def _kinds(picture: Picture, identity: str, network: SalientNetwork, tools: Tools) -> Tensor | None:
    """A picture's subject and the rest, shape (1, 2, height, width) of some size; None where it has
    no clear subject."""

    def look() -> Tensor:
        small = picture.resize(fit(picture.extent, SIDE))
        return network.look(small.color, tools.should_stop) * small.alpha.clamp(0, 1)

    chance = _seen.get(f"{identity} {tools.device}", look)
    share = float((chance > 0.5).float().mean())
    unsure = float(((chance > 1 - SURE) & (chance < SURE)).float().mean())
    clear = LEAST <= share <= MOST and unsure <= UNSURE * share
    _log.info("subject %.3f, unsure %.3f: %s", share, unsure, "clear" if clear else "not clear")
    return torch.cat([chance, 1 - chance], dim=1) if clear else None
