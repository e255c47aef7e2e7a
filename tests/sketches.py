"""Sketches for tests: drawn by hand, so to speak, and traced from photographs with mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Point = tuple[float, float]


def page(*strokes: Sequence[Point], width: int = 3, tone: int = 20) -> Image.Image:
    """Strokes in ink on white paper, 240x192 px."""
    drawn = Image.new("L", (480, 384), 255)
    for stroke in strokes:
        doubled = [(2 * x, 2 * y) for x, y in stroke]
        ImageDraw.Draw(drawn).line(doubled, fill=tone, width=2 * width, joint="curve")
    return drawn.resize((240, 192), Image.Resampling.LANCZOS)


def circle(x: float, y: float, radius: float, start: float = 0, end: float = 360) -> list[Point]:
    """A stroke around a point, from one angle to another in degrees."""
    angles = np.radians(np.linspace(start, end, 90))
    return [(x + radius * np.cos(one), y + radius * np.sin(one)) for one in angles]


def house() -> list[Sequence[Point]]:
    """Walls, a roof, a ground on both sides, and a sun."""
    return [
        [(70, 160), (70, 90), (170, 90), (170, 160), (70, 160)],
        [(58, 92), (120, 40), (182, 92)],
        [(0, 160), (70, 160)],
        [(170, 160), (240, 160)],
        circle(210, 30, 14),
    ]


def photographed(drawing: Image.Image, seed: int = 0) -> Image.Image:
    """The drawing on yellowish paper, lit from one side, with the grain of a camera."""
    values = np.asarray(drawing.convert("L"), float)[..., None] / 255
    height, width = values.shape[:2]
    light = (
        np.linspace(0.55, 0.95, width)[None, :, None] * np.linspace(1, 0.85, height)[:, None, None]
    )
    paper = (0.3 + 0.7 * values) * light * np.array((1, 0.96, 0.85))
    grain = np.random.default_rng(seed).normal(0, 0.012, paper.shape)
    return Image.fromarray((np.clip(paper + grain, 0, 1) * 255).astype(np.uint8))


def traced(photograph: Image.Image, seed: int = 0) -> Image.Image:
    """A photograph's lines by difference of Gaussians, warped, with strokes and places missing."""
    generator = np.random.default_rng(seed)
    tones = np.asarray(photograph.convert("L"), np.float32) / 255
    grey = cv2.bilateralFilter(tones, 9, 0.15, 5)
    slope = cv2.GaussianBlur(grey, (0, 0), 1.2) - cv2.GaussianBlur(grey, (0, 0), 1.9)
    lines = (slope < -0.012).astype(np.uint8)
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(lines)
    long = stats[:, cv2.CC_STAT_AREA] >= 20
    kept = long & (generator.random(count) > 0.25)
    kept[0] = False
    return Image.fromarray(255 - 255 * _shaken(kept[pieces].astype(np.float32), generator))


def _shaken(ink: NDArray[np.float32], generator: np.random.Generator) -> NDArray[np.uint8]:
    height, width = ink.shape
    side = max(height, width)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    for axis in (x, y):
        bend = cv2.GaussianBlur(generator.normal(0, 1, ink.shape), (0, 0), side / 16)
        axis += (0.015 * side * bend / bend.std() + generator.uniform(-0.03, 0.03) * side).astype(
            np.float32
        )
    moved = cv2.remap(ink, x, y, cv2.INTER_LINEAR)
    for _ in range(4):
        hole = generator.uniform(0, (width, height))
        cv2.circle(moved, [int(one) for one in hole], side // 15, 0.0, cv2.FILLED)
    return (moved > 0.4).astype(np.uint8)
