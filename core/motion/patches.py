"""Finds places of a key frame for what it does not show, by patches that look alike.

A search by PatchMatch (Barnes et al. 2009), with the guides of Jamriška et al. 2019, "Stylizing
Video by Example": the colours of the frames, what they are labelled as, where things would be, and
the paint that is there already around what is missing. Departures: only what is missing is
searched, at one size; all its pixels are asked at once; and a pixel takes its paint from its own
place and not from the mean of its neighbours', which would blur strokes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Whole = NDArray[np.int32]

_TAPS = np.array(
    [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1), (-2, -2), (2, -2), (-2, 2), (2, 2),
     (-4, 0), (4, 0), (0, -4), (0, 4)], np.int32,
)  # fmt: skip
"""Of a patch, across and down."""

_APART = 2.0
"""Times by which the difference of two labels counts: their colours may be near to each other."""

_EDGE = 4
"""Pixels that they reach."""

_PAINT, _NEAR, _LABEL = 1.0, 0.02, 4.0
"""Weights beside the colours' of 1: of paint that is there, of a place that is where it would be,
for each share of the long side that it is away, and of what it is labelled as."""

_STEPS = (8, 4, 2, 1)
"""Pixels to the neighbours whose places are tried, one for each round of a search."""

_WORTH = len(_TAPS) * 3 * 0.03**2
"""Squared differences of a patch, of 0.03 in each channel: less is noise."""

_DRAWN = (1.0, 0.2)
"""How far each of the random places is that a pixel tries in the first round, in long sides of the
frame; in the later ones it is less."""


@dataclass(frozen=True)
class Guide:
    """A frame as patches are compared by, at the size that motion is searched at.

    Attributes:
        content: its colours, shape (height, width, 3), 0..1.
        paint: of a key frame, shape (height, width, channels), up to 4; empty for another frame.
        labels: what it is labelled as, shape (height, width, channels), 0..1; no channel where
            there is one label only.
    """

    content: Floats
    paint: Floats
    labels: Floats

    def like(self, other: Guide, at: Floats) -> Floats:
        """1 where it is labelled as the other one is at these places, down to 0."""
        if not self.labels.shape[-1]:
            return np.ones(self.content.shape[:2], np.float32)
        there = cv2.remap(
            other.labels, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ).reshape(self.labels.shape)
        away = (_APART * np.abs(self.labels - there).max(-1)).clip(0, 1)
        made: Floats = 1 - away
        return made


def found(
    here: Guide, key: Guide, places: Floats, would: Floats, missing: NDArray[np.bool_]
) -> Floats:
    """Places for what is missing; all others stay.

    Args:
        here: a frame.
        key: where places are searched.
        places: of the frame's pixels, shape (height, width, 2).
        would: what they would be if things moved on, which may be beyond the border.
        missing: shape (height, width).
    """
    return _Search(here, key, places, would, missing).run()


class _Price(NamedTuple):
    """What places cost: how far the frame differs from the key frame there, and in all."""

    frame: Floats
    all: Floats


class _Search:
    def __init__(
        self,
        here: Guide,
        key: Guide,
        places: Floats,
        would: Floats,
        missing: NDArray[np.bool_],
    ) -> None:
        self._height, self._width = missing.shape
        # No patch reaches over the border, where the last pixel is repeated.
        size = np.array((self._width, self._height), np.int32)
        self._first = np.minimum(_EDGE, (size - 1) // 2)
        self._last = size - 1 - self._first
        self._places: Floats = places.copy()
        self._key_paint = key.paint
        y, x = np.nonzero(missing)
        self._at: Whole = np.stack([x, y], -1).astype(np.int32)
        self._would = would[y, x]
        # Borders are repeated, so that no tap is outside.
        self._row = self._width + 2 * _EDGE
        self._taps = [int(down * self._row + across) for across, down in _TAPS]
        self._key, self._laid = _flat(_channels(key)), _flat(key.paint)
        ours, known = _flat(_channels(here)), _flat(1 - 0.7 * missing.astype(np.float32)[..., None])
        here_is = self._index(self._at)
        self._around_is = [here_is + tap for tap in self._taps]
        self._wanted = [ours.take(each, axis=0) for each in self._around_is]
        self._weights = [known.take(each, axis=0)[:, 0] for each in self._around_is]
        self._around: list[Floats] = []
        self._random = np.random.default_rng(len(y))

    def run(self) -> Floats:
        at, reach = self._at, max(self._height, self._width)
        best = self._within(self._mirrored(self._would))
        self._put(best)
        for step in _STEPS:
            self._look_around()
            price = self._price(best)
            for across, down in ((-step, 0), (step, 0), (0, -step), (0, step)):
                beside = self._within(at + np.array((across, down), np.int32))
                theirs = self._places[beside[:, 1], beside[:, 0]] + (at - beside)
                best, price = self._better(best, price, np.rint(theirs).astype(np.int32))
                self._put(best)
            for share in _DRAWN:
                radius = max(2, int(reach * share * step / _STEPS[0]))
                away = self._random.integers(-radius, radius + 1, at.shape, np.int32)
                best, price = self._better(best, price, best + away, drawn=True)
            self._put(best)
        return self._places

    def _put(self, best: Whole) -> None:
        self._places[self._at[:, 1], self._at[:, 0]] = best

    def _look_around(self) -> None:
        """See the paint that lies around each pixel now."""
        painted = cv2.remap(
            self._key_paint, self._places[..., 0], self._places[..., 1], cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        laid = _flat(np.asarray(painted, np.float32))
        self._around = [laid.take(each, axis=0) for each in self._around_is]

    def _better(
        self, best: Whole, price: _Price, tried: Whole, *, drawn: bool = False
    ) -> tuple[Whole, _Price]:
        """The cheaper places; those that are drawn at random only where the frame itself looks much
        more like them: in a clear sky each pixel would take another one's paint otherwise."""
        inside = self._within(tried)
        theirs = self._price(inside)
        # One that would be beyond the border is no place, and not the last one before it.
        lower = (theirs.all < price.all) & (inside == tried).all(axis=1)
        if drawn:
            lower &= theirs.frame < price.frame - _WORTH
        both = (np.where(lower, new, old) for new, old in zip(theirs, price, strict=True))
        return np.where(lower[:, None], inside, best), _Price(*both)

    def _price(self, places: Whole) -> _Price:
        index = self._index(places)
        far = (places - self._would) / max(self._height, self._width)
        frame = np.zeros(len(places), np.float32)
        rest = np.asarray(_NEAR * len(_TAPS) * np.einsum("nc,nc->n", far, far), np.float32)
        for tap, wanted, around, weight in zip(
            self._taps, self._wanted, self._around, self._weights, strict=True
        ):
            there = index + tap
            away = self._key.take(there, axis=0) - wanted
            frame += np.einsum("nc,nc->n", away, away)
            laid = self._laid.take(there, axis=0) - around
            rest += _PAINT * weight * np.einsum("nc,nc->n", laid, laid)
        return _Price(frame, frame + rest)

    def _index(self, places: Whole) -> Whole:
        found: Whole = (places[:, 1] + _EDGE) * self._row + places[:, 0] + _EDGE
        return found

    def _within(self, places: Whole) -> Whole:
        found: Whole = np.clip(places, self._first, self._last).astype(np.int32)
        return found

    def _mirrored(self, places: Floats) -> Whole:
        """What enters at a border begins as in a mirror there: the border itself, drawn out, is
        like itself everywhere, and no search leaves it."""
        inside = np.where(places < self._first, 2 * self._first - places, places)
        inside = np.where(places > self._last, 2 * self._last - places, inside)
        found: Whole = np.rint(inside).astype(np.int32)
        return found


def _flat(values: Floats) -> Floats:
    """A picture with its borders repeated, shape (pixels, channels)."""
    wide = np.pad(values, ((_EDGE, _EDGE), (_EDGE, _EDGE), (0, 0)), "edge")
    return np.ascontiguousarray(wide.reshape(-1, values.shape[-1]), np.float32)


def _channels(guide: Guide) -> Floats:
    made: Floats = np.concatenate([guide.content, np.sqrt(_LABEL) * guide.labels], -1)
    return made
