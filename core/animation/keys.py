"""The paint of key frames: read from a person's files, or painted here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch

from core.animation.painting import Animation, Asked, Follower
from core.animation.state import States
from core.bridge.contract.geometry import Box
from core.bridge.contract.methods import REST
from core.bridge.contract.request import Request
from core.clips.output import Output
from core.engine.networks import Networks
from core.engine.painting import Painting
from core.motion.flow import Motion
from core.motion.keyed import Paint
from core.motion.steady import Painted, Past, Steady
from core.motion.tracks import Way
from core.pixels import files
from core.pixels.imaging import cut, to_picture
from core.system.stopping import ShouldStop

_LAYER = "the whole layer"
"""The name under which a key frame's own paint is kept, which is no region's."""


class _Held(NamedTuple):
    paint: Paint
    regions: Mapping[str, Painted]


@dataclass
class Keys:
    """The key frames of a shot.

    Attributes:
        animation: the clip.
        given: files, by the numbers of their frames; all others are painted here.
        networks, follower, should_stop: for the engine.
        states: where the paint of key frames is kept, for a run that goes on.
    """

    animation: Animation[Output]
    given: Mapping[int, Path]
    networks: Networks
    follower: Follower
    should_stop: ShouldStop
    states: States

    def __post_init__(self) -> None:
        self._held: dict[int, _Held] = {}
        self._digests: dict[int, str] = {}

    def paint(
        self, number: int, digest: str, before: int | None = None, way: Way | None = None
    ) -> Paint:
        """A key frame's paint.

        Args:
            number: of its frame.
            digest: of all that it depends on.
            before: the key frame before it; one that is painted here takes over of it what is seen
                in both.
            way: from the frame to that one.

        Raises:
            BadInput: it can't be painted; it is named.
            Stopped: the work is to stop.
            ImpastoError: its paint can't be kept.
        """
        if number in self.given:
            picture = files.read(self.given[number]).picture()
            return Paint(picture.color, picture.alpha)
        if number not in self._held:
            held = self._found(digest)
            if held is None:
                held = self._painted(number, before, way)
                layer = torch.cat(held.paint, dim=1)
                whole = Box(0, 0, *layer.shape[:1:-1])
                beside = [self._digests[each] for each in self._held]
                self.states.keep(digest, {**held.regions, _LAYER: Painted(whole, layer)}, beside)
            self._held = {each: self._held[each] for each in self._held if each == before}
            self._held[number], self._digests[number] = held, digest
        return self._held[number].paint

    def _found(self, digest: str) -> _Held | None:
        regions = self.states.found(digest)
        if regions is None or _LAYER not in regions:
            return None
        layer = regions.pop(_LAYER).work
        return _Held(Paint(layer[:, :3], layer[:, 3:]), regions)

    def _painted(self, number: int, before: int | None, way: Way | None) -> _Held:
        asked = self._asked(number)
        steady = Steady.begun()
        if before in self._held and way is not None and self.animation.steady:
            steady = Steady([Past(_motion(way), self._held[before].regions)], {})
        made = self.animation.made(asked, self.networks, self.follower, self.should_stop, steady)
        if made is None:
            color = to_picture(asked.request.content).color
            return _Held(Paint(color, torch.zeros_like(color[:, :1])), {})
        return _Held(_layer(asked.request, made), steady.after)

    def _asked(self, number: int) -> Asked:
        seen = next(each for each in self.animation.survey.frames if each.number == number)
        return next(self.animation.frames([seen]))


def _motion(way: Way) -> Motion:
    height, width = way.sure.shape
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    places = torch.from_numpy(way.places).permute(2, 0, 1)
    return Motion((places - torch.stack([x, y]))[None], torch.from_numpy(way.sure)[None, None])


def _layer(request: Request, painting: Painting) -> Paint:
    """What was painted, as it is to be moved. Where the mask ends each frame's own mask says."""
    box, part, covered = painting.painted
    color = to_picture(request.content).color
    coverage = torch.zeros_like(color[:, :1])
    cut(color, box).copy_(part)
    masked = request.selection is not None and not request.styled(REST)
    cut(coverage, box).copy_((covered > 0).float() if masked else covered)
    return Paint(color, coverage)
