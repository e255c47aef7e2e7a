"""The faces in a region that are to be kept, where the settings ask for it."""

from __future__ import annotations

import logging

from core.bridge.contract.settings import Settings
from core.engine.networks import Networks
from core.engine.region import Region
from core.features.faces import Face
from core.system.recent import Recent

_log = logging.getLogger(__name__)

_seen: Recent[tuple[Face, ...]] = Recent(8)
"""Kept for previews: while a slider moves, the same picture comes again and again."""


def kept(region: Region, networks: Networks) -> tuple[Face, ...]:
    """The faces that a region shows; none where they are painted as the rest, or a sketch is."""
    if not wanted(region.settings):
        return ()
    finder = networks.faces()
    if finder is None:
        return ()
    content = region.place.request.content.identity
    return _seen.get((content, region.place.box), lambda: finder.find(region.content.color))


def wanted(settings: Settings) -> bool:
    """Whether a painting keeps the faces that it has."""
    return settings.faces == "keep" and not settings.sketch
