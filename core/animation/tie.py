"""Ties each frame of a clip to the one before, as long as a shot lasts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from core.animation.shown import shown
from core.animation.state import States
from core.bridge.contract.pixels import Pixels
from core.motion.flow import between
from core.motion.steady import Painted, Steady
from core.pixels.highlights import within
from core.pixels.imaging import to_picture
from core.system import digest


class Tie:
    """What the frame at hand takes over from those before it."""

    def __init__(self, states: States, *, told: bool = False) -> None:
        """Begin a clip.

        Args:
            states: of its frames.
            told: whether the file of a painted frame shows all that was painted of it, so that
                the next one can go on from that.
        """
        self._states, self._told = states, told
        self._before: Tensor | None = None
        self._here: Tensor | None = None
        self._last = self.digest = ""
        self._regions: Mapping[str, Painted] | None = None
        self._painting: Path | None = None

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
        self._before, self._last = self._here, self.digest
        if begins:
            self._before, self._last, self._regions = None, "", {}
        self._here = within(to_picture(pixels)).over(0.5)  # what is hidden does not move
        self.digest = digest.of(own, self._last)
        return self.digest

    def steady(self) -> Steady:
        """What the frame is painted with."""
        if self._before is None or self._here is None:
            return Steady.begun()
        if self._regions is None:
            self._regions = self._found()
        return Steady(between(self._here, self._before), self._regions, {})

    def skipped(self, painting: Path) -> None:
        """The frame is painted already, in that file."""
        self._regions, self._painting = None, painting

    def painted(self, steady: Steady) -> None:
        """Keep the state of the frame. Raises ImpastoError where it can't be written."""
        self._states.keep(self.digest, steady.after)
        self._regions = steady.after

    def _found(self) -> Mapping[str, Painted]:
        """The regions of the frame before, which was skipped. Only the last states are kept: where
        its own is not, as it lies in the middle of what was painted, its file stands for it."""
        kept = self._states.found(self._last)
        if kept is not None:
            return kept
        return shown(self._painting) if self._told and self._painting is not None else {}
