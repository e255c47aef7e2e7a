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
    return tuple(
        Share(prepared(style.read(), request, place, content, mask), style.weight)
        for style in styles.mixture(request, place.style)
    )


def prepared(
    style: Picture, request: Request, place: Place, content: Picture, mask: Tensor
) -> Picture:
    """One style as a region is painted from it; the rest as for :func:`read`."""
    match, robust = _changes(request, place)
    return palette.prepared(place.narrowed(style), content, mask, match=match, robust=robust)


def suited(request: Request, place: Place) -> bool:
    """Whether a style is changed by what it is to be painted on."""
    return any(_changes(request, place))


def _changes(request: Request, place: Place) -> tuple[bool, bool]:
    """Whether a style takes the content's palette, and whether it is guarded against black."""
    settings = request.settings
    return settings.colors_of(place.style) == "match", settings.dark == "robust"
