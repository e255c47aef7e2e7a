"""Thick paint laid on with a knife: slabs with ridges that catch the light."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from core.styles.drawn.fields import Color, Values, pick, to_image, waves

PAINT: tuple[Color, ...] = (
    (26, 40, 44), (36, 88, 96), (106, 148, 120), (228, 204, 148), (240, 158, 74), (204, 70, 54),
    (246, 240, 226),
)  # fmt: skip


def draw(side: int = 768, seed: int = 24) -> Image.Image:
    """Draw it."""
    generator = np.random.default_rng(seed)
    tone = waves(side, generator, [(0.13, 1.0), (0.05, 0.5)])
    turn = 3.0 * waves(side, generator, [(0.2, 1.0)])
    color, height = pick(PAINT, tone), np.zeros((side, side), np.float32)
    for length, width, count in ((86, 40, 700), (62, 28, 1500), (40, 17, 2600)):
        for x, y in generator.uniform(0, side, (count * side**2 // 768**2, 2)):
            way = turn[int(y), int(x)] + generator.normal(0, 0.35)
            size = generator.uniform(0.6, 1.1)
            _slab(color, height, (x, y), way, (length * size, width * size), tone, generator)
    down, across = np.gradient(cv2.GaussianBlur(height, (0, 0), 0.8))
    light = np.clip(1 - 0.55 * down - 0.55 * across, 0.55, 1.45)
    return to_image(color * light[..., None].astype(np.float32))


def _slab(
    color: Values, height: Values, center: tuple[float, float], way: float,
    size: tuple[float, float], tone: Values, generator: np.random.Generator,
) -> None:  # fmt: skip
    """One move of the knife."""
    side = len(height)
    reach = int(max(size) / 2) + 3
    left, right = max(0, int(center[0]) - reach), min(side, int(center[0]) + reach)
    top, bottom = max(0, int(center[1]) - reach), min(side, int(center[1]) + reach)
    y, x = np.mgrid[top:bottom, left:right].astype(np.float32)
    x, y = x - center[0], y - center[1]
    along = x * np.cos(way) + y * np.sin(way)
    beside = y * np.cos(way) - x * np.sin(way)
    rough = 2.0 * np.sin(beside * 0.9 + generator.uniform(0, 6)) * np.sin(beside * 0.37)
    inside = (np.abs(along) < size[0] / 2 + rough) & (np.abs(beside) < size[1] / 2)
    if not inside.any():
        return
    row, column = int(np.clip(center[1], 0, side - 1)), int(np.clip(center[0], 0, side - 1))
    streak = 0.05 * np.sin(beside * 1.7 + generator.uniform(0, 6)) + generator.normal(0, 0.07)
    here = color[top:bottom, left:right]
    here[inside] = pick(PAINT, tone[row, column] + streak)[inside]
    # Paint piles up at the knife's sides and where it lifts.
    ridge = (np.abs(beside) / (size[1] / 2)) ** 6 + 0.7 * np.clip(along / (size[0] / 2), 0, 1) ** 5
    scratch = 0.25 * np.sin(beside * 2.6)
    height[top:bottom, left:right][inside] = (0.9 * ridge + scratch)[inside]
