"""Drafts: the regions of a preview, and how large each is worked on."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from core.bridge.contract.geometry import Extent
from core.bridge.contract.request import Request
from core.engine.places import Place, places
from core.pixels.imaging import fit


@dataclass(frozen=True)
class Draft:
    """One region of a preview.

    Attributes:
        place: where it lies.
        final: the size of the work in the painting.
        work: the size of the work here.
    """

    place: Place
    final: Extent
    work: Extent


def drafts(request: Request, area: int, grows: bool) -> list[Draft]:
    """The regions of a request for a preview.

    Args:
        request: whose ``preview`` says how large the picture is in the painting.
        area: pixels that all works have together at most.
        grows: whether a work may be larger than what came of the picture.

    Raises:
        BadInput: there is nothing to paint, or the labels can't be used.
    """
    assert request.preview is not None
    factor = request.preview.long_side / request.content.extent.long_side
    found = []
    for place in places(request):
        width, height = place.box.extent
        life = Extent(math.ceil(width * factor), math.ceil(height * factor))
        final = fit(life, request.settings.size)
        work = fit(place.box.extent, final.long_side, enlarge=grows)
        found.append(Draft(place, final, work))
    shrink = math.sqrt(area / sum(draft.work.area for draft in found))
    return [
        replace(draft, work=fit(draft.work, max(1, round(draft.work.long_side * shrink))))
        for draft in found
    ]
