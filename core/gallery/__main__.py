"""``python -m core.gallery FOLDER`` draws every style into a folder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from core import drawing
from core.gallery import (
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


def draw_all(folder: Path) -> None:
    """Draw every style anew, and take away what an earlier version drew."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {folder / f"{name}.jpg": draw for name, draw in STYLES.items()}
    for old in set(folder.iterdir()) - set(wanted):
        old.unlink()
    for number, (path, draw) in enumerate(wanted.items(), 1):
        print(f"drawing {path.stem}, {number} of {len(wanted)}", flush=True)
        unfinished = path.with_suffix(".partial")
        draw().save(unfinished, "JPEG", quality=92)
        unfinished.replace(path)


if __name__ == "__main__":
    try:
        draw_all(Path(sys.argv[1]))
    except OSError as error:
        sys.exit(f"The styles can't be drawn into {sys.argv[1]}: {error}.")
