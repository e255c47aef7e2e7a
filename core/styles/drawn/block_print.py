"""Flat colours from one block each, that fade into each other, and a key block of dark lines."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from core.styles.drawn.fields import Color, even, grain, mixed, pick, to_image, waves

BLOCKS: tuple[Color, ...] = (
    (24, 50, 96), (44, 104, 146), (112, 168, 178), (230, 218, 186), (238, 196, 140), (206, 96, 74),
)  # fmt: skip
KEY = (26, 33, 56)

LEVELS = 11
"""Bands of flat colour."""


def draw(side: int = 768, seed: int = 21) -> Image.Image:
    """Draw it."""
    generator = np.random.default_rng(seed)
    field = waves(side, generator, [(0.12, 1.0), (0.05, 0.35), (0.02, 0.08)])
    bands = field * LEVELS
    band = np.floor(bands)
    # Each band is wiped from full to thin ink before it is printed.
    fade = (bands - band) * 0.55
    order = np.array([0, 3, 1, 4, 2, 5, 1, 3, 0, 4, 2, 3], np.float32)
    tone = (order[np.clip(band, 0, LEVELS).astype(int)] + fade) / (len(BLOCKS) - 1)
    picture = pick(BLOCKS, tone)
    wood = cv2.GaussianBlur(grain(side, generator, 0.8), (0, 0), 22, sigmaY=0.9)
    picture = picture * (1 + 0.035 * wood / wood.std())[..., None]
    steep = np.hypot(*np.gradient(bands))
    away = np.minimum(bands - band, 1 - (bands - band)) / (steep + 1e-6)
    swell = 1.1 + 0.9 * waves(side, generator, [(0.04, 1.0)])
    lines = np.clip(swell + 0.5 - away, 0, 1) * np.clip(steep * 60, 0, 1)
    key = even(KEY, side)
    picture = mixed(picture, key, (0.94 * lines).astype(np.float32))
    return to_image(picture + 0.012 * grain(side, generator, 1.4)[..., None])
