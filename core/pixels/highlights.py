"""Highlights, the light beyond white: compressed before painting and restored afterwards.

A lamp in a scene-linear picture can be a hundred times as bright as white paper. Networks were
trained on 0..1, and a painting lies in 0..1. So the light of such a picture is compressed into that
range first. Afterwards the painted pixel is multiplied by the factor that its content was divided
by, so that a lamp is brighter than white again.

Let m be the largest of a pixel's red, green and blue on the sRGB curve, and M the picture's largest
m. Up to the knee k, m stays. Beyond it, m becomes k + log(1 + a (m - k)) / a, with the a > 0 that
maps M to 1. The curve is smooth and increasing, and maps equal ratios of light to about equal
steps. Let L be the light of m before and l after. The light of the pixel's three channels is
divided by L / l, which keeps its hue, and the painted pixel's light is multiplied by it.

The inverse of the curve, applied to the painting, was tried. It made a woodcut's white paper shine
like the lamp, and in a dark style the lamp was as dark as its surroundings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from core.bridge.contract.pixels import Pixels
from core.pixels.color import in_bands
from core.pixels.imaging import FLOATS, Picture, array, sound, to_linear, to_srgb

KNEE = 0.75
"""The value on the sRGB curve up to which nothing changes: half of white's light."""

_BAND_VALUES = 1 << 22
"""Values that are examined at once."""


@dataclass(frozen=True)
class Highlights:
    """The curve of a picture that has values outside 0..1.

    Attributes:
        brightest: the picture's largest value on the sRGB curve. If it is at most 1, nothing is
            compressed; only negative values, which are colours out of gamut, are clipped.
    """

    brightest: float

    @classmethod
    def of(cls, content: Pixels) -> Highlights | None:
        """The curve of a picture's visible pixels; None if they are within 0..1."""
        if content.format.depth not in FLOATS:
            return None
        low, high = 0.0, 1.0
        values = array(content)
        for rows in np.array_split(values, -(-values.size // _BAND_VALUES)):
            color = rows[..., :-1] if content.format.has_alpha else rows
            seen = sound(rows)
            if content.format.has_alpha:
                seen &= rows[..., -1] > 0
            if seen.any():
                low = min(low, float(color[seen].min()))
                high = max(high, float(color[seen].max()))
        if content.format.linear:
            high = float(to_srgb(torch.tensor(high, dtype=torch.float64)))
        return cls(high) if low < 0 or high > 1 else None

    @cached_property
    def _steepness(self) -> float:
        """The curve's a, which solves a (1 - k) = log(1 + a (M - k)); by bisection."""
        low, high = 1e-12, 1e12
        for _ in range(200):
            middle = math.sqrt(low * high)
            if middle * (1 - KNEE) < math.log1p(middle * (self.brightest - KNEE)):
                low = middle
            else:
                high = middle
        return high

    def compressed(self, picture: Picture) -> Picture:
        """The picture within 0..1."""
        return Picture(in_bands(self._compress, picture.color), picture.alpha)

    def restored(self, painted: Tensor, content: Tensor) -> Tensor:
        """The painting of a compressed picture, with the light restored.

        Args:
            painted: in 0..1, shape (1, 3, height, width).
            content: the picture before it was compressed, of the same shape.
        """
        return in_bands(self._restore, painted, content)

    def _compress(self, color: Tensor) -> Tensor:
        bright, gain = self._gain(color)
        return torch.where(bright, to_srgb(to_linear(color) / gain), color).clamp(0, 1)

    def _restore(self, painted: Tensor, content: Tensor) -> Tensor:
        bright, gain = self._gain(content)
        return torch.where(bright, to_srgb(to_linear(painted) * gain), painted)

    def _gain(self, color: Tensor) -> tuple[Tensor, Tensor]:
        """Whether each pixel is beyond the knee, and its L / l."""
        most = color.amax(dim=1, keepdim=True).clamp(min=KNEE)
        if self.brightest <= 1:
            return torch.zeros_like(most, dtype=torch.bool), torch.ones_like(most)
        bent = KNEE + torch.log1p(self._steepness * (most - KNEE)) / self._steepness
        return most > KNEE, to_linear(most) / to_linear(bent)


def within(style: Picture) -> Picture:
    """A style within 0..1, compressed by its own curve. Its highlights are not restored."""
    low, high = float(style.color.min()), float(style.color.max())
    return style if low >= 0 and high <= 1 else Highlights(max(1.0, high)).compressed(style)
