"""Paints a clip from key frames: what lies between them is filled with their paint.

After Jamriška et al. 2019, "Stylizing Video by Example". A departure: paint follows the motion
wherever a key frame shows the same, and only what it does not show is found by patches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.animation import surface
from core.animation.keys import Keys
from core.animation.painting import Animation, Asked, Follower
from core.animation.shelf import Shelf
from core.animation.spans import Stretch, between, chosen
from core.animation.state import States
from core.animation.survey import Seen
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box
from core.bridge.contract.methods import REST, SELECTION
from core.bridge.contract.request import Progress
from core.bridge.contract.settings import Settings
from core.bridge.i18n.text import Text
from core.bridge.storage.whole import unwritable
from core.clips.output import Output
from core.engine import identity
from core.engine.networks import Networks
from core.engine.painting import PaintedPart, Painting
from core.motion.keyed import Paint, blended, moved
from core.motion.tracks import Track
from core.system import digest
from core.system.done import FOLDER, Done
from core.system.stopping import ShouldStop, ask


@dataclass(frozen=True)
class Keyed:
    """A clip that is painted from key frames.

    Attributes:
        animation: the clip, and how Impasto paints a key frame of it.
        given: files of key frames that a person painted, by the numbers of their frames. A shot
            without any has its first frame painted by Impasto, and each one that shows too little
            of the key frame before.
    """

    animation: Animation[Output]
    given: Mapping[int, Path]

    @property
    def own(self) -> bool:
        """Whether Impasto has a key frame to paint."""
        return any(not self._given(shot) for shot in self._shots())

    @classmethod
    def of(cls, animation: Animation[Output], given: Mapping[int, Path]) -> Keyed:
        """Check it, before hours of work.

        Raises:
            BadInput: a shot has no key frame, and nothing says how to paint one.
        """
        keyed, settings = cls(animation, given), animation.settings
        if settings.segment != "off":
            raise BadInput(
                "--keyframes and --segment don't go together: draw the subject with --mask, or "
                "leave one of them out."
            )
        if settings.styled(SELECTION):
            return keyed
        for shot in keyed._shots():
            if not keyed._given(shot):
                raise BadInput(
                    "The shot from frame {first} to {last} has no key frame: name one, as "
                    "{first}=painted.png, or a --style for Impasto to paint it in.",
                    first=shot[0].number,
                    last=shot[-1].number,
                )
        # Nothing is painted but what a person painted: that is the style.
        style = str(next(iter(given.values())))
        known = Settings.from_mapping({**settings.as_mapping(), "style": style})
        return cls(replace(animation, settings=known), given)

    def paint(self, networks: Networks, follower: Follower, should_stop: ShouldStop) -> int:
        """Paint what is not painted yet. All as :meth:`Animation.paint`."""
        folder = self.animation.output.folder
        try:
            (folder / FOLDER).mkdir(exist_ok=True)
        except OSError as error:
            raise unwritable(folder, error) from error
        states = States(folder)
        return sum(
            _Shot(self, shot, networks, follower, should_stop, states).paint()
            for shot in self._shots()
        )

    def _shots(self) -> list[list[Seen]]:
        """Of each shot the frames that are painted."""
        return self.animation.survey.painted_by_shot(self.animation.every)

    def _given(self, shot: Sequence[Seen]) -> list[int]:
        return [seen.number for seen in shot if seen.number in self.given]


class _Shot:
    """A shot while it is painted."""

    def __init__(
        self,
        keyed: Keyed,
        shot: Sequence[Seen],
        networks: Networks,
        follower: Follower,
        should_stop: ShouldStop,
        states: States,
    ) -> None:
        self._animation, self._follower, self._ask = keyed.animation, follower, should_stop
        self._shot = {seen.number: seen for seen in shot}
        self._done = Done(keyed.animation.output.folder)
        self._identities: dict[int, str] = {}
        self._files = {number: keyed.given[number] for number in keyed._given(shot)}
        self._keys = Keys(keyed.animation, self._files, networks, follower, should_stop, states)

    def paint(self) -> int:
        """Paint what is not painted yet. Returns how many frames were."""
        shelf = Shelf(self._animation.output.folder / FOLDER)
        try:
            for asked in self._asked(list(self._shot)):
                self._tell(Text("Looking at frame {number}", number=asked.seen.number))
                self._identities[asked.seen.number] = identity.of(asked.request)
                shelf.keep_guide(asked.seen.number, surface.guide(asked.request))
            if self._files:
                stretches: Iterator[Stretch] = between(list(self._shot), list(self._files))
            elif self._all_done(Stretch(tuple(self._shot), None, None)):
                return self._skip(tuple(self._shot))
            else:
                masked = self._animation.mask is not None
                masked &= not self._animation.settings.styled(REST)
                stretches = chosen(list(self._shot), shelf, self._tell, masked=masked)
            return sum(self._filled(stretch, shelf) for stretch in stretches)
        finally:
            shelf.close()

    def _filled(self, stretch: Stretch, shelf: Shelf) -> int:
        """Paint a stretch, its last key frame with it."""
        if self._all_done(stretch):
            return self._skip(stretch.frames)
        first, last, digest = stretch.first, stretch.last, self._digest(stretch)
        paints: dict[int, Paint] = {}
        if first is not None:
            paints[first] = self._keys.paint(first, self._key_digest(first))
            self._follow(first, paints[first], stretch.frames, shelf)
        if last is not None:
            way = None if first is None else shelf.way(first, last)
            paints[last] = self._keys.paint(last, self._key_digest(last), first, way)
            self._follow(last, paints[last], stretch.frames[-2::-1], shelf)
        painted = 0
        for asked in self._asked(stretch.frames):
            number = asked.seen.number
            path = self._animation.path(number)
            if self._done.has(path.name, digest):
                self._follower.skipped()
                continue
            self._tell(Text("Filling frame {number}", number=number))
            paint = self._paint_of(number, stretch, paints, shelf)
            self._animation.keep(self._done, asked, self._laid(asked, paint), digest)
            self._follower.painted()
            painted += 1
        return painted

    def _paint_of(
        self, number: int, stretch: Stretch, paints: Mapping[int, Paint], shelf: Shelf
    ) -> Paint:
        """A frame's paint, from the key frames around it."""
        if number in paints:
            return paints[number]
        ways = {key: shelf.way(key, number) for key in paints}
        found = [moved(paint, ways[key]) for key, paint in paints.items()]
        if stretch.first is None or stretch.last is None:
            return found[0]
        share = (number - stretch.first) / (stretch.last - stretch.first)
        return blended(found[0], found[1], (ways[stretch.first], ways[stretch.last]), share)

    def _follow(self, key: int, paint: Paint, numbers: Sequence[int], shelf: Shelf) -> None:
        """Follow a key frame's places to these frames, one after another."""
        content = shelf.guide(key).content
        track = Track(shelf.guide(key, surface.small_paint(paint, content)))
        for number in numbers:
            self._tell(Text("Following the paint to frame {number}", number=number))
            shelf.keep_way(key, number, track.to(shelf.guide(number)))

    def _laid(self, asked: Asked, paint: Paint) -> Painting:
        coverage = surface.coverage(asked.request, given=bool(self._files)) * paint.coverage
        box = Box.of(asked.request.content.extent)
        return Painting(PaintedPart(box, paint.color, coverage), {})

    def _all_done(self, stretch: Stretch) -> bool:
        digest = self._digest(stretch)
        return all(
            self._done.has(self._animation.path(number).name, digest) for number in stretch.frames
        )

    def _skip(self, numbers: Sequence[int]) -> int:
        for _ in numbers:
            self._follower.skipped()
        return 0

    def _digest(self, stretch: Stretch) -> str:
        """Of all that the paint of a stretch depends on."""
        if not self._files:
            return digest.of("keyframes", list(self._identities.values()))
        ends = [each for each in (stretch.first, stretch.last) if each is not None]
        frames = [self._identities[number] for number in (*ends, *stretch.frames)]
        return digest.of("keyframes", frames, [self._key_digest(each) for each in ends])

    def _key_digest(self, number: int) -> str:
        if number in self._files:
            return identity.of_file(self._files[number])
        return digest.of("key frame", number, list(self._identities.values()))

    def _asked(self, numbers: Sequence[int]) -> Iterator[Asked]:
        for asked in self._animation.frames([self._shot[number] for number in numbers]):
            ask(self._ask)
            yield asked

    def _tell(self, text: Text) -> None:
        ask(self._ask)
        self._follower.follow(Progress(0.0, text))
