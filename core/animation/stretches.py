"""Parts of a clip that depend on no other part, so that they can be painted anywhere, in any order.

A frame that is tied to the one before it can't begin before that is painted: of a steady clip only
whole shots are independent, whoever paints them, and one long shot is one part. Of a clip whose
frames are painted each by itself, any part is. So the result is that of one process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from core.animation.beside import Beside
from core.animation.painting import Animation
from core.animation.survey import Seen, Survey
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import Settings
from core.clips import Clip, Kind, Moment, opened
from core.clips.frames import FramesClip
from core.clips.output import Output
from core.engine import identity

FRAMES = 16
"""Frames of a part where each is painted by itself."""


def parts(animation: Animation[Output]) -> Sequence[Sequence[Seen]]:
    """The frames to be painted, part by part."""
    survey, every = animation.survey, animation.every
    if animation.steady:
        return survey.painted_by_shot(every)
    painted = survey.painted(every)
    return [painted[begin : begin + FRAMES] for begin in range(0, len(painted), FRAMES)]


def written(animation: Animation[Output], part: Sequence[Seen]) -> dict[str, Any]:
    """A part, as JSON can say it; files are named in full."""
    output, mask = animation.output, animation.mask
    return {
        "clip": str(animation.clip.path.absolute()),
        "rate": str(animation.clip.rate),
        "bytes": _bytes(animation.clip),
        "frames": [[e.number, str(e.start), str(e.duration), e.begins] for e in part],
        "transparent": animation.survey.transparent,
        "extent": list(animation.survey.extent),
        "output": [str(output.path.absolute()), output.kind.value, str(output.folder.absolute())],
        "alpha": output.alpha,
        "settings": identity.absolute(animation.settings).as_mapping(),
        "steady": animation.steady,
        "ends": part[-1] != animation.survey.painted(animation.every)[-1],
        "mask": None if mask is None else _path(mask),
        "beside": {name: _path(each) for name, each in animation.beside.items()},
    }


def read(told: Mapping[str, Any]) -> Animation[Output]:
    """The inverse of :func:`written`.

    Raises:
        BadInput: the clip or what goes with it can't be read here.
    """
    rate = Fraction(told["rate"])
    clip = opened(Path(told["clip"]), rate)
    frames = tuple(
        Seen(number, Fraction(start), Fraction(duration), begins)
        for number, start, duration, begins in told["frames"]
    )
    if _bytes(clip) != told["bytes"]:
        raise _another(clip)
    first = next(
        iter(clip.frames(Moment(frame=frames[0].number), Moment(frame=frames[0].number + 1))), None
    )
    if first is None or first.file.pixels.extent != Extent(*told["extent"]):
        raise _another(clip)
    survey = Survey(Extent(*told["extent"]), frames, told["transparent"], first.file)
    path, kind, folder = told["output"]
    mask = told["mask"]
    return Animation(
        clip,
        survey,
        Output(Path(path), Kind(kind), Path(folder), clip, None, told["alpha"]),
        Settings.from_mapping(told["settings"]),
        told["steady"],
        1,
        None if mask is None else Beside(Path(mask), rate),
        {name: Beside(Path(each), rate) for name, each in told["beside"].items()},
        ends=told["ends"],
    )


def _path(beside: object) -> str:
    """Of what goes with the frames of a clip that is a file."""
    assert isinstance(beside, Beside), "a host's frames are painted by its own worker"
    return str(beside.path.absolute())


def _bytes(clip: Clip) -> int:
    """How many there are of its files."""
    paths = clip.paths if isinstance(clip, FramesClip) else [clip.path]
    return sum(path.stat().st_size for path in paths)


def _another(clip: Clip) -> BadInput:
    return BadInput(
        "{path} is another clip where it was to be painted: let all machines see the same disk "
        "under the same names.",
        path=clip.path,
    )
