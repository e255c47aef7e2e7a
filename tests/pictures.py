"""Pictures for tests: photographs that come with scikit-image, and ones drawn here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from skimage import data


def photograph(width: int = 96, height: int = 80) -> Image.Image:
    """An astronaut (NASA, public domain), cropped to the face and shrunk."""
    return Image.fromarray(data.astronaut()).crop((130, 0, 370, 200)).resize((width, height))


def strokes(seed: int = 0, side: int = 96, hue: int = 20) -> Image.Image:
    """A style: short thick strokes in neighbouring hues, turned by a slow wave."""
    generator = np.random.default_rng(seed)
    picture = Image.new("HSV", (side, side), (hue, 120, 90))
    draw = ImageDraw.Draw(picture)
    for _ in range(side * 6):
        x, y = generator.uniform(0, side, 2)
        angle = np.sin(x / side * 5) + np.cos(y / side * 4)
        dx, dy = 5 * np.cos(angle), 5 * np.sin(angle)
        color = (int(hue + generator.uniform(-15, 15)) % 256, 200, int(generator.uniform(60, 255)))
        draw.line((x - dx, y - dy, x + dx, y + dy), fill=color, width=2)
    return picture.convert("RGB")


def soft_disc(width: int = 96, height: int = 80, feather: float = 3.0) -> Image.Image:
    """A mask: a white disc on black, its edge blurred."""
    mask = Image.new("L", (width, height), 0)
    radius = min(width, height) * 0.3
    x, y = width / 2, height / 2
    ImageDraw.Draw(mask).ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return mask.filter(ImageFilter.GaussianBlur(feather))


def saved(picture: Image.Image, path: Path) -> Path:
    picture.save(path)
    return path
