"""Pen lines crossing each other, a layer for each step into the dark."""

from __future__ import annotations

import numpy as np
from PIL import Image

from core.styles.drawn.fields import even, grain, mixed, step, to_image, waves

PAPER, INK = (245, 240, 224), (33, 31, 43)

LAYERS = ((0.82, 0.7), (0.60, -0.75), (0.40, 0.05), (0.22, 1.45))
"""Below which tone a layer begins, and the direction of its lines in radians."""


def draw(side: int = 768, seed: int = 14, line: float = 7.0) -> Image.Image:
    """Draw it; ``line`` is the distance between two lines in pixels."""
    generator = np.random.default_rng(seed)
    tone = waves(side, generator, [(0.13, 1.0), (0.055, 0.6), (0.02, 0.12)])
    turn = 0.5 * (waves(side, generator, [(0.2, 1.0)]) - 0.5)
    y, x = np.mgrid[:side, :side].astype(np.float32)
    picture = even(PAPER, side)
    picture = picture + 0.012 * grain(side, generator, 1.2)[..., None]
    ink = even(INK, side)
    for begins, angle in LAYERS:
        way = angle + turn
        wobble = 1.1 * grain(side, generator, 9.0)
        place = (np.cos(way) * y - np.sin(way) * x + wobble) / line
        away = np.abs(place - np.round(place)) * line
        # A hand presses harder where it is darker, and lifts the pen where a layer ends.
        depth = np.clip((begins - tone) / 0.22, 0, 1)
        width = 0.35 + 1.15 * depth + 0.12 * grain(side, generator, 5.0)
        pressed = np.clip(width - away + 0.5, 0, 1) * step(depth.astype(np.float32), 0.06, 0.08)
        picture = mixed(picture, ink, (0.92 * pressed).astype(np.float32))
    return to_image(picture)
