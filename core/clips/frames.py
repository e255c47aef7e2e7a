"""Frames that are files of their own, in a folder or by a pattern of their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from core.bridge.contract.errors import BadInput
from core.bridge.storage.regular import files_in, is_folder
from core.clips.clip import BEGINNING, Clip, Frame, Kind, Moment
from core.pixels import files

_NUMBER = re.compile(r"%0?(\d*)d")


def is_pattern(path: Path) -> bool:
    """Whether a name stands for several files."""
    return "*" in path.name or "?" in path.name or has_number(path.name)


def has_number(name: str) -> bool:
    """Whether a name has ``%04d`` in it, or the like."""
    return _NUMBER.search(name) is not None


def numbered(name: str, number: int) -> str:
    """A name with ``%04d`` in it, or without, for a frame. A name without is what it was."""
    return _NUMBER.sub(lambda found: f"{number:0{found[1] or 1}}", name, count=1)


class FramesClip(Clip):
    """A clip of files, in the order of the numbers in their names."""

    kind = Kind.FRAMES
    alpha = True

    def __init__(self, path: Path, rate: Fraction, paths: Sequence[Path]) -> None:
        super().__init__(path, rate)
        self.paths = paths
        """Of the frames."""

    @classmethod
    def of(cls, path: Path, rate: Fraction) -> FramesClip:
        """Of a folder or a pattern. Raises BadInput where there is no frame."""
        folder = path if is_folder(path) else path.parent
        endings = files.endings()
        found = [
            each
            for each in files_in(folder)
            if (_fits(each.name, path.name) if folder != path else each.suffix.lower() in endings)
        ]
        if not found:
            raise BadInput("There are no frames in {path}: name another clip.", path=path)
        return cls(path, rate, sorted(found, key=lambda each: _order(each.name)))

    def frames(self, start: Moment = BEGINNING, end: Moment | None = None) -> Iterator[Frame]:
        for number, path in enumerate(self.paths):
            time = number / self.rate
            if end is not None and end.reached(number, time):
                return
            if start.reached(number, time):
                yield Frame(number, time, 1 / self.rate, files.read(path))


def _fits(name: str, pattern: str) -> bool:
    """Whether a name is one of a pattern's."""
    parts = re.split(r"(\*|\?|%0?\d*d)", pattern)
    known = {"*": ".*", "?": "."}
    written = (
        known.get(part, r"\d+" if part.startswith("%") else "") if place % 2 else re.escape(part)
        for place, part in enumerate(parts)
    )
    return re.fullmatch("".join(written), name) is not None


def _order(name: str) -> list[tuple[bool, int, str]]:
    """Numbers count as numbers: 9 is before 10."""
    parts = re.split(r"(\d+)", name)
    return [
        (not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts if part
    ]
