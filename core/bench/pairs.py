"""The pairs of content and style that are painted: photographs of scikit-image, drawn styles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.pixels import files
from core.pixels.imaging import Picture, fit, to_picture, to_pixels
from core.pixels.photographs import photograph
from core.styles import drawing

_RGB = PixelFormat("RGB", "u8")


@dataclass(frozen=True)
class Pair:
    """A content and a style, both opaque."""

    name: str
    content: Picture
    style: Picture

    def at(self, size: int) -> Pair:
        """The pair with long sides of at most ``size`` px."""
        content, style = (
            picture.resize(fit(picture.extent, size)) for picture in (self.content, self.style)
        )
        return Pair(self.name, content, style)

    def request(self, settings: Settings) -> Request:
        """A host's request to paint the whole content."""
        pictures = {"style": to_pixels(self.style, _RGB)}
        return Request(to_pixels(self.content, _RGB), settings, pictures=pictures)


def from_files(content: Path, style: Path) -> Pair:
    """A pair of the user's pictures. Raises BadInput if a file is not a picture."""
    pictures = [files.read(path).picture() for path in (content, style)]
    return Pair(f"{content.stem} as {style.stem}", *pictures)


@cache
def drawn(side: int) -> Pair:
    """A drawn pair, for measurements of time, which need no photograph. Drawing takes seconds."""
    glass, strokes = drawing.stained_glass(side), drawing.flowing_strokes(side)
    return Pair("drawn", picture(glass), picture(strokes))


@cache
def shipped() -> tuple[Pair, ...]:
    """Pairs of a person, a table, an animal and a rocket in a landscape, in two styles.

    Raises:
        ImpastoError: scikit-image, which has the photographs, is not installed.
    """
    strokes, glass = picture(drawing.flowing_strokes()), picture(drawing.stained_glass())
    return (
        Pair("astronaut as strokes", picture(photograph("astronaut.png")), strokes),
        Pair("coffee as glass", picture(photograph("coffee.png")), glass),
        Pair("cat as strokes", picture(photograph("chelsea.png")), strokes),
        Pair("rocket as glass", picture(photograph("rocket.jpg")), glass),
    )


def persons() -> tuple[Pair, ...]:
    """Pairs of a person, in long strokes and in glass. Raises as :func:`shipped`."""
    person, table, *_ = shipped()
    return person, Pair("astronaut as glass", person.content, table.style)


def picture(image: Image.Image | np.ndarray) -> Picture:
    """An opaque picture from 8 bits of red, green and blue."""
    rgb = np.ascontiguousarray(np.asarray(image), np.uint8)
    height, width = rgb.shape[:2]
    return to_picture(Pixels(Extent(width, height), _RGB, rgb.tobytes()))
