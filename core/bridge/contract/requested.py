"""What a request of a picture and one of a clip share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .errors import BadInput
from .methods import METHODS
from .pixels import Pixels
from .settings import Settings


class Styled:
    """Settings, with pictures that stand in for files that they name."""

    settings: Settings
    pictures: Mapping[str, Pixels]

    def styled(self, part: str) -> bool:
        """Whether a part of the picture, ``SELECTION`` or ``REST``, has a style."""
        given = part in self.pictures and METHODS[self.settings.method].from_pictures
        return given or self.settings.styled(part)


def received(
    header: Mapping[str, Any], frames: Sequence[bytes | bytearray]
) -> tuple[Settings, dict[str, Pixels]]:
    """The settings of a message, and its pictures by name.

    Raises:
        BadInput, KeyError, TypeError, ValueError, AttributeError: it is malformed.
    """
    named = dict(zip(header["pixels"], frames, strict=True))
    pixels = {
        name: Pixels.from_header(header["pixels"][name], data) for name, data in named.items()
    }
    return Settings.from_mapping(header["settings"]), pixels


def unreadable(error: Exception) -> BadInput:
    """What to say of a message that is malformed."""
    return BadInput("A request arrived that can't be read ({error}).", error=error)
