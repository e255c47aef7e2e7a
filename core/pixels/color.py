"""The perceptual colour space Oklab, and paintings that keep the content's colours.

Colours are kept by luminance-only transfer (Gatys et al. 2016, "Preserving color in neural artistic
style transfer"). A departure: Oklab (Ottosson 2020) instead of YIQ, because equal steps in it look
equal.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from core.bridge.contract.geometry import Box
from core.pixels.imaging import bands, cut, to_linear, to_srgb
from core.system.stopping import Follow, alone

_TO_CONES = torch.tensor(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    dtype=torch.float64,
)
_TO_LAB = torch.tensor(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    dtype=torch.float64,
)

_HALVINGS = 10
"""Halvings in the search for the chroma of a colour out of gamut, which finds it to 0.1 %."""

_SLACK = 1e-5
"""How far linear light may lie outside 0..1 and still count as in gamut. The rest is clipped."""


def to_oklab(picture: Tensor) -> Tensor:
    """Convert sRGB, shape (1, 3, height, width), to lightness 0..1 and two colour axes around 0."""
    cones = mix(_TO_CONES, to_linear(picture))
    return mix(_TO_LAB, cones.abs() ** (1 / 3) * cones.sign())


def from_oklab(lab: Tensor) -> Tensor:
    """The inverse of :func:`to_oklab`, in 0..1.

    A colour out of gamut keeps its hue, and its lightness clipped to 0..1, and loses chroma.
    Clipping red, green and blue would change all three.
    """
    light = _light(lab)
    outside = ((light < -_SLACK) | (light > 1 + _SLACK)).any(dim=1)
    if bool(outside.any()):
        light = light.movedim(1, -1)
        light[outside] = _with_less_chroma(lab.movedim(1, -1)[outside])
        light = light.movedim(-1, 1)
    return to_srgb(light).clamp(0, 1)


def keep_colors(painted: Tensor, content: Tensor, follow: Follow = alone) -> Tensor:
    """The lightness of ``painted`` with the colours of ``content``, both sRGB of one shape."""

    def keep(painted: Tensor, content: Tensor) -> Tensor:
        return from_oklab(torch.cat([to_oklab(painted)[:, :1], to_oklab(content)[:, 1:]], dim=1))

    return in_bands(keep, painted, content, follow=follow)


def in_bands(change: Callable[..., Tensor], *pictures: Tensor, follow: Follow = alone) -> Tensor:
    """Change each pixel by itself, in bands of rows.

    Args:
        change: maps a band of each picture to a changed band of the first.
        pictures: shape (1, 3, height, width) each.
        follow: called after each band.
    """
    changed = torch.empty_like(pictures[0])
    height, width = changed.shape[-2:]
    for band in bands(Box(0, 0, width, height)):
        cut(changed, band).copy_(change(*(cut(picture, band) for picture in pictures)))
        follow(band.bottom / height)
    return changed


def mix(matrix: Tensor, picture: Tensor, offset: Tensor | None = None) -> Tensor:
    """A x + b of every pixel x.

    Args:
        matrix: shape (3, 3), of any float type, on the CPU.
        picture: shape (1, 3, height, width).
        offset: shape (3,), as the matrix; by default 0.
    """
    mixed = torch.einsum("ij,njhw->nihw", _like(matrix, picture), picture)
    return mixed if offset is None else mixed + _like(offset, picture)[:, None, None]


def _like(values: Tensor, picture: Tensor) -> Tensor:
    """Values in a picture's type, on its device; in this order, as some devices have no float64."""
    return values.to(picture.dtype).to(picture.device)


def _light(lab: Tensor) -> Tensor:
    """Linear red, green and blue, inside or outside 0..1."""
    return mix(torch.linalg.inv(_TO_CONES), mix(torch.linalg.inv(_TO_LAB), lab) ** 3)


def _with_less_chroma(lab: Tensor) -> Tensor:
    """Linear light of the colours, shape (colours, 3), each with the most chroma in gamut."""
    lightness, chroma = lab[:, :1].clamp(0, 1), lab[:, 1:]

    def light(share: Tensor) -> Tensor:
        mixed = torch.cat([lightness, chroma * share], dim=1)
        return _light(mixed.T[None, :, None])[0, :, 0].T

    kept = torch.zeros_like(lightness)
    for halving in range(1, _HALVINGS + 1):
        more = kept + 0.5**halving
        found = light(more)
        inside = ((found >= -_SLACK) & (found <= 1 + _SLACK)).all(dim=1, keepdim=True)
        kept = torch.where(inside, more, kept)
    return light(kept)
