"""``python -m core.commands.gallery PREFIX``: draw the gallery of an installation."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pastiches import NAMES
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.session.gallery import PASTICHES
from core.bridge.storage.paths import Installation
from core.bridge.storage.whole import open_whole
from core.engine.networks import Networks
from core.pixels.imaging import Picture, to_picture, to_pixels
from core.styles.drawn import scene
from core.styles.drawn.known import STYLES
from core.terminal import signals, streams


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
