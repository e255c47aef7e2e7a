"""Thin washes over each other on rough paper, darker at their rims."""

from __future__ import annotations

import numpy as np
from PIL import Image

from core.styles.drawn.fields import Color, even, grain, step, to_image, waves

WASHES: tuple[Color, ...] = (
    (110, 170, 200), (236, 190, 110), (220, 120, 110), (90, 150, 120), (130, 110, 170),
    (70, 110, 160), (60, 90, 80), (70, 60, 100),
)  # fmt: skip
PAPER = (247, 244, 235)


def draw(side: int = 768, seed: int = 19) -> Image.Image:
    """Draw it."""
    generator = np.random.default_rng(seed)
    picture = even(PAPER, side)
    tooth = grain(side, generator, 1.8)
    for number, wash in enumerate(WASHES):
        size = 0.13 - 0.011 * number
        at = 0.48 + 0.055 * number
        shape = waves(side, generator, [(size, 1.0), (size / 3, 0.3), (0.012, 0.06)])
        covered = step(shape, at, 0.02)
        rim = covered * (1 - step(shape, at + 0.018, 0.035))
        run = waves(side, generator, [(0.08, 1.0), (0.02, 0.3)])
        # Pigment settles in the paper's hollows, and thins out where the wash was still wet.
        depth = covered * (0.28 + 0.42 * run + 0.10 * tooth) + 0.38 * rim
        light = even(wash, side)
        picture = picture * (1 - np.clip(depth, 0, 1)[..., None] * (1 - light))
    return to_image(picture + 0.014 * tooth[..., None])
