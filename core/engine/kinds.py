"""Tells subjects and faces apart from what is behind them, in a region's content and its styles.

What is of one kind is painted like the styles' same kind (:mod:`core.painterly.terms.kinds`). Where
labels say what is painted like what, that holds. A picture in which nothing stands out clearly has
no subject.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from core.bridge.contract.settings import Settings
from core.engine import faces
from core.engine.methods.method import Tools
from core.engine.region import Region
from core.features.faces import Face, together
from core.features.models.u2netp import SIDE
from core.features.regions import StyledMask
from core.masks.salient import SalientNetwork
from core.pixels.imaging import Picture, extent_of, fit, resize
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


class _Look(NamedTuple):
    """What is seen in a picture, as masks of the same size, shape (1, 1, height, width).

    Attributes:
        subject: None where none stands out clearly.
        faces: None where there are none.
    """

    subject: Tensor | None
    faces: Tensor | None


_seen: Recent[_Look] = Recent(8)
"""What was seen in the pictures looked at last; they are painted again and again."""


def told_apart(styled: StyledMask, region: Region, tools: Tools) -> StyledMask:
    """A region with those kinds that its content and a style of it have both.

    Args:
        styled: what the region is to become.
        region: the region.
        tools: whose networks tell what stands out, and what is a face. Without the first one's
            weights nothing is told apart.

    Raises:
        Stopped: ``should_stop`` returned True.
    """
    place = region.place
    if not asked_for(region.settings) or place.label is not None:
        return styled
    network = tools.networks.salient(tools.device)
    if network is None:
        return styled
    content = region.identity
    own = _look(region.content, content, network, tools)
    # A style that was adapted to the content is another picture.
    content += f" {place.colors} {region.settings.dark}"
    theirs = [
        _look(style.picture, f"{source.identity} {content}", network, tools)
        for style, source in zip(styled.styles, place.styles(), strict=True)
    ]
    shared = _Look(
        *(
            mask if any(look[kind] is not None for look in theirs) else None
            for kind, mask in enumerate(own)
        )
    )
    kinds = _kinds(shared)
    if kinds is None:
        return styled
    styles = tuple(
        style._replace(kinds=_kinds_of(style.picture, look, shared))
        for style, look in zip(styled.styles, theirs, strict=True)
    )
    if all(style.kinds is None for style in styles):
        return styled  # each has another of the kinds
    return replace(styled, styles=styles, kinds=kinds)


def asked_for(settings: Settings) -> bool:
    """Whether what is of one kind is to be painted like the styles' same kind."""
    return settings.semantic != "off" and settings.method == "painterly"


def _kinds(look: _Look) -> Tensor | None:
    """The masks, and all that is in none of them, shape (1, kinds, height, width), which sum to 1.

    A face is no part of the subject.
    """
    found = []
    rest: Tensor | None = None
    for mask in (look.faces, look.subject):
        if mask is not None:
            rest = torch.ones_like(mask) if rest is None else rest
            found.append(rest * mask)
            rest = rest * (1 - mask)
    return None if rest is None else torch.cat([*found, rest], dim=1)


def _kinds_of(picture: Picture, look: _Look, shared: _Look) -> Tensor | None:
    """A style's kinds, of its size; None where it lacks one of those that are shared."""
    asked = [
        None if of_content is None else mask for mask, of_content in zip(look, shared, strict=True)
    ]
    if sum(mask is not None for mask in asked) < sum(mask is not None for mask in shared):
        return None
    kinds = _kinds(_Look(*asked))
    return None if kinds is None else resize(kinds, picture.extent)


def _look(picture: Picture, identity: str, network: SalientNetwork, tools: Tools) -> _Look:
    def look() -> _Look:
        small = picture.resize(fit(picture.extent, SIDE))
        chance = network.look(small.color, tools.should_stop) * small.alpha.clamp(0, 1)
        found = faces.found(picture, identity, tools.networks)
        return _Look(chance if _clear(chance) else None, _masked(found, chance))

    return _seen.get(f"{identity} {tools.device}", look)


def _clear(chance: Tensor) -> bool:
    """Whether a subject stands out, by each pixel's chance to belong to it."""
    share = float((chance > 0.5).float().mean())
    unsure = float(((chance > 1 - SURE) & (chance < SURE)).float().mean())
    found = LEAST <= share <= MOST and unsure <= UNSURE * share
    _log.info("subject %.3f, unsure %.3f: %s", share, unsure, "clear" if found else "not clear")
    return found


def _masked(found: Sequence[Face], like: Tensor) -> Tensor | None:
    """The soft mask of faces, of another mask's size; None of none."""
    if not found:
        return None
    _log.info("%d faces", len(found))
    return together(found, extent_of(like)).to(like)
