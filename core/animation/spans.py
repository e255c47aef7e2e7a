"""The stretches of a shot between two key frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from core.animation.shelf import Shelf
from core.bridge.i18n.text import Text
from core.motion.patches import Guide
from core.motion.tracks import Track, Way

_LEFT = 0.6
"""The share of what is painted in a frame that its key frame has to show."""


class Stretch(NamedTuple):
    """Frames that are painted from the same key frames.

    Attributes:
        frames: their numbers; the last key frame is among them, the first one is not.
        first, last: the key frames before and after them; None where there is none.
    """

    frames: tuple[int, ...]
    first: int | None
    last: int | None


def between(shot: Sequence[int], keys: Sequence[int]) -> Iterator[Stretch]:
    """The stretches of a shot with these key frames, one at least, in order."""
    first: int | None = None
    for key in keys:
        yield Stretch(_after(shot, first, key), first, key)
        first = key
    if first != shot[-1]:
        yield Stretch(_after(shot, first, shot[-1]), first, None)


def chosen(
    shot: Sequence[int], shelf: Shelf, tell: Callable[[Text], None], *, masked: bool
) -> Iterator[Stretch]:
    """The stretches of a shot whose key frames are the first one, and each that shows too little of
    the one before.

    Args:
        shot: the numbers of its frames.
        shelf: where they are.
        tell: is told what is done.
        masked: whether only what is white in the mask is painted, which is the first of the labels.
    """
    first = shot[0]
    yield Stretch((first,), None, first)
    track = Track(shelf.guide(first), fill=False)
    for number in shot[1:]:
        tell(Text("Looking at what is left of the paint in frame {number}", number=number))
        here = shelf.guide(number)
        if _left(track.to(here), here, masked=masked) < _LEFT:
            yield Stretch(_after(shot, first, number), first, number)
            first, track = number, Track(here, fill=False)
    if first != shot[-1]:
        yield Stretch(_after(shot, first, shot[-1]), first, None)


def _left(way: Way, here: Guide, *, masked: bool) -> float:
    """The share of what is painted in a frame that is seen in its key frame."""
    if not masked:
        return way.shared
    painted = here.labels[..., 0]
    total = float(painted.sum())
    return float((way.sure * painted).sum()) / total if total else 1.0


def _after(shot: Sequence[int], first: int | None, last: int) -> tuple[int, ...]:
    return tuple(each for each in shot if (first is None or each > first) and each <= last)
