"""Styles that a program draws. They are original and reproducible, and need no download."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Color = tuple[int, int, int]

NIGHT: tuple[Color, ...] = (
    (16, 24, 66), (24, 52, 120), (38, 92, 168), (84, 150, 198),
    (160, 200, 206), (238, 222, 140), (246, 190, 58),
)  # fmt: skip
GLASS: tuple[Color, ...] = (
    (120, 20, 34), (196, 58, 36), (232, 140, 46), (244, 206, 96),
    (60, 122, 84), (28, 84, 110), (92, 44, 96),
)  # fmt: skip

SPARKS: tuple[Color, ...] = (
    (250, 90, 60), (255, 200, 60), (80, 200, 255), (240, 240, 230), (210, 80, 220),
)  # fmt: skip


def flowing_strokes(side: int = 960, seed: int = 1) -> Image.Image:
    """Thick bristled strokes that follow the swirls of a field, dark in its valleys.

    Args:
        side: pixels along each side.
        seed: of the swirls and the strokes.
    """
    generator = np.random.default_rng(seed)
    height = _waves(side, generator)
    slope_y, slope_x = np.gradient(height, axis=0), np.gradient(height, axis=1)
    canvas = Image.new("RGB", (side, side), NIGHT[1])
    draw = ImageDraw.Draw(canvas)
    for width, length, count in ((11, 70, side * 4), (7, 52, side * 8), (4, 36, side * 8)):
        for x, y in generator.uniform(0, side, (count, 2)):
            tone = height[int(y), int(x)] + generator.normal(0, 0.09)
            path = _follow(x, y, slope_x, slope_y, length)
            _bristles(draw, path, width, _pick(NIGHT, tone), generator)
    return canvas.filter(ImageFilter.GaussianBlur(0.6))


def stained_glass(side: int = 640, seed: int = 2, cell: int = 34) -> Image.Image:
    """Glowing shards of glass between dark leads.

    Args:
        side: pixels along each side.
        seed: of the shards and their colours.
        cell: mean width of a shard in pixels.
    """
    generator = np.random.default_rng(seed)
    count = (side // cell) ** 2
    seeds = np.full((side, side), 255, np.uint8)
    places = generator.integers(0, side, (count, 2))
    seeds[places[:, 1], places[:, 0]] = 0
    _, labels = cv2.distanceTransformWithLabels(
        seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    warmth = _waves(side, generator)
    shards = np.zeros((labels.max() + 1, 3), np.float32)
    for x, y in places:
        tone = warmth[y, x] * 1.1 - 0.05 + generator.normal(0, 0.1)
        glow = generator.uniform(0.75, 1.15)
        shards[labels[y, x]] = np.array(_pick(GLASS, tone), np.float32) * glow
    glass = shards[labels]
    edges = np.zeros((side, side), np.uint8)
    edges[:, 1:] |= (labels[:, 1:] != labels[:, :-1]).astype(np.uint8)
    edges[1:] |= (labels[1:] != labels[:-1]).astype(np.uint8)
    inside = cv2.distanceTransform(1 - edges, cv2.DIST_L2, 5)
    # Light gathers in the middle of a shard and streaks run through it.
    glass *= (0.8 + 0.35 * np.clip(inside / (cell * 0.4), 0, 1))[..., None]
    streaks = cv2.GaussianBlur(generator.normal(0, 1, (side, side)), (0, 0), 1.2, sigmaY=9)
    glass += (streaks * 60)[..., None]
    lead = np.clip((inside - 1.6) / 1.4, 0, 1)[..., None]
    picture = glass * lead + np.array((22, 20, 24)) * (1 - lead)
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def strokes_on_black(side: int = 512, seed: int = 7, share: float = 0.3) -> Image.Image:
    """Bright bristled strokes on the hills of a field, and black elsewhere.

    Args:
        side: pixels along each side.
        seed: of the hills and the strokes.
        share: the share of the picture that is hills.
    """
    generator = np.random.default_rng(seed)
    height = _waves(side, generator)
    slope_y, slope_x = np.gradient(height, axis=0), np.gradient(height, axis=1)
    canvas = Image.new("RGB", (side, side), (6, 6, 8))
    draw = ImageDraw.Draw(canvas)
    foot = np.quantile(height, 1 - share)
    for x, y in generator.uniform(0, side, (side * 2, 2)):
        if height[int(y), int(x)] > foot:
            path = _follow(x, y, slope_x, slope_y, 60)
            _bristles(draw, path, 6, _pick(SPARKS, generator.uniform()), generator)
    return canvas


def _waves(side: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """A smooth field in 0..1 with swirls: blurred noise of three sizes and a few round hills."""
    field = np.zeros((side, side))
    for sigma, weight in ((side / 6, 1.0), (side / 14, 0.5), (side / 30, 0.2)):
        noise = cv2.GaussianBlur(generator.normal(0, 1, (side, side)), (0, 0), sigma)
        field += weight * noise / noise.std()
    y, x = np.mgrid[:side, :side]
    for center_x, center_y in generator.uniform(0.1 * side, 0.9 * side, (5, 2)):
        radius = generator.uniform(0.06, 0.14) * side
        field += 4 * np.exp(-((x - center_x) ** 2 + (y - center_y) ** 2) / (2 * radius**2))
    return np.asarray((field - field.min()) / (field.max() - field.min()))


def _follow(
    x: float,
    y: float,
    slope_x: NDArray[np.float64],
    slope_y: NDArray[np.float64],
    length: float,
) -> list[tuple[float, float]]:
    """A path along the field's contour lines."""
    side = slope_x.shape[0]
    path = [(x, y)]
    for _ in range(int(length / 4)):
        row, column = min(max(int(y), 0), side - 1), min(max(int(x), 0), side - 1)
        across = np.hypot(slope_x[row, column], slope_y[row, column]) + 1e-9
        x -= 4 * slope_y[row, column] / across
        y += 4 * slope_x[row, column] / across
        path.append((float(x), float(y)))
    return path


def _bristles(
    draw: ImageDraw.ImageDraw,
    path: list[tuple[float, float]],
    width: int,
    color: Color,
    generator: np.random.Generator,
) -> None:
    """Draw a stroke: its body, and bristles side by side in slightly different tones."""
    draw.line(path, fill=color, width=width, joint="curve")
    for offset in range(-width // 2 + 1, width // 2, 2):
        shade = generator.normal(0, 16)
        tone = (_byte(color[0] + shade), _byte(color[1] + shade), _byte(color[2] + shade))
        draw.line([(x + offset, y + offset / 2) for x, y in path], fill=tone, width=1)


def _pick(palette: tuple[Color, ...], tone: float) -> Color:
    """A colour of the palette, from the first at 0 to the last at 1, interpolated in between."""
    place = float(np.clip(tone, 0, 1)) * (len(palette) - 1)
    low = min(int(place), len(palette) - 2)
    part = place - low
    mixed = [a + (b - a) * part for a, b in zip(palette[low], palette[low + 1], strict=True)]
    return (_byte(mixed[0]), _byte(mixed[1]), _byte(mixed[2]))


def _byte(value: float) -> int:
    return int(min(max(value, 0), 255))
