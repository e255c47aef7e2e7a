"""Dots of pure colour, each tone made of neighbours and a few of its opposite."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from core.styles.drawn.fields import Color, even, to_image, waves

SHADE: tuple[Color, ...] = ((34, 36, 104), (58, 44, 120), (30, 84, 110), (22, 70, 60))
MIDDLE: tuple[Color, ...] = ((66, 140, 92), (52, 120, 176), (150, 96, 150), (214, 120, 60))
LIGHT: tuple[Color, ...] = ((246, 214, 110), (250, 236, 190), (244, 170, 120), (170, 208, 214))
GROUND = (219, 204, 168)


def draw(side: int = 768, seed: int = 13, dot: float = 5.0) -> Image.Image:
    """Draw it; ``dot`` is a dot's radius in pixels."""
    generator = np.random.default_rng(seed)
    tone = waves(side, generator, [(0.13, 1.0), (0.05, 0.45)])
    warmth = waves(side, generator, [(0.18, 1.0)])
    canvas = np.empty((side, side, 3), np.float32)
    canvas[:] = even(GROUND, side)
    families = [np.array(family, np.float32) / 255 for family in (SHADE, MIDDLE, LIGHT)]
    for radius, count in ((dot, 5.2), (dot * 0.8, 4.0), (dot * 0.6, 3.0)):
        places = generator.uniform(0, side, (int(count * side * side / (9 * dot**2)), 2))
        for x, y in places:
            here = tone[int(y), int(x)] + generator.normal(0, 0.10)
            family = families[int(np.clip(here * 3, 0, 2.99))]
            kin = warmth[int(y), int(x)] * len(family) + generator.normal(0, 0.7)
            color = family[int(np.clip(kin, 0, len(family) - 0.01))]
            shade = generator.normal(1, 0.06)
            size = radius * generator.uniform(0.75, 1.2)
            cv2.circle(
                canvas, (int(x * 16), int(y * 16)), int(size * 16),
                tuple(float(value * shade) for value in color), -1, cv2.LINE_8, 4,
            )  # fmt: skip
    return to_image(np.asarray(cv2.GaussianBlur(canvas, (0, 0), 0.6), np.float32))
