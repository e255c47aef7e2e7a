"""Animations whose frames are layers, as GIMP's players and exporters of GIF read them.

The bottom layer is the first frame. A layer's name tells the rest: ``(100ms)`` how long it is
shown, ``(replace)`` that it is seen alone, ``(combine)`` that it is drawn over the frame before; so
is a layer whose name says neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_COMBINE, _REPLACE = "(combine)", "(replace)"
_TAG = re.compile(r"\((combine|replace)\)")


def replaces(name: str) -> bool:
    """Whether a frame is seen alone, by the name of its layer; of two tags the first counts."""
    found = _TAG.search(name)
    return found is not None and found[0] == _REPLACE


def stacks(names: Sequence[str]) -> list[range]:
    """Which layers are seen in each frame, from the bottom up.

    Args:
        names: of the layers, the bottom one first.
    """
    found, bottom = [], 0
    for top, name in enumerate(names):
        bottom = top if replaces(name) else bottom
        found.append(range(bottom, top + 1))
    return found


def painted_name(name: str, first: bool) -> str:
    """What the painting of a frame is called, which is the whole picture and no longer a part.

    It says ``(replace)`` whatever the frame said: where something shines through, the paint of the
    frame before would be seen under it. A GIF of such layers is right to the pixel: a player clears
    the rectangle of the frame before, which is the whole picture now. Whoever wants a small file
    lets GIMP's *Optimize (for GIF)* look for what stays, as before.

    Args:
        name: of the frame's layer. Its delay and whatever else it says stay.
        first: whether it is the bottom one, which lies on nothing.
    """
    if _TAG.search(name):
        return name.replace(_COMBINE, _REPLACE)
    return name if first else f"{name} {_REPLACE}"
