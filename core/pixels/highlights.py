"""Highlights: light beyond white, which networks don't know, taken down and given back.

A lamp of a scene-linear picture can be a hundred times as bright as white paper. Networks were
trained on 0..1, and a painting ends there. So the light of such a picture is bent into that range
first, and what was taken from a pixel's light is given back to what is painted there: brighter
than white stays so, by the same ratio to what it would be without.

With m the largest of a pixel's red, green and blue on the sRGB curve, and M the picture's largest,
m becomes m up to the knee k, and k + log(1 + a (m - k)) / a beyond it, with the one a > 0 that
sends M to 1. That has no kink, keeps the order, and takes equal ratios of light for about equal
steps. With L the light of m before and l after, all of the pixel's light is divided by L / l, so
that its hue stays, and what is painted there is multiplied by it. (The inverse of the curve, by
what was painted, was tried: a woodcut's white paper shone as the lamp did then, and in a dark style
the lamp was as dark as all around.)
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
from core.pixels.imaging import Picture, array, to_linear, to_srgb

KNEE = 0.75
"""On the sRGB curve, up to which nothing changes: half of white's light."""

_BAND_VALUES = 1 << 22
"""Values that are looked at once."""


@dataclass(frozen=True)
class Highlights:
    """The curve of a picture with values beyond 0..1.

    Attributes:
        brightest: its largest value on the sRGB curve; up to 1 nothing is bent, and only negative
            values, which are colours out of gamut, are cut off.
    """

    brightest: float

    @classmethod
    def of(cls, content: Pixels) -> Highlights | None:
        """Of what is visible of a picture; None where it is within 0..1."""
        if content.format.depth not in ("f16", "f32"):
            return None
        low, high = 0.0, 1.0
        values = array(content)
        for rows in np.array_split(values, -(-values.size // _BAND_VALUES)):
            color = rows[..., :-1] if content.format.has_alpha else rows
            seen = np.isfinite(rows).all(axis=-1)
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
        """The curve's a: where a (1 - k) = log(1 + a (M - k)), by halving."""
        low, high = 1e-12, 1e12
        for _ in range(200):
            middle = math.sqrt(low * high)
            if middle * (1 - KNEE) < math.log1p(middle * (self.brightest - KNEE)):
                low = middle
            else:
                high = middle
        return high

    def lowered(self, picture: Picture) -> Picture:
        """The picture within 0..1."""
        return Picture(in_bands(self._lower, picture.color), picture.alpha)

    def raised(self, painted: Tensor, content: Tensor) -> Tensor:
        """What was painted on a lowered picture, with the light that was taken from it.

        Args:
            painted: in 0..1, shape (1, 3, height, width).
            content: the picture as it came, of that shape.
        """
        return in_bands(self._raise, painted, content)

    def _lower(self, color: Tensor) -> Tensor:
        bright, gain = self._gain(color)
        return torch.where(bright, to_srgb(to_linear(color) / gain), color).clamp(0, 1)

    def _raise(self, painted: Tensor, content: Tensor) -> Tensor:
        bright, gain = self._gain(content)
        return torch.where(bright, to_srgb(to_linear(painted) * gain), painted)

    def _gain(self, color: Tensor) -> tuple[Tensor, Tensor]:
        """Which pixels are beyond the knee, and each one's L / l."""
        most = color.amax(dim=1, keepdim=True).clamp(min=KNEE)
        if self.brightest <= 1:
            return torch.zeros_like(most, dtype=torch.bool), torch.ones_like(most)
        bent = KNEE + torch.log1p(self._steepness * (most - KNEE)) / self._steepness
        return most > KNEE, to_linear(most) / to_linear(bent)


def within(style: Picture) -> Picture:
    """A style within 0..1, by its own curve: of its highlights nothing is given back."""
    low, high = float(style.color.min()), float(style.color.max())
    return style if low >= 0 and high <= 1 else Highlights(max(1.0, high)).lowered(style)
