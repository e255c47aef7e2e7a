"""A frame as paint is laid on it: what it shows for the search, and how much is painted where."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.methods import REST
from core.bridge.contract.request import Request
from core.engine import strengths
from core.engine.region import FADED
from core.motion.keyed import Paint
from core.motion.patches import Guide
from core.motion.tracks import small
from core.pixels import files
from core.pixels.highlights import within
from core.pixels.imaging import extent_of, resize, to_mask, to_picture
from core.styles import style_picture

_LABELS = "content_labels"

_COVERED = 4.0
"""Times by which coverage counts beside a colour: no likeness is to outweigh it."""


def guide(request: Request) -> Guide:
    """A frame without paint, at the size that motion is searched at.

    Raises:
        BadInput: its labels can't be read.
    """
    seen = small(within(to_picture(request.content)).over(0.5))  # what is hidden does not move
    labels = [seen[:, :0]]
    if request.selection is not None:
        labels.append(resize(to_mask(request.selection), extent_of(seen)))
    if request.has_picture(_LABELS):
        labels.append(_flat(request, extent_of(seen)))
    content = _planes(seen)
    return Guide(content, content[:0], _planes(torch.cat(labels, dim=1).clamp(0, 1)))


def small_paint(paint: Paint, content: NDArray[np.float32]) -> NDArray[np.float32]:
    """A key frame's paint at the size of its guide, over what the guide shows, and as its last
    channel how much of each pixel is painted: what is not painted lies beside what is not."""
    height, width = content.shape[:2]
    extent = Extent(width, height)
    covered = resize(paint.coverage, extent).clamp(0, 1)
    below = torch.from_numpy(content).permute(2, 0, 1)[None]
    seen = torch.lerp(below, resize(paint.color, extent).clamp(0, 1), covered)
    return _planes(torch.cat([seen, _COVERED * covered], dim=1))


def coverage(request: Request, *, given: bool) -> Tensor:
    """How much of each pixel of a frame is painted, 0..1, shape (1, 1, height, width).

    Args:
        request: of the frame.
        given: whether a person painted the key frames, so that the strength is not in their paint.
    """
    extent = request.content.extent
    cover = torch.ones(1, 1, extent.height, extent.width)
    if request.selection is not None and not request.styled(REST):
        cover = to_mask(request.selection)
    drawn = strengths.drawn(request, Box.of(extent))
    if given:
        cover = cover * request.settings.strength
        return cover if drawn is None else cover * drawn
    return cover if drawn is None else cover * (drawn / FADED).clamp(max=1)


def _flat(request: Request, extent: Extent) -> Tensor:
    """The colours of the labels, none of them mixed."""
    source = style_picture.of_setting(request, _LABELS)
    given = source.given
    picture = files.read_flat(Path(source.path)) if given is None else to_picture(given)
    return functional.interpolate(picture.color, extent[::-1], mode="nearest-exact")


def _planes(values: Tensor) -> NDArray[np.float32]:
    return np.ascontiguousarray(values[0].permute(1, 2, 0).float().numpy())
