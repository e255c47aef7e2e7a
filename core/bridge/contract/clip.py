"""A clip of a host that is to be painted, as it travels to the worker: all but its frames' pixels.

Those lie in a folder, see :mod:`core.bridge.storage.frames`: a clip does not fit into a message,
and what is painted of it outlives the worker that painted it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from .errors import BadInput
from .geometry import Extent
from .methods import SELECTION
from .pixels import PixelFormat, Pixels, announced, announcement
from .requested import Styled, received, unreadable
from .settings import Settings

MOST = 10_000
"""Frames of one clip."""

MASKS = ("none", "one", "each")
"""Whether everything is selected, the same of every frame, or something else of each."""


@dataclass(frozen=True)
class ClipRequest(Styled):
    """One clip, complete with what lies in its folder.

    Attributes:
        folder: the name of the folder that its frames lie in.
        settings: how to paint each of them.
        extent: of every frame.
        format: of every frame.
        numbers: what a person calls each frame, in order.
        masks: which soft masks lie there, one of ``MASKS``.
        mask: their format, one grey channel; None where there are none.
        pictures: pixels that stand in for a ``file`` setting of the same name, as of a request;
            they are the same for all frames.
        steady: whether paint moves with what it lies on, from frame to frame.
        whole: whether a painted frame is its content with the painting over it, and not a layer.
    """

    folder: str
    settings: Settings
    extent: Extent
    format: PixelFormat
    numbers: Sequence[int]
    masks: str = "none"
    mask: PixelFormat | None = None
    pictures: Mapping[str, Pixels] = field(default_factory=dict)
    steady: bool = True
    whole: bool = False

    preview: ClassVar[None] = None
    ahead: ClassVar[bool] = False
    spare: ClassVar[bool] = False
    """It is painted as what somebody has asked for, see Request."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.numbers) <= MOST:
            raise BadInput(
                "There are {count} frames to paint: choose between 1 and {most}.",
                count=len(self.numbers),
                most=MOST,
            )
        grey = self.mask is not None and self.mask.channels == "G"
        if self.masks not in MASKS or grey == (self.masks == "none"):
            raise BadInput("The selection must be one grey channel of the content's own size.")
        if not self.styled(SELECTION):
            raise BadInput("There is no style yet: choose a picture to paint like.")

    @property
    def count(self) -> int:
        """How many frames it has."""
        return len(self.numbers)

    def to_message(self) -> tuple[dict[str, Any], list[bytes | bytearray]]:
        """The JSON header and the raw frames it names, in order."""
        header = {
            "folder": self.folder,
            "settings": self.settings.as_mapping(),
            "content": announcement(self.extent, self.format),
            "numbers": list(self.numbers),
            "masks": self.masks,
            "mask": None if self.mask is None else announcement(self.extent, self.mask),
            "steady": self.steady,
            "whole": self.whole,
            "pixels": {name: pixels.header() for name, pixels in self.pictures.items()},
        }
        return header, [pixels.data for pixels in self.pictures.values()]

    @classmethod
    def from_message(
        cls, header: Mapping[str, Any], frames: Sequence[bytes | bytearray]
    ) -> ClipRequest:
        """The inverse of :meth:`to_message`. Raises BadInput for anything malformed."""
        try:
            settings, pictures = received(header, frames)
            extent, format = announced(header["content"])
            mask = header["mask"] and announced(header["mask"])[1]
            folder, numbers = header["folder"], header["numbers"]
            masks, steady, whole = header["masks"], header["steady"], header["whole"]
            if not (isinstance(folder, str) and isinstance(masks, str)):
                raise TypeError("folder")
            if not isinstance(numbers, list) or any(type(each) is not int for each in numbers):
                raise TypeError("numbers")
            if not (isinstance(steady, bool) and isinstance(whole, bool)):
                raise TypeError("steady")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise unreadable(error) from error
        return cls(
            folder,
            settings,
            extent,
            format,
            tuple(numbers),
            masks,
            mask or None,
            pictures,
            steady,
            whole,
        )
