"""Drafts: the regions of a preview, and how large each is worked on."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from core.bridge.contract.geometry import Extent
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.engine.places import Place, places
from core.pixels.imaging import fit
from core.pixels.seamless import whole_strides

STRIDE = 16
"""Pixels: a work that repeats is whole multiples of it, as VGG-19 down to relu5_1 needs them."""


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


def sized(extent: Extent, stroke_size: float) -> Extent:
    """The size of a one-pass work with such strokes, where it is ``extent`` with usual ones.

    The strokes of a network that paints in one pass have about the same size in pixels: whether it
    sees a style at a half or at twice its size changes little but the colours. So the work shrinks
    as the strokes grow. With the root of their size a picture with the largest can still be made
    out; :func:`seen_in` does the rest.
    """
    return fit(extent, max(1, round(extent.long_side / math.sqrt(stroke_size))), enlarge=True)


def work_of(extent: Extent, settings: Settings, *, sized_by_work: bool = True) -> Extent:
    """The size at which a box of some size is painted.

    Args:
        extent: of the box.
        settings: how to paint.
        sized_by_work: whether strokes are as large as the work makes them.
    """
    work = fit(extent, settings.size)
    if sized_by_work:
        work = sized(work, settings.stroke_size)
    return whole_strides(work, STRIDE) if settings.tile else work


def seen_in(style: Extent, final: int, stroke_size: float, shrunk: float = 1.0) -> Extent:
    """The size at which a style is seen beside a one-pass work.

    Args:
        style: its own size.
        final: the long side of the work.
        stroke_size: of the settings.
        shrunk: by which the work, and all in it, is smaller in a preview.
    """
    usual = fit(style, final)
    share = shrunk * math.sqrt(stroke_size)
    return fit(usual, max(1, round(usual.long_side * share)), enlarge=True)


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
        settings = request.settings
        final = work_of(life, settings)
        enlarge = grows or settings.stroke_size < 1
        work = fit(place.box.extent, final.long_side, enlarge=enlarge)
        found.append(Draft(place, final, work))
    shrink = math.sqrt(area / sum(draft.work.area for draft in found))
    works = [fit(draft.work, max(1, round(draft.work.long_side * shrink))) for draft in found]
    if request.settings.tile:
        works = [whole_strides(work, STRIDE) for work in works]
    return [replace(draft, work=work) for draft, work in zip(found, works, strict=True)]
