"""Optical flow between two frames, and where it can be trusted.

The flow is OpenCV's DIS (Kroeger et al. 2016, "Fast optical flow using dense inverse search"),
forward and backward. What both agree on is seen in both frames (Sundaram, Brox and Keutzer 2010;
Ruder, Dosovitskiy and Brox 2016, "Artistic style transfer for videos"). A departure: the agreement
is soft, and what looks otherwise in the other frame is not seen there either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.pixels.imaging import extent_of, fit, resize

LONGEST = 768
"""Long side in pixels of the frames between which the flow is searched."""

_LEAST = 16
"""Short side in pixels below which there is nothing to search."""

_SLACK, _SHARE = 0.5, 0.01
"""Squared pixels that a way there and back may miss its start by, and how much more for each
squared pixel of its length (Sundaram et al. 2010)."""

_ALIKE = 0.12
"""Deviation in pixel values, 0 to 1, beyond which a place looks otherwise in the other frame."""

_SAME, _MERCY = 0.03, 3.0
"""The same of a place that a way there and back hits instead of its start, and pixels that it may
be away."""

NEW = 0.5
"""How sure it has to be, at the least, that a place shows what another picture does, for something
of that to be kept. Others are painted as if it were not there."""

_LUMA = (0.2126, 0.7152, 0.0722)


@dataclass(frozen=True)
class Motion:
    """What a frame shares with another one.

    Attributes:
        away: for each pixel where it is in the other frame, less where it is here: pixels to the
            right and down, shape (1, 2, height, width).
        visible: how sure it is that it is seen there, 0..1, shape (1, 1, height, width).
    """

    away: Tensor
    visible: Tensor

    @property
    def shared(self) -> float:
        """The share of the frame that is seen in the other one, 0..1."""
        return float(self.visible.mean())


def between(frame: Tensor, other: Tensor, *, loose: bool = False) -> Motion:
    """The motion from a frame to another one.

    Args:
        frame, other: shape (1, 3, height, width), of one size, in 0..1.
        loose: whether a way there and back may miss its start by a little where that looks the
            same: on a wall, or along a stripe, nobody can tell.

    Returns:
        It at the frame's size, or at a smaller one where that is larger than :data:`LONGEST`.
    """
    small, there = searchable(frame), searchable(other)
    if min(extent_of(small)) < _LEAST:
        same = torch.exp(-((small - there).square().mean(1, keepdim=True) / _ALIKE**2))
        return Motion(small.new_zeros(1, 2, *small.shape[-2:]), same)
    ours, theirs = _grey(small), _grey(there)
    ahead, back = _flow(ours, theirs), _flow(theirs, ours)
    returned = ahead + _sampled(back, ahead)
    missed = np.square(returned).sum(-1)
    length = np.square(ahead).sum(-1) + np.square(_sampled(back, ahead)).sum(-1)
    agreed = np.exp(-np.square(missed / (_SHARE * length + _SLACK)))
    colors = small[0].permute(1, 2, 0).numpy()
    if loose:
        hit = alike(_sampled(colors, returned), colors, _SAME)
        agreed = np.maximum(agreed, hit * np.exp(-np.square(missed / _MERCY**2)))
    seen = _sampled(there[0].permute(1, 2, 0).numpy(), ahead)
    agreed *= alike(seen, colors) * _inside(ahead)
    return Motion(
        torch.from_numpy(ahead).permute(2, 0, 1)[None].contiguous(),
        torch.from_numpy(agreed.astype(np.float32))[None, None],
    )


def searchable(frame: Tensor) -> Tensor:
    """A frame at the size at which motion is searched, of shape (1, 3, height, width), in 0..1."""
    return resize(frame.clamp(0, 1), fit(extent_of(frame), LONGEST))


def searched(frame: Tensor, other: Tensor) -> NDArray[np.float32]:
    """The flow alone from a frame to another one, in pixels across and down.

    Args:
        frame, other: shape (1, 3, height, width), of one size, in 0..1.

    Returns:
        Shape (height, width, 2); nothing moves in a frame that is too small to search in.
    """
    if min(extent_of(frame)) < _LEAST:
        return np.zeros((*frame.shape[-2:], 2), np.float32)
    return _flow(_grey(frame), _grey(other))


def alike(
    picture: NDArray[np.float32], other: NDArray[np.float32], most: float = _ALIKE
) -> NDArray[np.float32]:
    """How far two pictures look the same, 1 to 0, of shape (height, width, channels) each.

    Args:
        picture, other: in 0..1.
        most: deviation in pixel values beyond which they don't.
    """
    away = np.square(picture - other).mean(-1)
    # A single pixel's noise says nothing.
    away = cv2.GaussianBlur(away, (0, 0), 1.5)
    found: NDArray[np.float32] = np.exp(-np.square(away / most**2))
    return found


def sampled(picture: Tensor, places: Tensor) -> Tensor:
    """A picture at other places.

    Args:
        picture: shape (1, channels, height, width), on the CPU.
        places: across and down in its pixels, (0, 0) the middle of the first, shape (1, 2, height,
            width) of any size.

    Returns:
        By Lanczos' window, which blurs the least where it is done frame after frame. What lies
        beyond the border is as at the border; values are within the picture's.
    """
    planes = picture[0].permute(1, 2, 0).contiguous().numpy()
    across, down = places[0].contiguous().numpy()
    found = cv2.remap(planes, across, down, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)
    made = torch.from_numpy(found.reshape(*across.shape, -1)).permute(2, 0, 1)[None]
    return made.clamp(float(picture.min()), float(picture.max()))


def _flow(frame: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.float32]:
    search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    search.setVariationalRefinementIterations(8)
    found: NDArray[np.float32] = search.calc(frame, other, None)
    return found


def _grey(picture: Tensor) -> NDArray[np.uint8]:
    weights = picture.new_tensor(_LUMA).view(1, 3, 1, 1)
    grey: NDArray[np.uint8] = (
        ((picture * weights).sum(1)[0] * 255).round().clamp(0, 255).to(torch.uint8).numpy()
    )
    return grey


def _sampled(values: NDArray[Any], away: NDArray[np.float32]) -> NDArray[Any]:
    height, width = away.shape[:2]
    across = away[..., 0] + np.arange(width, dtype=np.float32)
    down = away[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    found: NDArray[Any] = cv2.remap(
        values, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return found


def _inside(away: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 where a place is within the other frame, with half a pixel's mercy."""
    height, width = away.shape[:2]
    across = away[..., 0] + np.arange(width, dtype=np.float32)
    down = away[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    inside = (across > -0.5) & (across < width - 0.5) & (down > -0.5) & (down < height - 0.5)
    found: NDArray[np.float32] = inside.astype(np.float32)
    return found
