"""Key frames that a person painted: which file is of which frame."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from core.animation.survey import Survey
from core.animation.times import moment
from core.bridge.contract.errors import BadInput
from core.bridge.storage.regular import files_in, is_folder
from core.clips import Clip
from core.clips.frames import FramesClip
from core.pixels import files

_NAMED = re.compile(r"(\s*(?:[\d:.]+|\d+f)\s*)=(.+)", re.DOTALL)
_LAST_NUMBER = re.compile(r"(\d{1,9})\D*$")


def found(values: Sequence[str], clip: Clip, survey: Survey, every: int) -> Mapping[int, Path]:
    """The files of key frames, by the numbers of their frames.

    Args:
        values: each is ``WHEN=FILE``, a file whose name says which frame it is, or a folder of
            such files. A frame is ``24`` or ``24f``, a time ``0:01.5`` or ``1.5``. A file is named
            after the frame's own file, or the last number in its name is the frame's.
        clip, survey: that they are of.
        every: one frame of so many is painted.

    Raises:
        BadInput: a file is of no frame that is painted, of the same as another, of another size,
            or can't be read.
    """
    painted = {seen.number for seen in survey.painted(every)}
    taken = {seen.number for seen in survey.frames}
    keys: dict[int, Path] = {}
    for path, number, listed in _numbered(values, clip, survey):
        if number not in taken and listed:
            continue  # of another part of the clip
        if number not in painted:
            raise BadInput(
                "{path} would be the key frame {number}, which is not among the frames that are "
                "painted: name another one, or change --from, --to or --every.",
                path=path,
                number=number,
            )
        if number in keys:
            raise BadInput(
                "{path} and {other} are both the key frame {number}: leave one of them out.",
                path=path,
                other=keys[number],
                number=number,
            )
        keys[number] = path
    for number, path in keys.items():
        _check(path, number, survey)
    if values and not keys:
        raise BadInput(
            "There is no key frame of that part of {name}: name one, as 0=painted.png.",
            name=clip.name,
        )
    return dict(sorted(keys.items()))


def _numbered(
    values: Sequence[str], clip: Clip, survey: Survey
) -> Iterator[tuple[Path, int, bool]]:
    """Files with the numbers of their frames, and whether they were only found in a folder."""
    for value in values:
        if named := _NAMED.fullmatch(value):
            yield Path(named[2]), _frame(named[1].strip(), survey), False
        elif is_folder(Path(value)):
            endings = files.endings()
            inside = [each for each in files_in(Path(value)) if each.suffix.lower() in endings]
            if not inside:
                raise BadInput("There are no pictures in {path}: name another folder.", path=value)
            for path in inside:
                yield path, _by_name(path, clip), True
        else:
            yield Path(value), _by_name(Path(value), clip), False


def _frame(text: str, survey: Survey) -> int:
    """The number of a frame, or of the one that is shown at a time."""
    if text.isdigit():
        return int(text)
    when = moment(text)
    if when.frame:
        return when.frame
    return max((seen.number for seen in survey.frames if seen.start <= when.seconds), default=-1)


def _by_name(path: Path, clip: Clip) -> int:
    if isinstance(clip, FramesClip):
        for number, own in enumerate(clip.paths):
            if own.stem == path.stem:
                return number
    if last := _LAST_NUMBER.search(path.stem):
        return int(last[1])
    raise BadInput(
        "The name of {path} does not say which frame it is: write it as 0={path}.", path=path
    )


def _check(path: Path, number: int, survey: Survey) -> None:
    extent, wanted = files.read(path).pixels.extent, survey.extent
    if extent != wanted:
        raise BadInput(
            "The key frame {path} is {width}x{height} px, frame {number} of the clip "
            "{wide}x{high}: make it the same size.",
            path=path,
            width=extent.width,
            height=extent.height,
            number=number,
            wide=wanted.width,
            high=wanted.height,
        )
