"""The faces in pictures, and those in a region that are to be kept."""

from __future__ import annotations

from core.bridge.contract.settings import Settings
from core.engine.networks import Networks
from core.engine.region import Region
from core.features.faces import Face
from core.pixels.imaging import Picture
from core.system.recent import Recent

_seen: Recent[tuple[Face, ...]] = Recent(8)
"""Kept for previews: while a slider moves, the same picture comes again and again."""


def kept(region: Region, networks: Networks) -> tuple[Face, ...]:
    """The faces that a region shows; none where they are painted as the rest, or a sketch is."""
    if not asked_for(region.settings):
        return ()
    return found(region.content, region.identity, networks)


def asked_for(settings: Settings) -> bool:
    """Whether faces are to be kept."""
    return settings.faces == "keep" and not settings.sketch


def found(picture: Picture, identity: str, networks: Networks) -> tuple[Face, ...]:
    """The faces that a picture shows; none where nothing can find them.

    Args:
        picture: to look at.
        identity: a text that differs for each picture.
        networks: have what finds faces.
    """
    finder = networks.faces()
    return () if finder is None else _seen.get(identity, lambda: finder.find(picture.color))
