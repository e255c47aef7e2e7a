"""``python -m core.gallery PREFIX`` draws every style into the gallery of an installation."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from core import drawing
from core.bridge.errors import ImpastoError
from core.bridge.gallery import PASTICHES
from core.bridge.geometry import Extent
from core.bridge.pastiches import NAMES
from core.bridge.paths import Installation
from core.bridge.pixels import PixelFormat, Pixels
from core.bridge.whole import open_whole
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
    scene,
    tapestry,
    watercolour,
    woodcut,
)
from core.imaging import Picture, to_picture, to_pixels
from core.networks import Networks
from core.setup import signals, streams

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
    names = [f"{name}.jpg" for name in STYLES]
    _clear(folder, [*names, PASTICHES])
    for number, (name, draw) in enumerate(STYLES.items(), 1):
        streams.say(f"drawing {name}, {number} of {len(STYLES)}")
        _save(draw(), folder / f"{name}.jpg")


def show_pastiches(folder: Path, weights: Path) -> None:
    """Paint a small landscape in each style that pastiche knows. Raises ImpastoError."""
    networks = Networks(weights, "cpu")
    pastiche = networks.pastiche(networks.device("auto"))
    image = scene.draw()
    content = to_picture(Pixels(Extent(*image.size), PixelFormat("RGB", "u8"), image.tobytes()))
    _clear(folder, [f"{name}.jpg" for name in NAMES])
    for number, name in enumerate(NAMES, 1):
        streams.say(f"showing {name}, {number} of {len(NAMES)}")
        painted = pastiche.paint(content, content.alpha, {number: 1.0}, 1.0, lambda: False)
        pixels = to_pixels(Picture(painted, content.alpha), PixelFormat("RGB", "u8"))
        _save(Image.frombytes("RGB", pixels.extent, pixels.data), folder / f"{name}.jpg")


def _clear(folder: Path, known: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name not in known:
            old.unlink()


def _save(image: Image.Image, path: Path) -> None:
    with open_whole(path) as file:
        image.save(file, "JPEG", quality=92)


def main() -> int:
    streams.prepare()
    installation = Installation(Path(sys.argv[1]))
    try:
        with signals.handled(signals.interrupt):
            draw_all(installation.gallery)
            show_pastiches(installation.gallery / PASTICHES, installation.weights)
    except KeyboardInterrupt:
        return signals.status()
    except (OSError, ImpastoError) as error:
        streams.say(f"The gallery can't be drawn: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
