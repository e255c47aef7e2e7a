"""A frame between key frames, painted with their paint: moved along, and blended where two meet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.motion.crispness import broad
from core.motion.flow import sampled
from core.motion.tracks import Way, carried
from core.pixels.imaging import box_filter, extent_of, resize

Floats = NDArray[np.float32]

_UNSEEN, _SEEN = 0.2, 0.7
"""How sure a place is that counts as not seen in a key frame, and as seen."""

_LEAST = 0.02
"""What a place that is not seen counts beside one that is."""

_SOFT = 2
"""Radius in pixels over which one key frame's paint goes over into the other's."""

_LOCAL = 6
"""Radius in pixels of the window in which the contrast of strokes is measured."""

_MOST = 1.6
"""Times by which it is raised at the most."""


class Paint(NamedTuple):
    """What lies on a frame.

    Attributes:
        color: shape (1, 3, height, width), on the CPU.
        coverage: how much of each pixel is painted, 0..1, shape (1, 1, height, width).
    """

    color: Tensor
    coverage: Tensor


def moved(paint: Paint, way: Way) -> Paint:
    """A key frame's paint where a frame's things are, of the same size."""
    places = _enlarged(way.places, extent_of(paint.color))
    color = sampled(paint.color, places)
    whole = bool((paint.coverage == 1).all())
    return Paint(color, paint.coverage if whole else sampled(paint.coverage, places).clamp(0, 1))


def blended(first: Paint, second: Paint, ways: tuple[Way, Way], share: float) -> Paint:
    """The paint of two key frames, both moved to the same frame.

    What one of them does not show is the other's; of what both show, the nearer one gives more. The
    mean of two kinds of strokes is dull: it gets back the contrast that they have.

    Args:
        first, second: of one size.
        ways: from the frame to either key frame.
        share: how far the frame is on its way from the first to the second one, 0..1.
    """
    seen = [np.clip((way.sure - _UNSEEN) / (_SEEN - _UNSEEN), _LEAST, 1) for way in ways]
    theirs, ours = share * seen[1], (1 - share) * seen[0]
    part = torch.from_numpy((theirs / (theirs + ours)).astype(np.float32))[None, None]
    weight = resize(box_filter(part, _SOFT), extent_of(first.color)).clamp(0, 1)
    color = torch.lerp(first.color, second.color, weight)
    tones = broad(color)
    wanted = torch.lerp(_contrast(first.color), _contrast(second.color), weight)
    gain = (wanted / _contrast(color).clamp(min=1e-4)).clamp(1, _MOST)
    low = min(float(first.color.min()), float(second.color.min()))
    high = max(float(first.color.max()), float(second.color.max()))
    lively = (tones + gain * (color - tones)).clamp(low, high)
    return Paint(lively, torch.lerp(first.coverage, second.coverage, weight))


def _contrast(picture: Tensor) -> Tensor:
    """The deviation of a picture from its tones, shape (1, 1, height, width)."""
    away = (picture - broad(picture)).square().mean(1, keepdim=True)
    return box_filter(away, _LOCAL).sqrt()


def _enlarged(places: Floats, extent: Extent) -> Tensor:
    """Places at another size, in its pixels, shape (1, 2, height, width)."""
    height, width = places.shape[:2]
    ratio = np.array([extent.width / width, extent.height / height], np.float32)
    rows, columns = np.mgrid[: extent.height, : extent.width].astype(np.float32)
    at = (np.stack([columns, rows], -1) + 0.5) / ratio - 0.5
    found = places if (width, height) == extent else carried(places, at.astype(np.float32))
    return torch.from_numpy((found + 0.5) * ratio - 0.5).permute(2, 0, 1)[None].float()
