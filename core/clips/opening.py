"""Opens a clip, whatever it is stored as."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from core.bridge.contract.errors import BadInput
from core.bridge.storage.regular import exists, is_folder, open_regular
from core.clips.animated import AnimatedClip
from core.clips.clip import RATE, Clip
from core.clips.frames import FramesClip, is_pattern
from core.clips.video import VideoClip
from core.pixels import files


def opened(path: Path, rate: Fraction | None = None) -> Clip:
    """The clip of a file, of a folder of frames, or of a pattern of their names.

    Args:
        path: of it; a pattern has ``*`` or ``%04d`` in it.
        rate: frames a second, where the clip itself does not say.

    Raises:
        BadInput: there is none, it holds no frames, or it is a single picture.
    """
    if is_folder(path) or (is_pattern(path) and not exists(path)):
        return FramesClip.of(path, rate or RATE)
    pictures = _pictures(path)
    if pictures > 1:
        return AnimatedClip(path)
    if pictures == 1:
        files.read(path)  # which says so where it is damaged
        raise BadInput(
            "{path} holds a single picture: paint it with 'impasto stylize', or name a clip.",
            path=path,
        )
    return VideoClip(path)


def is_still(path: Path) -> bool:
    """Whether a file holds a single picture. Raises BadInput where there is none."""
    if is_folder(path) or (is_pattern(path) and not exists(path)):
        return False
    return _pictures(path) == 1


def _pictures(path: Path) -> int:
    """How many frames a file holds that is opened as a picture; 0 is for a video."""
    with open_regular(path) as file:
        try:
            with Image.open(file) as image:
                if image.format in _VIDEOS:
                    return 0
                return 1 if image.format in _PAGED else getattr(image, "n_frames", 1)
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
            return int(path.suffix.lower() in files.endings() - {".mpg", ".mpeg"})


_PAGED = frozenset({"TIFF", "MPO", "PSD", "ICO"})
"""Formats whose pictures are no frames."""

_VIDEOS = frozenset({"MPEG"})
"""Formats that Pillow only recognizes."""
