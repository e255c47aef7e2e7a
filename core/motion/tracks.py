"""Follows a key frame's places through the frames of a shot, so that its paint can go along.

The flow from frame to frame is added up, and what adds up wrongly is mended by the flow between
each frame and the key frame brought along to it: paint that is moved a hundred times is where one
step would have moved it, and it is read from the key frame once, which keeps it crisp. What the key
frame does not show gets places from it too (:mod:`core.motion.patches`), and keeps them from frame
to frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.motion.flow import LONGEST, alike, between, searched
from core.motion.patches import Guide, found
from core.pixels.imaging import extent_of, fit, resize

Floats = NDArray[np.float32]

_TORN = 1.0
"""Pixels of difference to the nearest place beyond which two places are not averaged: they lie on
two things."""

_KNOWN = 0.5
"""How sure a place is that is kept."""

_OVER = 2
"""Pixels each way over which it is seen whether paint is stretched."""

_ENOUGH, _TOO_LITTLE = 0.6, 0.45
"""Pixels of a key frame along which one of a frame is painted: paint of less than that is drawn out
too far to be taken."""

_WIDEST = 2.0
"""Pixels beyond which it is another thing's paint that begins beside it."""

_FAR = 4.0
"""Pixels that a place is mended by at the most in one frame."""


@dataclass(frozen=True)
class Way:
    """Where a frame's pixels lie on its key frame.

    Attributes:
        places: across and down in pixels of both, (0, 0) the middle of the first, shape (height,
            width, 2), at the size that motion is searched at.
        sure: how sure it is that they show the same, 0..1, shape (height, width). A place that is
            not sure is one that looks alike.
    """

    places: Floats
    sure: Floats

    @property
    def shared(self) -> float:
        """The share of the frame that is seen in the key frame, 0..1."""
        return float(self.sure.mean())


class Track:
    """Goes from a key frame, frame by frame, forward or back in time."""

    def __init__(self, key: Guide, *, fill: bool = True) -> None:
        """Stand at the key frame.

        Args:
            key: what it shows, and its paint.
            fill: whether places are searched for what it does not show, which takes its paint.
        """
        self._key = self._last = key
        self._fill = fill
        height, width = key.content.shape[:2]
        self._places = self._would = _grid(height, width)
        self._sure = np.ones((height, width), np.float32)
        self._known = self._sure

    @property
    def way(self) -> Way:
        """Of the frame where it stands."""
        return Way(self._places, self._sure)

    def to(self, here: Guide) -> Way:
        """Come to the next frame, of the same size."""
        motion = between(_tensor(here.content), _tensor(self._last.content), loose=True)
        away = motion.away[0].permute(1, 2, 0).contiguous().numpy()
        seen = motion.visible[0, 0].numpy()
        at = _grid(*seen.shape) + away
        places, would = carried(self._places, at), carried(self._would, at)
        seen = np.minimum(seen, here.like(self._last, at))
        sure = np.minimum(_read(self._sure, at), seen)
        known = np.minimum(_read(self._known, at), seen)
        places, sure = self._mended(here, places, sure)
        whole = 1 - _stretched(places)
        sure, known = np.minimum(sure, whole), np.minimum(known, whole)
        missing = np.maximum(sure, known) < _KNOWN
        if self._fill and missing.any():
            places = found(here, self._key, places, would, missing)
        self._would = np.where((sure < _KNOWN)[..., None], would, places)
        self._places, self._sure, self._last = places, sure, here
        self._known = np.maximum(np.maximum(sure, known), missing.astype(np.float32))
        return self.way

    def _mended(self, here: Guide, places: Floats, sure: Floats) -> tuple[Floats, Floats]:
        """Places that are as the frame and the key frame themselves say, where they say so."""
        moved = _read(self._key.content, places)
        missed = searched(_tensor(here.content), _tensor(moved))
        small = np.square(missed).sum(-1) < _FAR**2
        mended = carried(places, _grid(*sure.shape) + missed)
        was, now = (
            alike(here.content, _read(self._key.content, each)) for each in (places, mended)
        )
        better = (sure >= _KNOWN) & small & (now >= was - 0.02)
        found: Floats = np.where(better[..., None], mended, places)
        like = np.where(better, now, was)
        return found, np.minimum(sure, like * here.like(self._key, found))


def small(picture: Tensor) -> Tensor:
    """A frame at the size that motion is searched at."""
    return resize(picture.clamp(0, 1), fit(extent_of(picture), LONGEST))


def carried(places: Floats, at: Floats) -> Floats:
    """Places read at others: between two of them where they lie on one thing."""
    height, width = places.shape[:2]
    away = places - _grid(height, width)
    smooth = _read(away, at)
    nearest = cv2.remap(
        away, at[..., 0], at[..., 1], cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
    )
    torn = np.square(smooth - nearest).sum(-1, keepdims=True) > _TORN**2
    return np.asarray(np.where(torn, nearest, smooth) + at, np.float32)


def _stretched(places: Floats) -> Floats:
    """Where paint would be drawn out, 0..1: behind what uncovers a wall, where no flow knows better
    than to pull it along."""
    wide = np.pad(places, ((_OVER, _OVER), (_OVER, _OVER), (0, 0)), "reflect", reflect_type="odd")
    right = (wide[_OVER:-_OVER, 2 * _OVER :] - wide[_OVER:-_OVER, : -2 * _OVER]) / (2 * _OVER)
    down = (wide[2 * _OVER :, _OVER:-_OVER] - wide[: -2 * _OVER, _OVER:-_OVER]) / (2 * _OVER)
    # The smaller singular value of the map: of how much paint a pixel is.
    size = np.square(right).sum(-1) + np.square(down).sum(-1)
    area = right[..., 0] * down[..., 1] - right[..., 1] * down[..., 0]
    least = np.sqrt(np.maximum(0, size - np.sqrt(np.maximum(0, size**2 - 4 * area**2))) / 2)
    torn = size > 2 * _WIDEST**2  # and not stretched
    found = np.where(torn, 0, (_ENOUGH - least) / (_ENOUGH - _TOO_LITTLE))
    return np.asarray(found.clip(0, 1), np.float32)


def _grid(height: int, width: int) -> Floats:
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    return np.stack([columns, rows], -1)


def _read(values: Floats, at: Floats) -> Floats:
    found = cv2.remap(
        values, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(found, np.float32)


def _tensor(values: Floats) -> Tensor:
    return torch.from_numpy(values).permute(2, 0, 1)[None]
