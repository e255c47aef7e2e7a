"""Finds the cuts of a clip: where one shot ends, and the next frame shows something else."""

from __future__ import annotations

import torch
from torch import Tensor

from core.motion.flow import between
from core.pixels.imaging import extent_of, fit, resize

_SIDE = 128
"""Long side in pixels that frames are compared at."""

_BINS = 6
"""Shades of each channel that colours are counted in."""

_SHARED, _COLORS = 0.35, 0.9
"""A frame is of another shot where it shares less than this of its places with the one before, and
less than this of its colours. After a flash it has the places still, and after a whip of the camera
the colours."""


class Cuts:
    """Looks at a clip's frames one after another."""

    def __init__(self) -> None:
        self._before: tuple[Tensor, Tensor] | None = None

    def begins(self, frame: Tensor) -> bool:
        """Whether a frame begins a shot, as the first one does.

        Args:
            frame: shape (1, 3, height, width), in 0..1.
        """
        small = resize(frame.clamp(0, 1), fit(extent_of(frame), _SIDE))
        colors, before = _colors(small), self._before
        self._before = small, colors
        if before is None or before[0].shape != small.shape:
            return True
        alike = float(torch.minimum(colors, before[1]).sum())
        return alike < _COLORS and between(_lit(small, before[0]), before[0]).shared < _SHARED


def _lit(picture: Tensor, like: Tensor) -> Tensor:
    """A picture in the light of another one: after a flash the places are the same."""
    (deviation, mean), (wanted, goal) = (
        torch.std_mean(each, dim=(-2, -1), keepdim=True) for each in (picture, like)
    )
    return ((picture - mean) * (wanted / deviation.clamp(min=1e-3)) + goal).clamp(0, 1)


def _colors(picture: Tensor) -> Tensor:
    """The share of each of the coarse colours, shape (bins,)."""
    shades = (picture[0] * _BINS).long().clamp(0, _BINS - 1).flatten(1)
    colors = (shades[0] * _BINS + shades[1]) * _BINS + shades[2]
    return torch.bincount(colors, minlength=_BINS**3).float() / colors.numel()
