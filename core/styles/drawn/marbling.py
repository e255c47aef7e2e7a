"""Inks floating on water, drawn through with a comb."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from core.styles.drawn.fields import Color, grain, pick, to_image, waves

INKS: tuple[Color, ...] = (
    (20, 30, 70), (186, 58, 50), (240, 226, 196), (24, 96, 112), (222, 164, 66), (244, 238, 224),
    (92, 38, 70), (120, 170, 160),
)  # fmt: skip


def draw(side: int = 768, seed: int = 15) -> Image.Image:
    """Draw it."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side].astype(np.float32)
    # Where each drop of ink was before the comb moved it.
    for _ in range(3):
        x = x + 46 * (2 * waves(side, generator, [(0.10, 1.0), (0.045, 0.35)]) - 1)
        y = y + 46 * (2 * waves(side, generator, [(0.10, 1.0), (0.045, 0.35)]) - 1)
    teeth = 74.0
    pull = np.abs(((x / teeth) % 1.0) - 0.5) * 2
    y = y + 90 * pull**2.2
    x = x + 26 * np.sin(y / 61)
    bands = y / side * 26 + 0.6 * np.sin(x / 47)
    ink = np.floor(bands)
    spread = np.sin(ink * 127.1 + 3.0) * 43758.5453
    tones = np.round((spread - np.floor(spread)) * (len(INKS) - 1)) / (len(INKS) - 1)
    picture = pick(INKS, tones)
    # A dark skin where two inks meet.
    part = bands - ink
    edge = np.minimum(part, 1 - part)
    picture *= (0.80 + 0.20 * np.clip(edge / 0.07, 0, 1))[..., None]
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.7), np.float32)
    return to_image(picture + 0.012 * grain(side, generator)[..., None])
