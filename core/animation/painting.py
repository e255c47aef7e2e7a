"""Paints a clip's frames, one after another, into the folder of its output.

This is what paints every clip, of ``impasto animate`` and of a host: they differ in where frames
come from and in how painted ones are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, NamedTuple, Protocol, TypeVar

from core.animation.beside import Masks, Pictures
from core.animation.shown import tells
from core.animation.state import States
from core.animation.survey import Seen, Survey
from core.animation.tie import Tie
from core.bridge.contract.errors import BadInput
from core.bridge.contract.methods import METHODS
from core.bridge.contract.request import Progress, Request
from core.bridge.contract.settings import Settings
from core.clips import Clip, Frame, Moment
from core.clips.output import Drawn
from core.engine import identity, methods
from core.engine import job as engine
from core.engine.laying import laid_over, untouched
from core.engine.networks import Networks
from core.engine.painting import Painting
from core.engine.places import NothingToPaint, check_styles, places
from core.motion.steady import Steady
from core.pixels import files
from core.pixels.files import File
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


class Gathering(Protocol):
    """Where painted frames are gathered."""

    @property
    def folder(self) -> Path:
        """Where their files lie."""

    def name(self, number: int) -> str:
        """The file of a frame, by its number in the clip."""


G = TypeVar("G", bound=Gathering)

Write = Callable[[Path, File, "Painting | None", Settings], None]
"""Writes what was painted of a frame to a file; None where there was nothing to paint.

It raises ImpastoError where it can't be written."""


def over(path: Path, frame: File, made: Painting | None, settings: Settings) -> None:
    """Write a frame with the painting laid over it, as a picture. Raises ImpastoError."""
    whole = untouched(frame) if made is None else laid_over(frame, made, settings)
    files.write(whole, path)


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
class Animation(Generic[G]):
    """A clip that is to be painted.

    Attributes:
        clip: its frames.
        survey: what is known of them.
        output: where they go.
        settings: of every frame.
        steady: whether each frame is tied to those before it.
        every: paint one frame of so many; it is shown for all of them.
        mask: white takes the style; None is everywhere.
        beside: pictures that stand for ``file`` settings of these names, frame by frame.
        write: writes a painted frame.
        ends: whether a shot ends with the last of the frames. Otherwise more may follow, and where
            the painting stands is kept for them.
    """

    clip: Clip
    survey: Survey
    output: G
    settings: Settings
    steady: bool = True
    every: int = 1
    mask: Masks | None = None
    beside: Mapping[str, Pictures] = field(default_factory=dict)
    write: Write = over
    ends: bool = False

    @property
    def drawn(self) -> Sequence[Drawn]:
        """Every frame that is shown, with the file of the painting that it shows."""
        found, last = [], 0
        painted = {seen.number for seen in self.survey.painted(self.every)}
        for seen in self.survey.frames:
            last = seen.number if seen.number in painted else last
            found.append(Drawn(self.path(last), seen.number, seen.start, seen.duration))
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

    def check(self) -> None:
        """See what can be seen before hours of work.

        Raises:
            BadInput: the first frame can't be painted.
        """
        settings = self.settings
        method = methods.of(settings)
        method.check()
        if settings.segment != "off":
            return
        try:
            regions = places(self.first())
        except NothingToPaint:
            if not self.changes:
                raise
            return
        method.check(regions)
        if METHODS[settings.method].from_pictures and settings.strength > 0:
            check_styles(regions)

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
        told = self.write is over and not self.changes and tells(self.settings)
        far = METHODS[self.settings.method].cost.in_steps
        tie = Tie(States(self.output.folder), far=far, told=told)
        for asked in self.frames(self.survey.painted(self.every)):
            ask(should_stop)
            path = self.path(asked.seen.number)
            begins = asked.seen.begins or not self.steady
            digest = tie.to(asked.request.content, identity.of(asked.request), begins=begins)
            if done.has(path.name, digest):
                tie.skipped(path)
                follower.skipped()
                continue
            steady = tie.steady() if self.steady else None
            made = self.made(asked, networks, follower, should_stop, steady)
            if steady is not None:
                tie.painted(steady)
            self.keep(done, asked, made, digest)
            follower.painted()
            painted += 1
        if self.ends:
            tie.ended()
        return painted

    def frames(self, seen: Sequence[Seen]) -> Iterator[Asked]:
        """Some frames, one at least, in the clip's order."""
        wanted = {each.number: each for each in seen}
        end = Moment(frame=seen[-1].number + 1)
        for frame in self.clip.frames(Moment(frame=seen[0].number), end):
            if frame.number in wanted:
                yield self._asked(frame, wanted[frame.number])

    def made(
        self,
        asked: Asked,
        networks: Networks,
        follower: Follower,
        should_stop: ShouldStop,
        steady: Steady | None,
    ) -> Painting | None:
        """What is painted of a frame; None where that is nothing. Raises as :meth:`paint`."""
        try:
            return engine.paint(
                asked.request, networks, follower.follow, should_stop, steady=steady
            )
        except NothingToPaint:
            # What the mask follows may be out of the picture, or the picture fade in.
            return None
        except BadInput as error:
            raise BadInput(
                "Frame {number}: {why}", number=self.clip.called(asked.seen.number), why=error
            ) from error

    def keep(self, done: Done, asked: Asked, made: Painting | None, digest: str) -> None:
        """Write what was painted of a frame, and note it as done. Raises ImpastoError."""
        path = self.path(asked.seen.number)
        with done.writing(path, digest):
            self.write(path, asked.frame.file, made, self.settings)

    def _asked(self, frame: Frame, seen: Seen) -> Asked:
        pixels = frame.file.pixels
        selection = None
        if self.mask is not None:
            selection = self.mask.mask(frame.number, pixels.extent)
        beside = {name: each.at(frame.number) for name, each in self.beside.items()}
        return Asked(frame, seen, Request(pixels, self.settings, selection, beside))

    def path(self, number: int) -> Path:
        """The file of a painted frame."""
        return self.output.folder / self.output.name(number)
