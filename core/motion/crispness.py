"""Keeps a picture crisp that is moved from frame to frame, each time between pixels."""

from __future__ import annotations

import torch
from torch import Tensor

from core.pixels.imaging import box_filter

_FINE = 1
"""Radius in pixels of the window whose mean is taken out of what counts as fine."""

_BROAD = 6
"""Radius in pixels of the window, taken twice, over which tones are averaged."""

_MOST = 1.6
"""Times by which the fine contrast of a picture is raised at the most."""


def broad(values: Tensor) -> Tensor:
    """The tones of a picture, without its strokes; shape (1, channels, height, width)."""
    return box_filter(box_filter(values, _BROAD), _BROAD)


def contrast(picture: Tensor, where: Tensor) -> Tensor:
    """The fine contrast of a picture: a root mean square, shape ().

    Args:
        picture: shape (1, 3, height, width).
        where: to look, 0..1, shape (1, 1, height, width).
    """
    return ((where * _fine(picture).square()).sum() / where.sum().clamp(min=1)).sqrt()


def crisp(picture: Tensor, goal: Tensor, where: Tensor) -> Tensor:
    """A picture with its fine contrast raised to that of another one.

    What is between two pixels is their mean, which takes a little of the fine contrast in each
    frame. It is given back as a whole, so that strokes keep their shapes.

    Args:
        picture: shape (1, 3, height, width), in 0..1.
        goal: the contrast that it is to have.
        where: to look at and to change, 0..1, shape (1, 1, height, width).
    """
    gain = (goal / contrast(picture, where).clamp(min=1e-6)).clamp(1, _MOST)
    return torch.clamp(picture + (gain - 1) * where * _fine(picture), 0, 1)


def _fine(picture: Tensor) -> Tensor:
    return picture - box_filter(picture, _FINE)
