"""The gallery of an installation: the drawn styles, and what pastiche's look like.

Each process that draws imports this file, so PyTorch is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pastiches import NAMES
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.session.gallery import PASTICHES
from core.styles.drawn import files, scene
from core.styles.drawn.known import STYLES
from core.terminal import streams


def draw_styles(folder: Path, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Draw every style anew, and take away what an earlier version drew.

    Args:
        folder: of the gallery.
        meanwhile: called while other processes draw.

    Raises:
        OSError: a style can't be written.
        BrokenProcessPool: a process that draws was ended.
    """
    _clear(folder, [*(f"{name}.jpg" for name in STYLES), PASTICHES])
    files.draw_all(folder, meanwhile)


def show_pastiches(folder: Path, weights: Path) -> None:
    """Paint a small landscape in each style that pastiche knows. Raises ImpastoError."""
    from core.engine.networks import Networks
    from core.pixels.imaging import Picture, to_picture, to_pixels

    networks = Networks(weights, "cpu")
    pastiche = networks.pastiche(networks.device("auto"))
    image = scene.draw()
    content = to_picture(Pixels(Extent(*image.size), PixelFormat("RGB", "u8"), image.tobytes()))
    _clear(folder, [f"{name}.jpg" for name in NAMES])
    for number, name in enumerate(NAMES, 1):
        streams.say(f"showing {name}, {number} of {len(NAMES)}")
        painted = pastiche.paint(content, content.alpha, {number: 1.0}, 1.0, lambda: False)
        pixels = to_pixels(Picture(painted, content.alpha), PixelFormat("RGB", "u8"))
        shown = Image.frombytes("RGB", pixels.extent, pixels.data)
        files.save(shown, folder / f"{name}.jpg")


def _clear(folder: Path, known: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name not in known:
            old.unlink()
