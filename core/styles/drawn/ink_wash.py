"""Ink let run on wet paper: soft clouds with dark rims, and a few strokes of the brush."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from core.styles.drawn.fields import Values, even, grain, mixed, slopes, step, to_image, waves

PAPER, INK = (240, 236, 224), (26, 28, 38)


def draw(side: int = 768, seed: int = 17) -> Image.Image:
    """Draw it."""
    generator = np.random.default_rng(seed)
    ink = np.zeros((side, side), np.float32)
    for size, at, depth in ((0.15, 0.55, 0.32), (0.10, 0.62, 0.34), (0.06, 0.74, 0.42)):
        cloud = waves(side, generator, [(size, 1.0), (size / 3, 0.25), (0.008, 0.05)])
        wet = step(cloud, at, 0.30)
        # Water carries the pigment outwards and leaves it where the paper is dry.
        rim = step(cloud, at, 0.02) * (1 - step(cloud, at + 0.025, 0.05))
        ink += depth * (0.85 * wet + 0.55 * rim)
    ink = ink * (1 + 0.16 * grain(side, generator, 3.0)) + 0.03 * grain(side, generator, 0.9)
    ink += _strokes(side, generator)
    paper = even(PAPER, side)
    paper = paper + 0.012 * grain(side, generator, 1.6)[..., None]
    black = even(INK, side)
    return to_image(mixed(paper, black, np.clip(ink, 0, 1).astype(np.float32)))


def _strokes(side: int, generator: np.random.Generator) -> Values:
    """Dry strokes along a slow flow, dark where the brush set down and broken at the end."""
    flow = waves(side, generator, [(0.22, 1.0)])
    down, across = slopes(flow)
    drawn = np.zeros((side, side), np.float32)
    for x, y in generator.uniform(0, side, (130, 2)):
        stroke = np.zeros_like(drawn)
        count = int(generator.uniform(18, 46))
        width = generator.uniform(2.0, 8.0)
        for number in range(count):
            row, column = int(y) % side, int(x) % side
            part = number / count
            size = width * np.sin(np.pi * min(1.0, 0.25 + part)) + 0.6
            cv2.circle(stroke, (int(x), int(y)), max(1, int(size)), 1.0 - 0.55 * part, -1)
            x, y = x - 4 * down[row, column], y + 4 * across[row, column]
        drawn = np.maximum(drawn, cv2.GaussianBlur(stroke, (0, 0), 0.8))
    dry = step(grain(side, generator, 1.3) + 2.2 * drawn, 1.0, 1.2)
    return np.asarray(0.85 * drawn * dry, np.float32)
