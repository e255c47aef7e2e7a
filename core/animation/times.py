"""Times in a clip, as a person writes them."""

from __future__ import annotations

import re
from fractions import Fraction

from core.bridge.contract.errors import BadInput
from core.clips import Moment

_TIME = re.compile(r"(?:(?:(\d{1,9}):)?(\d{1,9}):)?(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})")
_FRAME = re.compile(r"(\d{1,9})f")


def moment(text: str) -> Moment:
    """What ``12.5``, ``1:02.5`` or ``0:01:02`` is, in seconds, or the frame ``48f``.

    Raises:
        BadInput: it is written in another way.
    """
    if found := _FRAME.fullmatch(text.strip()):
        return Moment(frame=int(found[1]))
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise BadInput(
            "'{text}' is no time: write seconds as 12.5, minutes as 1:02.5, or a frame as 48f.",
            text=text,
        )
    hours, minutes, rest = found.groups()
    return Moment(Fraction(rest) + 60 * int(minutes or 0) + 3600 * int(hours or 0))
