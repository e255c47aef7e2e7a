"""Paints a clip's frames, one after another, into the folder of its output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from core.animation.beside import Beside
from core.animation.state import States
from core.animation.survey import Seen, Survey
from core.animation.tie import Tie
from core.bridge.contract.errors import BadInput, Stopped
from core.bridge.contract.request import Progress, Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.whole import unwritable
from core.clips import Clip, Frame, Moment
from core.clips.output import Drawn, Output
from core.engine import identity
from core.engine import job as engine
from core.engine.laying import laid_over, untouched
from core.engine.networks import Networks
from core.engine.places import NothingToPaint
from core.pixels import files
from core.system.done import Done
from core.system.stopping import ShouldStop, ask


class Follower(Protocol):
    """Is told how far the frames are."""

    def follow(self, progress: Progress) -> None:
        """How far the frame at work is."""

    def skipped(self) -> None:
        """A frame was there."""

    def painted(self) -> None:
        """A frame was painted."""


class Asked(NamedTuple):
    """What a frame is painted by.

    Attributes:
        frame: of the clip.
        seen: what is known of it.
        request: to paint it.
    """

    frame: Frame
    seen: Seen
    request: Request


@dataclass(frozen=True)
class Animation:
    """A clip that is to be painted.

    Attributes:
        clip: its frames.
        survey: what is known of them.
        output: where they go.
        settings: of every frame.
        steady: whether each frame is tied to the one before it.
        every: paint one frame of so many; it is shown for all of them.
        mask: white takes the style; None is everywhere.
        beside: pictures that stand for ``file`` settings of these names, frame by frame.
    """

    clip: Clip
    survey: Survey
    output: Output
    settings: Settings
    steady: bool = True
    every: int = 1
    mask: Beside | None = None
    beside: Mapping[str, Beside] = field(default_factory=dict)

    @property
    def drawn(self) -> Sequence[Drawn]:
        """Every frame that is shown, with the file of the painting that it shows."""
        found, last = [], 0
        painted = {seen.number for seen in self.survey.painted(self.every)}
        for seen in self.survey.frames:
            last = seen.number if seen.number in painted else last
            found.append(Drawn(self._path(last), seen.number, seen.start, seen.duration))
        return found

    @property
    def changes(self) -> bool:
        """Whether more may be painted in a frame than in the first one."""
        return self.survey.transparent or (self.mask is not None and self.mask.moves)

    @property
    def count(self) -> int:
        """How many frames are painted."""
        return len(self.survey.painted(self.every))

    def first(self) -> Request:
        """The request of the first frame. Raises BadInput."""
        seen = self.survey.frames[0]
        frame = Frame(seen.number, seen.start, seen.duration, self.survey.first)
        return self._asked(frame, seen).request

    def paint(self, networks: Networks, follower: Follower, should_stop: ShouldStop) -> int:
        """Paint what is not painted yet.

        Returns:
            How many frames were painted.

        Raises:
            BadInput: a frame can't be painted; it is named.
            Stopped: ``should_stop`` said so. What is painted stays.
            ImpastoError: a frame can't be written.
        """
        done, painted = Done(self.output.folder), 0
        tie = Tie(States(self.output.folder))
        for asked in self._frames():
            ask(should_stop)
            path = self._path(asked.seen.number)
            begins = asked.seen.begins or not self.steady
            digest = tie.to(asked.request.content, identity.of(asked.request), begins=begins)
            if done.has(path.name, digest):
                tie.skipped()
                follower.skipped()
                continue
            steady = tie.steady() if self.steady else None
            try:
                made = engine.paint(
                    asked.request, networks, follower.follow, should_stop, steady=steady
                )
            except Stopped:
                raise
            except NothingToPaint:
                # What the mask follows may be out of the picture, or the picture fade in.
                whole = untouched(asked.frame.file)
            except BadInput as error:
                raise BadInput(
                    "Frame {number}: {why}", number=asked.seen.number, why=error
                ) from error
            else:
                whole = laid_over(asked.frame.file, made, self.settings)
            if steady is not None:
                tie.painted(steady)
            done.forget(path.name)
            files.write(whole, path)
            try:
                done.note(path.name, digest)
            except OSError as error:
                raise unwritable(path, error) from error
            follower.painted()
            painted += 1
        return painted

    def _frames(self) -> Iterator[Asked]:
        """The frames that are painted."""
        wanted = {seen.number: seen for seen in self.survey.painted(self.every)}
        first, last = self.survey.frames[0], self.survey.frames[-1]
        for frame in self.clip.frames(Moment(frame=first.number), Moment(frame=last.number + 1)):
            if frame.number in wanted:
                yield self._asked(frame, wanted[frame.number])

    def _asked(self, frame: Frame, seen: Seen) -> Asked:
        pixels = frame.file.pixels
        selection = None
        if self.mask is not None:
            selection = files.as_mask(self.mask.at(frame.number), pixels.extent, self.mask.path)
        beside = {name: each.at(frame.number) for name, each in self.beside.items()}
        return Asked(frame, seen, Request(pixels, self.settings, selection, beside))

    def _path(self, number: int) -> Path:
        return self.output.folder / self.output.name(number)
