"""What a region is painted from: its styles, their own regions, in the palette they are to have."""

from __future__ import annotations

from torch import Tensor

from core import palette, styles
from core.bridge.request import Request
from core.canvas import Place
from core.imaging import Picture
from core.regions import Share


def read(request: Request, place: Place, content: Picture, mask: Tensor) -> tuple[Share, ...]:
    """The styles of a region, one or a mixture.

    Args:
        request: that names them.
        place: of the region.
        content, mask: in the region's box.

    Raises:
        BadInput: a picture or a label can't be painted from.
    """
    settings = request.settings
    match = settings.colors_of(place.style) == "match"
    robust = False
    return tuple(
        Share(
            palette.prepared(place.narrowed(picture), content, mask, match=match, robust=robust),
            weight,
        )
        for picture, weight in ((styles.read(request, place.style), 1.0),)
    )
