"""Which frames of a shot stand for what the frame before does not show.

Ruder, Dosovitskiy and Brox 2016, "Artistic style transfer for videos", look certain numbers of
frames back. A departure: every fourth frame of a shot is a reference, and the last four of those
are looked at. So the state of every fourth frame has to be kept, and not that of each: six in all
with those of the last two frames, where 4, 8 and 12 frames back would need thirteen. A state of
12 megapixels, painted at 1024 px, is 81 MB: 0.5 GB and not 1.1. One of 1920x1080 px, painted at
512 px, is 14 MB. They lie on the disk and are read for the frame that needs them; memory has the
contents only, at the size at which motion is searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from torch import Tensor

from core.motion.flow import NEW, Motion, between
from core.pixels.imaging import extent_of, fit, resize

_APART, _COUNT = 4, 4
"""Frames from one reference to the next, and how many of them are looked at: what was hidden for
thirteen frames is found, and at the most for sixteen."""

_LITTLE = 0.002
"""A share of the frame for which no reference is looked at."""

_GLANCE = 4
"""Times by which frames are made smaller for a first look, which is much quicker."""


def of(place: int) -> range:
    """The references of a frame by its place in the shot: the places of others, the nearest first.
    The frame before is none of them."""
    last = (place - 2) // _APART * _APART
    return range(last, max(last - _COUNT * _APART, -1), -_APART)


def seen(
    frame: Tensor, motion: Motion, references: Mapping[int, Tensor]
) -> Iterator[tuple[int, Motion]]:
    """The references that show what neither the frame before nor a nearer one does.

    Args:
        frame: the one at hand.
        motion: from it to the frame before.
        references: by their places, the nearest first.

    Yields:
        Each with the motion to it. That is searched only where a glance finds something: what
        enters at a border, as most of what is new does, no frame before has shown.
    """
    new, small = motion.visible < NEW, _smaller(frame)
    for place, content in references.items():
        if not _much(new):
            return
        glance = between(small, _smaller(content))
        if not _much(_smaller(new.float()) * (glance.visible >= NEW)):
            continue
        found = between(frame, content)
        shown = new & (found.visible >= NEW)
        if _much(shown):
            yield place, found
            new &= ~shown


def _smaller(picture: Tensor) -> Tensor:
    extent = extent_of(picture)
    return resize(picture, fit(extent, max(1, extent.long_side // _GLANCE)))


def _much(where: Tensor) -> bool:
    return float(where.float().mean()) >= _LITTLE
