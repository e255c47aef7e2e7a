"""Lines cut into wood: black where ink stands, their width the tone."""

from __future__ import annotations

import numpy as np
from PIL import Image

from core.styles.drawn.fields import even, grain, mixed, step, to_image, waves

PAPER, INK = (237, 224, 196), (23, 20, 23)


def draw(side: int = 768, seed: int = 12, line: float = 9.0) -> Image.Image:
    """Draw it; ``line`` is the distance from one cut to the next in pixels."""
    generator = np.random.default_rng(seed)
    relief = waves(side, generator, [(0.14, 1.0), (0.06, 0.4)])
    tone = waves(side, generator, [(0.11, 1.0), (0.05, 0.6), (0.02, 0.15)])
    # The gouge follows the relief's level lines; where they lie apart it cuts more of them.
    y, _ = np.mgrid[:side, :side].astype(np.float32)
    phase = (relief * side * 0.9 + 0.35 * y) / line
    ridge = 0.5 + 0.5 * np.cos(2 * np.pi * phase)
    wobble = 0.10 * grain(side, generator, 2.5) + 0.05 * grain(side, generator, 0.8)
    # Black and white areas that no line crosses, as a cutter leaves them.
    steep = np.clip((tone - 0.5) * 1.7 + 0.5, 0, 1)
    ink = step((ridge + wobble - steep).astype(np.float32), 0.0, 0.12)
    ink *= np.where(tone > 0.94, 0, 1)
    worn = 1 - 0.25 * step(grain(side, generator, 1.1), 1.6, 0.6)
    paper = even(PAPER, side)
    paper = paper + 0.015 * grain(side, generator, 1.5)[..., None]
    black = even(INK, side)
    return to_image(mixed(paper, black, (ink * worn).astype(np.float32)))
