"""The styles that a program draws, by name."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from core.styles import drawing
from core.styles.drawn import (
    batik,
    block_print,
    cross_hatching,
    cut_paper,
    facets,
    ink_wash,
    marbling,
    mosaic,
    palette_knife,
    pastel,
    pointillism,
    tapestry,
    watercolour,
    woodcut,
)

STYLES: dict[str, Callable[[], Image.Image]] = {
    "batik": batik.draw,
    "block print": block_print.draw,
    "cross-hatching": cross_hatching.draw,
    "cut paper": cut_paper.draw,
    "facets": facets.draw,
    "flowing strokes": drawing.flowing_strokes,
    "ink wash": ink_wash.draw,
    "marbling": marbling.draw,
    "mosaic": mosaic.draw,
    "palette knife": palette_knife.draw,
    "pastel": pastel.draw,
    "pointillism": pointillism.draw,
    "stained glass": drawing.stained_glass,
    "tapestry": tapestry.draw,
    "watercolour": watercolour.draw,
    "woodcut": woodcut.draw,
}
"""By the names that people read."""
