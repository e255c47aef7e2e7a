"""Looks through a clip before it is painted, so that what is wrong is told before hours of work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.clips import Clip, Moment
from core.motion.shots import Cuts
from core.pixels.files import File
from core.pixels.imaging import to_picture
from core.system.stopping import ShouldStop, ask


@dataclass(frozen=True)
class Seen:
    """What is known of a frame.

    Attributes:
        number: in the clip, from 0.
        start, duration: in seconds, from the clip's first frame.
        begins: whether a shot begins with it.
    """

    number: int
    start: Fraction
    duration: Fraction
    begins: bool


@dataclass(frozen=True)
class Survey:
    """What is known of a clip.

    Attributes:
        extent: of every frame.
        frames: those that are taken; one at least.
        transparent: whether something shines through one of them.
        first: the first of them, as it is to be painted.
    """

    extent: Extent
    frames: tuple[Seen, ...]
    transparent: bool
    first: File

    @property
    def shots(self) -> int:
        """How many shots there are."""
        return sum(each.begins for each in self.frames)

    def painted(self, every: int) -> list[Seen]:
        """Of each shot the first frame, and one of so many from there."""
        found, since = [], 0
        for seen in self.frames:
            since = 0 if seen.begins else since + 1
            if since % every == 0:
                found.append(seen)
        return found

    def painted_by_shot(self, every: int) -> list[list[Seen]]:
        """The same, shot by shot."""
        found: list[list[Seen]] = []
        for seen in self.painted(every):
            if seen.begins or not found:
                found.append([])
            found[-1].append(seen)
        return found


def of(
    clip: Clip,
    start: Moment,
    end: Moment | None,
    should_stop: ShouldStop,
    tell: Callable[[int], None],
) -> Survey:
    """Look through a clip.

    Args:
        clip: to look through.
        start, end: of the part that is taken; an end of None is the clip's.
        should_stop: asked at every frame.
        tell: is told the number of each.

    Raises:
        BadInput: a frame can't be read, has another size, or there is none in that part.
        Stopped: ``should_stop`` said so.
    """
    cuts, found = Cuts(), list[Seen]()
    first: File | None = None
    transparent = False
    for frame in clip.frames(start, end):
        ask(should_stop)
        tell(frame.number)
        pixels = frame.file.pixels
        if first is None:
            first = frame.file
        elif pixels.extent != first.pixels.extent:
            raise BadInput(
                "Frame {number} of {name} is {width}x{height} px, the first one {wide}x{high}: "
                "make them the same size.",
                number=frame.number,
                name=clip.name,
                width=pixels.extent.width,
                height=pixels.extent.height,
                wide=first.pixels.extent.width,
                high=first.pixels.extent.height,
            )
        picture = to_picture(pixels)
        transparent |= pixels.format.has_alpha and bool((picture.alpha < 1).any())
        begins = cuts.begins(picture.over(0.5))  # values beyond 1 are clipped there
        found.append(Seen(frame.number, frame.start, frame.duration, begins))
    if first is None:
        raise BadInput(
            "There are no frames in that part of {name}: change --from or --to.", name=clip.name
        )
    return Survey(first.pixels.extent, tuple(found), transparent, first)
