"""Sketches: how much ink lies where, on whatever paper, and the lines laid over a painting.

Ink is a soft map, 0 the paper and 1 the sketch's darkest lines, shape (1, 1, height, width).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.bridge.contract.pixels import PixelFormat, Pixels
from core.pixels.imaging import Picture, to_picture, to_pixels

Values = NDArray[np.floating[Any]]

PAPER_SIDE = 256
"""Long side in pixels at which the paper is looked at: its light is smooth."""

PAPER_REACH = 0.1
"""Lines up to this part of the long side in width are told from the paper by their width alone."""

PAPER_DARKEST = 0.4
"""Of its lightest place. What is darker is no shade on the paper but a filled shape."""

BLACK = 0.02
"""What a black surface still gives off: on a black page, black is no ink."""

FAINTEST = 0.08
"""The least contrast that counts as drawn; less is the paper's own grain."""

NOISE = 3.0
"""Standard deviations of the grain that are still paper."""


def ink(drawing: Picture) -> Tensor:
    """How much ink lies on each pixel; 0 everywhere where nothing is drawn.

    Dark lines on light or light on dark, on paper that may be tinted and unevenly lit, or on
    transparency. The weight of a line stays: faint lines remain fainter than strong ones, but
    the strongest are 1, however pale the pencil.
    """
    values = _unlit(drawing)
    if _light_on_dark(values):
        values = 1 - values
    # The darkest channel, so that a yellow line counts on white.
    darkness = 1 - ((values + BLACK) / (_paper(values) + BLACK)).min(axis=2)
    paper, grain = _grain(darkness)
    low = paper + NOISE * grain
    limit = max(low, paper + FAINTEST)
    # Grain alone passes the limit here and there; smoothed it does not, as a line still does.
    if np.count_nonzero(cv2.GaussianBlur(darkness, (0, 0), 0.8) > limit) < 4:
        return torch.zeros(1, 1, *darkness.shape)
    drawn = darkness > limit
    high = max(float(np.quantile(darkness[drawn], 0.9)), low + FAINTEST)
    found = np.clip((darkness - low) / (high - low), 0, 1)
    return torch.from_numpy(found.astype(np.float32))[None, None]


def lay_lines(painted: Tensor, ink: Tensor) -> Tensor:
    """The painting, shape (1, 3, height, width), with the lines multiplied over it."""
    return painted * (1 - ink)


def opaque(pixels: Pixels) -> Pixels:
    """A sketch on transparency put on paper, so that what is painted on it is seen all over."""
    if not pixels.format.has_alpha:
        return pixels
    drawing = to_picture(pixels)
    color = torch.from_numpy(_unlit(drawing)).permute(2, 0, 1)[None]
    return to_pixels(Picture(color, torch.ones_like(drawing.alpha)), pixels.format)


def in_color(pixels: Pixels) -> Pixels:
    """The sketch on paper, in RGB of 8 bits: what a colouring can be written over."""
    return to_pixels(to_picture(opaque(pixels)), PixelFormat("RGB", "u8"))


def is_drawing(picture: Picture) -> bool:
    """Whether a picture is mostly bare paper without a colour or tone to paint from."""
    color = cv2.resize(_unlit(picture), (64, 64), interpolation=cv2.INTER_AREA)
    tinted = np.quantile(color.max(axis=2) - color.min(axis=2), 0.98) > 0.12
    return not tinted and float((color.mean(axis=2) > 0.75).mean()) > 0.6


def _unlit(drawing: Picture) -> Values:
    """Colours on opaque paper, shape (height, width, 3).

    A drawing on transparency gets the paper it stands out from: white, or black under chalk.
    """
    color: Values = drawing.color[0].permute(1, 2, 0).cpu().numpy().astype(np.float32)
    alpha = drawing.alpha[0].permute(1, 2, 0).cpu().numpy()
    if bool((alpha == 1).all()):
        return color
    seen = float((color * alpha).sum() / (3 * alpha.sum() + 1e-6))
    on_transparency = float(alpha.mean()) < 0.5
    paper = float(seen < 0.5) if on_transparency else float(seen >= 0.5)
    return np.asarray(color * alpha + paper * (1 - alpha), np.float32)


def _light_on_dark(values: Values) -> bool:
    """Lines are the minority: seen from the tones around them, they are the longer tail."""
    tones = _small(values).mean(axis=2)
    apart = tones - cv2.GaussianBlur(tones, (0, 0), max(tones.shape) / 20)
    # Shades of the paper are no lines.
    return float((apart[np.abs(apart) > FAINTEST] ** 3).sum()) > 0


def _paper(values: Values) -> Values:
    """The light that the bare paper gives off, shape (height, width, 3)."""
    # Smoothed, as closing would take the brightest grains for the paper.
    small = cv2.GaussianBlur(_small(values), (0, 0), 1)
    side = 2 * round(max(small.shape) * PAPER_REACH / 2) + 1
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, ellipse, borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.GaussianBlur(closed, (0, 0), side / 3, borderType=cv2.BORDER_REPLICATE)
    lightest = np.quantile(smooth, 0.95, axis=(0, 1))
    bounded = np.maximum(smooth, PAPER_DARKEST * lightest)
    height, width = values.shape[:2]
    return np.asarray(cv2.resize(bounded, (width, height)), np.float32)


def _small(values: Values) -> Values:
    height, width = values.shape[:2]
    shrink = min(1.0, PAPER_SIDE / max(height, width))
    size = max(1, round(width * shrink)), max(1, round(height * shrink))
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def _grain(darkness: Values) -> tuple[float, float]:
    """The most frequent darkness, which is the paper's, and its standard deviation.

    Measured on the lighter side, where no ink is.
    """
    counts, edges = np.histogram(darkness, 256, (-0.5, 0.5))
    smooth = np.convolve(counts, np.ones(5), "same")
    mode = int(smooth.argmax())
    paper = float(edges[mode] + edges[mode + 1]) / 2
    lighter = darkness[darkness < paper]
    grain = float(np.sqrt(np.mean((lighter - paper) ** 2))) if len(lighter) else 0.0
    return paper, grain
