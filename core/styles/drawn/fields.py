"""The parts that drawn styles are made of: smooth fields, palettes, slopes and grain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Values = NDArray[np.floating[Any]]
"""One value per pixel, shape (side, side), or RGB in 0..1, shape (side, side, 3)."""

Color = tuple[int, int, int]


def waves(
    side: int, generator: np.random.Generator, sizes: Sequence[tuple[float, float]]
) -> Values:
    """A smooth field whose values are spread evenly over 0..1.

    Args:
        side: pixels along each side.
        generator: of its shapes.
        sizes: pairs of a shape's size, as a share of the side, and its weight.
    """
    field = np.zeros((side, side), np.float32)
    for size, weight in sizes:
        # A Gaussian blur by Fourier transform, which is much faster than in pixels if it is wide.
        spectrum = np.fft.rfft2(generator.normal(0, 1, (side, side)))
        down, across = np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None]
        spectrum *= np.exp(-2 * (np.pi * size * side) ** 2 * (down**2 + across**2))
        smooth = np.fft.irfft2(spectrum, (side, side))
        field += (weight * smooth / smooth.std()).astype(np.float32)
    return ranked(field)


def ranked(field: Values) -> Values:
    """The field with its values spread evenly over 0..1, in their order."""
    order = np.empty(field.size, np.float32)
    order[field.ravel().argsort(kind="stable")] = np.linspace(0, 1, field.size, dtype=np.float32)
    return order.reshape(field.shape)


def grain(side: int, generator: np.random.Generator, size: float = 0.8) -> Values:
    """Noise with mean 0 and standard deviation 1, whose grains are about ``size`` pixels wide."""
    noise = generator.normal(0, 1, (side, side)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), size)
    return np.asarray(smooth / smooth.std(), np.float32)


def even(color: Color, side: int) -> Values:
    """One colour everywhere."""
    return np.broadcast_to(np.array(color, np.float32) / 255, (side, side, 3))


def pick(palette: Sequence[Color], tones: Values) -> Values:
    """Colours of a palette, from the first at 0 to the last at 1, interpolated in between."""
    colors = np.array(palette, np.float32) / 255
    places = np.clip(tones, 0, 1) * (len(palette) - 1)
    known = np.arange(len(palette))
    channels = [np.interp(places.astype(np.float64), known, channel) for channel in colors.T]
    return np.stack(channels, axis=-1).astype(np.float32)


def slopes(field: Values) -> tuple[Values, Values]:
    """The direction up the field, down and across, as unit vectors."""
    down, across = np.gradient(field)
    length = np.hypot(down, across) + 1e-9
    return (down / length).astype(np.float32), (across / length).astype(np.float32)


def mixed(below: Values, above: Values, mask: Values) -> Values:
    """One picture over another, with the mask as opacity."""
    return np.asarray(below + (above - below) * mask[..., None], np.float32)


def step(field: Values, at: float, width: float) -> Values:
    """0 below a value and 1 above it, with a ramp of that width in between."""
    return np.asarray(np.clip((field - at) / width + 0.5, 0, 1), np.float32)


def to_image(picture: Values) -> Image.Image:
    return Image.fromarray((np.clip(picture, 0, 1) * 255).round().astype(np.uint8))
