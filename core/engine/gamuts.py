"""The gamut that a region's painting is held in, measured once for each style."""

from __future__ import annotations

from core.bridge import VERSION
from core.engine.places import Place
from core.styles import flat
from core.styles.gamut import Gamut
from core.styles.statistics_cache import Measured, StatisticsCache


def of(place: Place, cache: StatisticsCache) -> Gamut | None:
    """The gamut of a region's style, or of all of its mixture; None where ``colors`` says other.

    Kept colours are the content's. Matched ones are meant to be the content's too, of which a style
    of few colours would leave little.

    Args:
        place: of the region, whose styles are pictures.
        cache: has the gamuts that were measured before.

    Raises:
        BadInput: a style can't be used.
    """
    if place.colors != "style":
        return None
    styles = [style for style in place.styles() if style.weight > 0]
    named = " ".join(place.identity(style) for style in styles)

    def measure() -> Measured:
        gamut = Gamut.of(flat.shades(place.narrowed(style.read())) for style in styles)
        return {"moves": gamut.moves.half(), "chroma": gamut.chroma}

    return Gamut(**cache.get(f"{VERSION} gamut of shades {named}", measure))
