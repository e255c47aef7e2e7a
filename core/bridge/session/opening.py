"""How large a dialog comes up: a larger screen shows more of the gallery."""

from __future__ import annotations

from ..contract.geometry import Extent

_SHARE = 0.75
"""How much of a large screen's sides it takes."""

_MOST = 0.92
"""How much of a small one's: the window's frame needs some."""


def size_on(screen: Extent, usual: Extent) -> Extent:
    """The size of a dialog.

    Args:
        screen: what a window may take of it.
        usual: on a small screen, but for one that has not that room.
    """
    sides = zip(screen, usual, strict=True)
    return Extent(*(round(min(max(side * _SHARE, least), side * _MOST)) for side, least in sides))
