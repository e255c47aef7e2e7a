"""A small landscape, to show on it what a style does: sky and sun, hills, water, a house."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SKY, SUN = ((96, 150, 205), (246, 220, 180)), (255, 244, 200)
HILLS = ((112, 132, 150), (78, 112, 92), (56, 92, 60))
WATER, WALL, ROOF = (70, 120, 150), (226, 214, 196), (166, 66, 48)


def draw(side: int = 256) -> Image.Image:
    """Draw it."""
    large = 2 * side
    rows = np.linspace(0, 1, large)[:, None, None]
    top, bottom = (np.array(color, float) for color in SKY)
    sky = np.broadcast_to(top + (bottom - top) * rows**0.8, (large, large, 3))
    picture = Image.fromarray(sky.astype(np.uint8))
    pen = ImageDraw.Draw(picture)

    def at(*places: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * large, y * large) for x, y in places]

    pen.ellipse(at((0.66, 0.12), (0.80, 0.26)), fill=SUN)
    columns = np.linspace(0, 1, 64)
    for number, color in enumerate(HILLS):
        ridge = 0.46 + 0.09 * number + 0.09 * np.sin((5 + 2 * number) * columns + 2.4 * number)
        pen.polygon(at((0, 1), *zip(columns, ridge, strict=True), (1, 1)), fill=color)
    pen.polygon(at((0, 0.84), (0.5, 0.79), (1, 0.86), (1, 1), (0, 1)), fill=WATER)
    pen.polygon(at((0.22, 0.62), (0.42, 0.62), (0.42, 0.77), (0.22, 0.77)), fill=WALL)
    pen.polygon(at((0.19, 0.63), (0.32, 0.52), (0.45, 0.63)), fill=ROOF)
    pen.rectangle(at((0.29, 0.68), (0.34, 0.77)), fill=(84, 60, 48))
    for x, y, size in ((0.62, 0.66, 0.09), (0.74, 0.70, 0.07), (0.86, 0.67, 0.10)):
        pen.ellipse(at((x - size, y - 1.3 * size), (x + size, y + 0.7 * size)), fill=(44, 78, 50))
    return picture.filter(ImageFilter.GaussianBlur(1.2)).resize((side, side), Image.Resampling.BOX)
