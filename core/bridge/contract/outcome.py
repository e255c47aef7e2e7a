"""What is told of a painting that came out: enough to know it by, and to paint it again."""

from __future__ import annotations

from dataclasses import dataclass

from .pixels import Pixels
from .settings import Settings


@dataclass(frozen=True)
class Outcome:
    """A painting that came out, as its document remembers it.

    Attributes:
        settings: how it was painted.
        name: what it is painted like, which its layer is called.
        at: when it was done, in seconds since 1970.
        thumbnail: how it looks, small, in RGB of 8 bits.
    """

    settings: Settings
    name: str
    at: float
    thumbnail: Pixels
