"""What a clip is, whatever it is stored as."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import ClassVar, NamedTuple

from core.pixels.files import File

RATE = Fraction(24)
"""Frames a second of a clip that does not say."""


class Kind(Enum):
    """What a clip is stored as."""

    VIDEO = "video"
    ANIMATED = "animated"
    FRAMES = "frames"


class Moment(NamedTuple):
    """Where a part of a clip begins or ends; a frame's number says so where frames last unequally.

    Attributes:
        seconds: from the clip's first frame.
        frame: a number, from 0.
    """

    seconds: Fraction = Fraction(0)
    frame: int = 0

    def reached(self, number: int, time: Fraction) -> bool:
        """Whether the frame of that number, which is shown at that time, is there or later."""
        return number >= self.frame and time >= self.seconds


BEGINNING = Moment()


@dataclass(frozen=True)
class Frame:
    """One of a clip's frames.

    Attributes:
        number: from 0.
        start: in seconds, from the first one's.
        duration: in seconds.
        file: its picture, as it can be painted and written.
    """

    number: int
    start: Fraction
    duration: Fraction
    file: File


class Clip(ABC):
    """A clip that was looked at and is not decoded yet.

    Attributes:
        kind: what it is stored as.
        path: of it, or the pattern of its frames.
        rate: frames a second, in the mean.
        alpha: whether its frames can have an opacity.
        sound: whether there is any.
        loop: how many times an animated picture is shown, 0 for ever; None where it does not say.
    """

    kind: ClassVar[Kind]
    alpha: bool = False
    sound: bool = False
    loop: int | None = None

    def __init__(self, path: Path, rate: Fraction) -> None:
        self.path, self.rate = path, rate

    @property
    def name(self) -> str:
        """For a person."""
        return self.path.name or str(self.path)

    def called(self, number: int) -> str:
        """What a person calls a frame."""
        return str(number)

    @abstractmethod
    def frames(self, start: Moment = BEGINNING, end: Moment | None = None) -> Iterator[Frame]:
        """Decode it, each time anew.

        Args:
            start, end: of the part that is wanted; an end of None is the clip's.

        Raises:
            BadInput: a frame can't be read; it is named.
        """
