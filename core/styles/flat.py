"""A style of one flat colour has no brushwork. It gives the content in the shades of that colour.

What has no contrast can only take the content's away: whatever is painted like it becomes flat.
A person who names a single colour wants a monochrome painting, and that has the content's light. So
the content itself, in these shades, is what is painted like.

The shades are the straight lines in Oklab from black to the colour and on to white.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.pixels.color import from_oklab, in_bands, to_oklab
from core.pixels.imaging import Picture, fit
from core.styles.palette import measured

EVEN = 0.006
"""Deviation of the colours in Oklab up to which a picture is flat: two steps of 8 bits. Plain paper
and canvas have twice as much, and are painted like."""

_SEEN = 256
"""Long side in pixels of the picture of which that is measured."""

_LARGEST = 1024
"""Long side in pixels of a shaded content: as large as most styles."""

_SHADES = 256


def is_flat(style: Picture) -> bool:
    """Whether a picture is of one colour, as far as it is visible."""
    colors = measured(style.resize(fit(style.extent, _SEEN)))
    return float(colors.covariance.trace()) < EVEN**2


def shades(style: Picture) -> Picture:
    """The style; if it is flat, all shades of its colour, in one row."""
    if not is_flat(style):
        return style
    lightness = torch.linspace(0, 1, _SHADES).view(1, 1, 1, _SHADES)
    return Picture(_shade(lightness, style), torch.ones_like(lightness))


def shaded(style: Picture, content: Picture) -> Picture:
    """The style; if it is flat, the content in the shades of its colour, at 1024 px at most."""
    if not is_flat(style):
        return style
    small = content.resize(fit(content.extent, _LARGEST))
    color = in_bands(lambda color: _shade(to_oklab(color)[:, :1], style), small.color)
    return Picture(color, small.alpha)


def _shade(lightness: Tensor, style: Picture) -> Tensor:
    """The shades of a flat style's colour, of a lightness in 0..1, shape (1, 1, height, width)."""
    own, *axes = measured(style.resize(fit(style.extent, _SEEN))).mean.tolist()
    share = torch.minimum(lightness / max(own, 1e-6), (1 - lightness) / max(1 - own, 1e-6))
    return from_oklab(torch.cat([lightness, *(share.clamp(0, 1) * axis for axis in axes)], dim=1))
