"""Planes that meet at sharp edges, each shaded from one of its sides to the other."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from core.styles.drawn.fields import Color, grain, pick, to_image, waves

PLANES: tuple[Color, ...] = (
    (34, 32, 36), (84, 72, 62), (132, 96, 62), (168, 142, 102), (92, 118, 124), (204, 186, 146),
    (236, 226, 200),
)  # fmt: skip


def draw(side: int = 768, seed: int = 23, planes: int = 260) -> Image.Image:
    """Draw it; ``planes`` is how many there are."""
    generator = np.random.default_rng(seed)
    tone = waves(side, generator, [(0.14, 1.0), (0.05, 0.3)])
    picture = pick(PLANES, tone)
    for number in range(planes):
        size = side * (0.22 - 0.15 * number / planes) * generator.uniform(0.6, 1.3)
        center = generator.uniform(0, side, 2)
        angles = np.sort(generator.uniform(0, 2 * np.pi, generator.integers(3, 6)))
        reach = size * generator.uniform(0.5, 1.0, len(angles))
        corners = center + np.stack([np.cos(angles), np.sin(angles)], axis=1) * reach[:, None]
        box = np.clip([corners.min(axis=0), corners.max(axis=0) + 2], 0, side).astype(int)
        (left, top), (right, bottom) = box
        if right - left < 4 or bottom - top < 4:
            continue
        mask = np.zeros((bottom - top, right - left), np.float32)
        cv2.fillPoly(mask, [(corners - box[0]).round().astype(np.int32)], 1.0, cv2.LINE_AA)
        y, x = np.mgrid[top:bottom, left:right].astype(np.float32)
        way = generator.uniform(0, 2 * np.pi)
        ramp = ((x - center[0]) * np.cos(way) + (y - center[1]) * np.sin(way)) / (2 * size) + 0.5
        column, row = np.clip(center, 0, side - 1).astype(int)
        own = tone[row, column] + generator.normal(0, 0.08) + 0.5 * (ramp - 0.5)
        brush = 0.03 * np.sin((x * np.cos(way + 1.2) + y * np.sin(way + 1.2)) * 0.9)
        here = picture[top:bottom, left:right]
        here += (pick(PLANES, own + brush) - here) * (0.82 * mask)[..., None]
        edge = mask - cv2.erode(mask, np.ones((3, 3)))
        here *= (1 - 0.55 * edge * (ramp < 0.5))[..., None].astype(np.float32)
    return to_image(picture + 0.02 * grain(side, generator, 1.1)[..., None])
