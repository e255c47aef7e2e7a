"""What a region is painted from, and the colours that it ends in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from core.bridge.contract.request import Request
from core.engine.canvas import Place
from core.features.regions import Share
from core.pixels import color
from core.pixels.imaging import Picture
from core.styles import palette, styles
from core.styles.styles import Style
from core.system.stopping import Follow, alone


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
        for style in named(request, place)
    )


def check(request: Request, places: Sequence[Place]) -> None:
    """Raise BadInput as :func:`read` would for any of the regions, before one of them is begun."""
    regions: dict[str, tuple[Style, list[Place]]] = {}
    for place in places:
        for style in named(request, place):
            regions.setdefault(style.identity, (style, []))[1].append(place)
    for style, of in regions.values():
        picture = style.read()
        for place in of:
            place.narrowed(picture)


def named(request: Request, place: Place) -> tuple[Style, ...]:
    """The pictures of a region's styles, not read yet. Raises BadInput as :func:`read` does."""
    if place.label is not None and place.label.own:
        return (Style(place.label.own, enough=styles.enough(request)),)
    return styles.mixture(request, place.style)


def prepared(
    style: Picture, request: Request, place: Place, content: Picture, mask: Tensor
) -> Picture:
    """One style as a region is painted from it; the rest as for :func:`read`."""
    return palette.prepared(
        place.narrowed(style),
        content,
        mask,
        match=request.settings.colors_of(place.style) == "match",
        robust=request.settings.dark == "robust",
    )


def suited(request: Request, place: Place, black: Callable[[], float]) -> bool:
    """Whether a style may be changed by what it is to be painted on.

    Args:
        request, place: as for :func:`read`.
        black: gives how black the style is: see :func:`core.styles.palette.black`.
    """
    if request.settings.colors_of(place.style) == "match":
        return True
    return request.settings.dark == "robust" and black() > palette.MOST


def colored(
    painted: Tensor,
    content: Picture,
    mask: Tensor,
    request: Request,
    place: Place,
    follow: Follow = alone,
) -> Tensor:
    """A painted region with the colours it is to have; the rest as for :func:`read`."""
    wanted = request.settings.colors_of(place.style)
    if wanted == "keep":
        return color.keep_colors(painted, content.color, follow)
    if wanted == "match" and request.settings.method == "pastiche":
        # There is no style picture to match before.
        whole = Picture(painted, mask * content.alpha)
        return palette.prepared(whole, content, mask, match=True, robust=False).color
    return painted
