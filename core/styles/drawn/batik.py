"""Cloth dyed again and again under wax: pale veins where it cracked, dotted figures."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from core.styles.drawn.fields import Color, Values, even, grain, mixed, step, to_image, waves

CLOTH: tuple[Color, ...] = (
    (238, 222, 184), (214, 148, 64), (168, 74, 44), (96, 36, 40), (22, 32, 66),
)  # fmt: skip
"""In the order of the dye baths."""


def draw(side: int = 768, seed: int = 18) -> Image.Image:
    """Draw it."""
    generator = np.random.default_rng(seed)
    field = waves(side, generator, [(0.09, 1.0), (0.035, 0.35)])
    picture = even(CLOTH[0], side)
    for number, dye in enumerate(CLOTH[1:], 1):
        # What is not under wax takes the dye, and a little of it creeps in through the cracks.
        open_ = step(field, number / len(CLOTH), 0.018)
        crack = _cracks(side, generator, 34 + 10 * number)
        taken = np.maximum(open_, 0.75 * crack * (1 - open_))
        shade = 1 + 0.07 * grain(side, generator, 6.0) + 0.03 * grain(side, generator, 1.2)
        color = even(dye, side) * shade[..., None]
        picture = mixed(picture, color.astype(np.float32), taken.astype(np.float32))
    picture = mixed(picture, even(CLOTH[0], side), _figures(field))
    weave = _weave(side)
    return to_image(picture * weave[..., None])


def _cracks(side: int, generator: np.random.Generator, cell: int) -> Values:
    """Thin veins between cells of wax."""
    seeds = np.full((side, side), 255, np.uint8)
    places = generator.integers(0, side, ((side // cell) ** 2, 2))
    seeds[places[:, 1], places[:, 0]] = 0
    _, labels = cv2.distanceTransformWithLabels(
        seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    bend = 3.0 * grain(side, generator, 7.0)
    y, x = np.mgrid[:side, :side].astype(np.float32)
    cells = cv2.remap(
        labels.astype(np.float32), x + bend, y - bend, cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_REFLECT,
    )  # fmt: skip
    edges = (cv2.morphologyEx(cells, cv2.MORPH_GRADIENT, np.ones((2, 2))) > 0).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(edges, (0, 0), 0.8), np.float32)


def _figures(field: Values) -> Values:
    """Rows of wax dots along two of the level lines."""
    side = len(field)
    dots = np.zeros((side, side), np.float32)
    for level in (0.3, 0.7):
        lines, _ = cv2.findContours(
            (field > level).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE
        )
        for line in lines:
            for x, y in line[::13, 0]:
                cv2.circle(dots, (int(x), int(y)), 3, 1.0, -1, cv2.LINE_AA)
    return dots


def _weave(side: int) -> Values:
    y, x = np.mgrid[:side, :side].astype(np.float32)
    return np.asarray(1 + 0.035 * np.sin(x * 2.1) * np.sin(y * 2.1), np.float32)
