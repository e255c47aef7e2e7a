"""Shapes cut from painted paper and laid on each other, with the shadows they throw."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from core.styles.drawn.fields import Color, Values, even, grain, mixed, step, to_image, waves

PAPERS: tuple[Color, ...] = (
    (24, 44, 92), (232, 180, 60), (206, 70, 52), (40, 116, 110), (240, 232, 214), (150, 60, 110),
    (244, 150, 120), (120, 160, 200), (34, 34, 40), (250, 240, 226),
)  # fmt: skip


def draw(side: int = 768, seed: int = 16) -> Image.Image:
    """Draw it."""
    generator = np.random.default_rng(seed)
    picture = _sheet(PAPERS[0], side, generator)
    for number, paper in enumerate(PAPERS[1:]):
        size = 0.085 - 0.005 * number
        shape = waves(side, generator, [(size, 1.0), (size / 3, 0.22)])
        cut = step(shape, 0.66 + 0.015 * number, 0.012)
        shadow = cv2.GaussianBlur(np.roll(cut, (5, 4), (0, 1)), (0, 0), 3.0)
        picture = picture * (1 - 0.45 * shadow)[..., None]
        picture = mixed(picture, _sheet(paper, side, generator), cut)
    return to_image(picture)


def _sheet(color: Color, side: int, generator: np.random.Generator) -> Values:
    """Paper painted by hand: the brush shows."""
    brush = cv2.GaussianBlur(grain(side, generator, 1.0), (0, 0), 14, sigmaY=1.2)
    shade = 1 + 0.05 * brush / brush.std() + 0.018 * grain(side, generator, 0.9)
    return np.asarray(even(color, side) * shade[..., None], np.float32)
