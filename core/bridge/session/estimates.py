"""How long each of the three qualities will take on this machine, in words for its button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..contract.errors import BadInput
from ..contract.geometry import Extent, Extents
from ..contract.settings import Settings
from ..i18n.times import about
from ..storage.paths import Installation
from .history import History
from .presets import QUALITIES
from .workload import region_extents


def seconds(history: History, settings: Settings, layers: Sequence[Extents]) -> float:
    """What painting these layers one after another will take."""
    return history.estimate(settings, *(_regions(extents, settings) for extents in layers))


def quality_times(
    settings: Settings, layers: Sequence[Extents], installation: Installation, done: float = 0.0
) -> Mapping[str, str]:
    """The time of each quality by its name; none where there is no layer.

    Args:
        settings: what the dialog says of everything else.
        layers: the sizes of each layer that will be painted, and of its selection.
        installation: whose past runs count.
        done: the share of the first layer's painting, with just these settings, that was painted
            ahead, 0 to 1.
    """
    if not layers:
        return {}
    history, found = History(installation), {}
    for name, quality in QUALITIES.items():
        wanted = replace(settings, **quality.settings)
        spared = done * seconds(history, wanted, layers[:1]) if wanted == settings else 0.0
        found[name] = about(max(0.0, seconds(history, wanted, layers) - spared))
    return found


def _regions(extents: Extents, settings: Settings) -> list[Extent]:
    """The size of each region; where nothing can be painted now, the canvas, which might be."""
    try:
        return region_extents(extents, settings)
    except BadInput:
        return [extents.canvas]
