"""Threads of wool woven over and under each other."""

from __future__ import annotations

import numpy as np
from PIL import Image

from core.styles.drawn.fields import Color, grain, pick, to_image, waves

WOOL: tuple[Color, ...] = (
    (30, 36, 60), (58, 84, 74), (120, 128, 80), (196, 160, 84), (188, 92, 60), (136, 44, 52),
    (232, 214, 178),
)  # fmt: skip


def draw(side: int = 768, seed: int = 22, thread: int = 8) -> Image.Image:
    """Draw it; ``thread`` is a thread's width in pixels."""
    generator = np.random.default_rng(seed)
    tone = waves(side, generator, [(0.11, 1.0), (0.045, 0.45)])
    y, x = np.mgrid[:side, :side]
    row, column = y // thread, x // thread
    # A weaver changes the wool from stitch to stitch, not within one.
    middle = tone[
        np.clip(row * thread + thread // 2, 0, side - 1),
        np.clip(column * thread + thread // 2, 0, side - 1),
    ]
    steps = 13
    shade = np.round(middle * steps) / steps
    shade = (
        shade + 0.05 * generator.normal(0, 1, (side // thread + 2, side // thread + 2))[row, column]
    )
    wool = pick(WOOL, shade)
    over = (row + column) % 2 == 0
    down, across = (y % thread + 0.5) / thread - 0.5, (x % thread + 0.5) / thread - 0.5
    # Round across a thread, and dipping under its neighbours at both ends.
    round_ = np.where(over, 1 - 3.2 * down**2, 1 - 3.2 * across**2)
    dip = np.where(over, 1 - 1.4 * across**2, 1 - 1.4 * down**2)
    twist = np.where(over, np.sin((x + 2.2 * y) * 1.5), np.sin((y + 2.2 * x) * 1.5))
    light = 1.06 * round_ * dip * (1 + 0.09 * twist) + 0.05 * grain(side, generator, 0.7)
    return to_image(wool * np.clip(light, 0.12, 1.15)[..., None].astype(np.float32))
