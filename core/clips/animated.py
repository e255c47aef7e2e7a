"""Animated pictures: GIF, WebP, APNG and AVIF."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from core.bridge.contract.errors import BadInput
from core.bridge.storage.regular import open_regular
from core.clips.clip import BEGINNING, Clip, Frame, Kind, Moment
from core.pixels.files import File
from core.pixels.files.colors import to_working
from core.pixels.files.kinds import Kind as SampleKind
from core.pixels.files.profiles import profile_of
from core.pixels.files.samples import Samples

_SHORTEST, _USUAL = 20, 100
"""Milliseconds: what is shown for less is shown for the usual time by every browser."""


class AnimatedClip(Clip):
    """A clip in one file that Pillow reads."""

    kind = Kind.ANIMATED

    def __init__(self, path: Path) -> None:
        """Look at it, its durations included. Raises BadInput where its first frame is damaged;
        another one is told of where it is wanted.
        """
        shown = list[int]()
        with open_regular(path) as file, Image.open(file) as image:
            self._count = getattr(image, "n_frames", 1)
            loop = image.info.get("loop")
            self.alpha = image.has_transparency_data
            for number in range(self._count):
                try:
                    _seek(image, number, path)
                except BadInput:
                    if not shown:
                        raise
                    break
                shown.append(_duration(image))
                self.alpha |= image.has_transparency_data
        # A GIF's number is of the times that it is shown again; without one it is shown once.
        self.loop = loop if isinstance(loop, int) else None
        self._shown = shown
        super().__init__(path, Fraction(1000 * len(shown), sum(shown)))

    def frames(self, start: Moment = BEGINNING, end: Moment | None = None) -> Iterator[Frame]:
        """Their colours are those of sRGB, whatever the file's profile says they are."""
        time, mode = Fraction(0), "RGBA" if self.alpha else "RGB"
        with open_regular(self.path) as file, Image.open(file) as image:
            for number in range(self._count):
                if end is not None and end.reached(number, time):
                    return
                if number == len(self._shown):
                    raise _damaged(number, self.path)
                _seek(image, number, self.path)
                duration = Fraction(self._shown[number], 1000)
                if start.reached(number, time):
                    values = np.array(image.convert(mode))
                    profile = profile_of(image.info, image.format or "", "rgb")
                    samples = Samples(SampleKind("rgb", alpha=self.alpha), values, profile=profile)
                    yield Frame(number, time, duration, File.fresh(to_working(samples)))
                time += duration


def _seek(image: Image.Image, number: int, path: Path) -> None:
    try:
        image.seek(number)
        image.load()
    except (OSError, EOFError, ValueError, SyntaxError) as error:
        raise _damaged(number, path) from error


def _damaged(number: int, path: Path) -> BadInput:
    return BadInput(
        "Frame {number} of {path} is damaged: repair the clip, or leave it out with --to.",
        number=number,
        path=path,
    )


def _duration(image: Image.Image) -> int:
    """Milliseconds that a frame is shown."""
    told = image.info.get("duration", 0)
    found = round(float(told)) if isinstance(told, (int, float)) else 0
    return found if found >= _SHORTEST else _USUAL
