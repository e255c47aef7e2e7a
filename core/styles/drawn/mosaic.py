"""Small stones set in bending rows, with mortar between them."""

from __future__ import annotations

import numpy as np
from PIL import Image

from core.styles.drawn.fields import Color, Values, even, grain, mixed, pick, to_image, waves

STONES: tuple[Color, ...] = (
    (22, 34, 58), (30, 78, 104), (64, 132, 128), (196, 176, 128), (214, 142, 62), (232, 214, 176),
    (158, 52, 40),
)  # fmt: skip
MORTAR = (76, 69, 61)


def draw(side: int = 768, seed: int = 11, stone: float = 15.0) -> Image.Image:
    """Draw it; ``stone`` is a stone's width in pixels."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side].astype(np.float32)
    bend = waves(side, generator, [(0.16, 1.0), (0.07, 0.35)])
    # Rows follow the level lines of a field, and stones lie along them.
    across = bend * side * 0.75 + 0.25 * y
    along = x + 0.35 * y + 60 * waves(side, generator, [(0.12, 1.0)])
    row = np.floor(across / stone)
    shift = _hashed(row, 3.1) * stone
    column = np.floor((along + shift) / (stone * 1.15))
    gap = np.minimum(_edge(across / stone) * stone, _edge((along + shift) / (stone * 1.15)) * stone)
    tone = waves(side, generator, [(0.10, 1.0), (0.04, 0.5)])
    own = tone + 0.22 * (_hashed(row * 57.0 + column, 7.7) - 0.5)
    stones = pick(STONES, own) * (0.86 + 0.28 * _hashed(row * 13.0 + column * 3.0, 1.3))[..., None]
    light = np.clip((gap - 1.2) / 3.0, 0, 1)
    stones *= (0.82 + 0.22 * light)[..., None]
    stones += 0.02 * grain(side, generator)[..., None]
    mask = np.clip((gap - 0.8) / 1.2, 0, 1).astype(np.float32)
    mortar = even(MORTAR, side)
    return to_image(mixed(mortar + 0.04 * grain(side, generator)[..., None], stones, mask))


def _edge(places: Values) -> Values:
    """How far from the nearest whole number."""
    part = places - np.floor(places)
    return np.asarray(np.minimum(part, 1 - part), np.float32)


def _hashed(numbers: Values, salt: float) -> Values:
    """A number in 0..1 for each, that looks drawn by lot."""
    spread = np.sin(numbers * 12.9898 + salt * 78.233) * 43758.5453
    return np.asarray(spread - np.floor(spread), np.float32)
