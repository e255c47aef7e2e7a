"""One line of a terminal that replaces itself."""

from __future__ import annotations

import os
import unicodedata
from typing import TextIO

from core.terminal.streams import show

_USUAL = 80
"""Columns of a terminal that does not say."""


def columns(stream: TextIO) -> int:
    """How wide the terminal is; 0 where the stream is none."""
    try:
        return (os.get_terminal_size(stream.fileno()).columns or _USUAL) if stream.isatty() else 0
    except (OSError, ValueError):
        return 0


def replace(text: str, stream: TextIO) -> None:
    """Show a text where the one before stood, cut to the terminal's width; silent elsewhere.

    With spaces and not with an escape sequence, which dumb terminals and old Windows consoles
    print. The last column stays free: a terminal wraps once that is taken.
    """
    if (room := columns(stream) - 1) > 0:
        cut, taken = _cut(text, room)
        show(f"\r{cut}{' ' * (room - taken)}", stream)


def clear(stream: TextIO) -> None:
    """Take the line away, for one that stays."""
    if columns(stream):
        replace("", stream)
        show("\r", stream)


def _cut(text: str, room: int) -> tuple[str, int]:
    """What fits into this many columns, and how many it takes: some letters are two wide."""
    taken = 0
    for index, letter in enumerate(text):
        wide = 0 if unicodedata.combining(letter) else 1
        wide += unicodedata.east_asian_width(letter) in "WF"
        if taken + wide > room:
            return text[:index], taken
        taken += wide
    return text, taken
