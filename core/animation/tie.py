"""Ties each frame of a clip to those before it, as long as a shot lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from core.animation import references
from core.animation.shown import shown
from core.animation.state import States
from core.bridge.contract.pixels import Pixels
from core.motion.flow import between, searchable
from core.motion.steady import Painted, Past, Steady
from core.pixels.highlights import within
from core.pixels.imaging import to_picture
from core.system import digest


@dataclass
class _Frame:
    """A frame of the shot that another one may be tied to.

    Attributes:
        content: at the size at which motion is searched.
        digest: of all that its painting depends on.
        file: it is painted already, in that one.
    """

    content: Tensor
    digest: str
    file: Path | None = None


class Tie:
    """What the frame at hand takes over from those before it."""

    def __init__(self, states: States, *, far: bool, told: bool = False) -> None:
        """Begin a clip.

        Args:
            states: of its frames.
            far: whether what the frame before does not show is looked for farther back. It takes
                longer than a method of one pass itself.
            told: whether the file of a painted frame shows all that was painted of it, so that
                the next one can go on from that.
        """
        self._states, self._told, self._far = states, told, far
        self._shot: dict[int, _Frame] = {}
        """The frame at hand and those that it may be tied to, by their places in the shot."""
        self._place = -1
        self._regions: Mapping[str, Painted] | None = None
        """Of the frame before; None where they are not in memory."""

    def to(self, pixels: Pixels, own: str, *, begins: bool) -> str:
        """Come to the next frame.

        Args:
            pixels: of the frame.
            own: the digest of its request.
            begins: whether a shot begins with it.

        Returns:
            The digest of all that its painting depends on: of its own request, and of those before
            it in the shot.
        """
        if begins:
            self._shot, self._place = {}, -1
        last = self._shot[self._place].digest if self._shot else ""
        self._place += 1
        content = searchable(within(to_picture(pixels)).over(0.5))  # what is hidden does not move
        self._shot[self._place] = _Frame(content, digest.of(own, last))
        needed = {self._place, self._place - 1, *self._references}
        self._shot = {place: self._shot[place] for place in self._shot if place in needed}
        return self._shot[self._place].digest

    def steady(self) -> Steady:
        """What the frame is painted with."""
        here, before = self._shot[self._place], self._shot.get(self._place - 1)
        if before is None:
            return Steady.begun()
        motion = between(here.content, before.content)
        regions = self._found(before) if self._regions is None else self._regions
        farther = {place: self._shot[place].content for place in self._references}
        return Steady(
            [
                Past(motion, regions),
                *(
                    Past(found, self._found(self._shot[place]))
                    for place, found in references.seen(here.content, motion, farther)
                ),
            ],
            {},
        )

    def skipped(self, painting: Path) -> None:
        """The frame is painted already, in that file."""
        here = self._shot[self._place]
        here.file, self._regions = painting, None
        self._states.passed(here.digest)

    def painted(self, steady: Steady) -> None:
        """Keep the state of the frame. Raises ImpastoError where it can't be written.

        One can be interrupted between it and the frame's file: what the frame itself was tied to
        stays as well.
        """
        beside = [frame.digest for frame in self._shot.values()]
        self._states.keep(self._shot[self._place].digest, steady.after, beside)
        self._regions = steady.after

    def ended(self) -> None:
        """The shot is over: nothing goes on from it."""
        self._states.clear()

    @property
    def _references(self) -> range:
        """Of the frame at hand, by their places."""
        return references.of(self._place) if self._far else range(0)

    def _found(self, frame: _Frame) -> Mapping[str, Painted]:
        """The regions of a frame. Only those states are kept that the next frames need: where its
        own is not, as it lies in the middle of what was painted, its file stands for it."""
        kept = self._states.found(frame.digest)
        if kept is not None:
            return kept
        return shown(frame.file) if self._told and frame.file is not None else {}
