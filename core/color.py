"""Colour: the painting's lightness with the content's colours, in the perceptual space Oklab.

Gatys et al. (2016), "Preserving color in neural artistic style transfer", the luminance-only way.
A departure: Oklab (Ottosson 2020) instead of YIQ, because equal steps in it look equal.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.imaging import to_linear, to_srgb

_TO_CONES = torch.tensor(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = torch.tensor(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

_BAND_PIXELS = 1 << 20
"""Pixels that are converted at once: the way there and back takes ten times a picture's memory."""


def to_oklab(picture: Tensor) -> Tensor:
    """sRGB, shape (1, 3, height, width), to lightness 0..1 and two colour axes around 0."""
    cones = _mix(_TO_CONES, to_linear(picture))
    return _mix(_TO_LAB, cones.abs() ** (1 / 3) * cones.sign())


def from_oklab(lab: Tensor) -> Tensor:
    """The inverse of :func:`to_oklab`; colours out of gamut are clipped to 0..1."""
    cones = _mix(torch.linalg.inv(_TO_LAB), lab) ** 3
    return to_srgb(_mix(torch.linalg.inv(_TO_CONES), cones)).clamp(0, 1)


def keep_colors(painted: Tensor, content: Tensor) -> Tensor:
    """The lightness of ``painted`` with the colours of ``content``, both sRGB of one shape."""
    mixed = torch.empty_like(painted)
    rows = max(1, _BAND_PIXELS // painted.shape[-1])
    for y in range(0, painted.shape[-2], rows):
        band = (..., slice(y, y + rows), slice(None))
        lightness, colors = to_oklab(painted[band])[:, :1], to_oklab(content[band])[:, 1:]
        mixed[band] = from_oklab(torch.cat([lightness, colors], dim=1))
    return mixed


def _mix(matrix: Tensor, picture: Tensor) -> Tensor:
    return torch.einsum("ij,njhw->nihw", matrix.to(picture), picture)
