"""Chalk on dark paper, whose tooth shows through every stroke."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from core.styles.drawn.fields import Color, even, grain, mixed, pick, step, to_image, waves

CHALKS: tuple[Color, ...] = (
    (40, 50, 96), (70, 110, 160), (120, 70, 110), (200, 90, 80), (236, 160, 90), (244, 216, 150),
    (250, 240, 222),
)  # fmt: skip
PAPER = (51, 48, 59)


def draw(side: int = 768, seed: int = 20) -> Image.Image:
    """Draw it."""
    generator = np.random.default_rng(seed)
    tone = waves(side, generator, [(0.13, 1.0), (0.05, 0.5)])
    turn = 2.6 * waves(side, generator, [(0.17, 1.0)])
    picture = even(PAPER, side)
    tooth = grain(side, generator, 1.2)
    for width, length, count in ((13, 60, 2600), (8, 44, 5200), (5, 30, 5200)):
        tones = np.full((side, side), -1.0, np.float32)
        for x, y in generator.uniform(0, side, (count * side**2 // 768**2, 2)):
            row, column = int(y), int(x)
            way = turn[row, column] + generator.normal(0, 0.12)
            half = length * generator.uniform(0.5, 1.0) / 2
            ends = [
                (int(x + sign * half * np.cos(way)), int(y + sign * half * np.sin(way)))
                for sign in (-1, 1)
            ]
            shade = float(np.clip(tone[row, column] + generator.normal(0, 0.09), 0, 1))
            cv2.line(tones, ends[0], ends[1], shade, width)
        drawn = (tones >= 0).astype(np.float32)
        # The stick's own streaks, and the paper's hollows that it jumps over.
        laid = step(tooth + 0.5 * grain(side, generator, 2.5), -0.35, 1.3) * drawn
        picture = mixed(picture, pick(CHALKS, tones), (0.9 * laid).astype(np.float32))
    return to_image(picture + 0.02 * tooth[..., None])
