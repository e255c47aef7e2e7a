"""What a painted frame's file shows of its painting, which itself is not kept any more."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box
from core.bridge.contract.settings import Settings
from core.motion.steady import Painted
from core.pixels import files
from core.pixels.highlights import within
from core.pixels.imaging import extent_of, to_picture

_log = logging.getLogger(__name__)


class Shown(Mapping[str, Painted]):
    """A picture as the painting of each of its regions, whatever their keys."""

    def __init__(self, picture: Tensor) -> None:
        """Of all of the canvas, shape (1, 3, height, width)."""
        self._painted = Painted(Box.of(extent_of(picture)), picture, picture)

    def __getitem__(self, key: str) -> Painted:
        return self._painted

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def tells(settings: Settings) -> bool:
    """Whether a painted frame shows what was painted: at full strength, in the colours that it was
    painted in, and nothing of one region where another one may be in the next frame.

    Else the next frame would be weakened twice, or take another style's strokes along.
    """
    return (
        settings.strength == 1
        and settings.colors == "style"
        and settings.background_colors in ("same", "style")
        and settings.segment == "off"
        and not (settings.strength_mask or settings.content_labels or settings.sketch)
    )


def shown(path: Path) -> Mapping[str, Painted]:
    """What a painted frame shows; nothing where its file can't be read."""
    try:
        picture = to_picture(files.read(path).pixels)
    except BadInput as error:
        _log.warning("a shot begins anew: %s", error)
        return {}
    return Shown(within(picture).color)
