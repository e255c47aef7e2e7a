"""What there is to compute on, and what each of it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ...i18n.text import Text
from ...storage.platform import here
from . import machine


class Amount(NamedTuple):
    """Bytes that are downloaded, and that lie on the disk afterwards."""

    fetched: int
    kept: int


_CUDA = Amount(3_300_000_000, 6_200_000_000)
_OTHER = Amount(600_000_000, 1_800_000_000)
"""PyTorch with CUDA's libraries, and without."""


@dataclass(frozen=True)
class Choice:
    """One thing to compute on, with what it takes.

    Attributes:
        label: what a person reads.
        options: of install.py; none for what was chosen when it was installed.
        takes: how much; None where that is not known before.
        unreached: how much it takes instead where PyTorch's own server can't be reached, which
            alone has that build; None where it makes no difference.
    """

    label: Text
    options: tuple[str, ...]
    takes: Amount | None = None
    unreached: Amount | None = None


_FOUND_OUT, _USUAL = ("--torch", "auto"), ("--torch", "locked")

KEPT = Choice(Text("the same as until now"), ())
"""What was chosen when it was installed."""


def offered() -> tuple[Choice, ...]:
    """What there is to compute on here, the best first."""
    return choices(machine.nvidia(), machine.another_card())


def choices(card: str, another: bool = False) -> tuple[Choice, ...]:
    """What there is to compute on, the best first.

    Args:
        card: the NVIDIA card, empty where there is none or nobody can tell.
        another: whether install.py takes a build for a card of AMD's or Intel's, of which nobody
            here has measured the size.

    On a Mac there is no choice.
    """
    best = Text("the best that this computer has")
    if here().mac:
        return (Choice(best, _FOUND_OUT, _OTHER),)
    processor = Choice(Text("the processor"), ("--torch", "cpu"), _OTHER)
    if card:
        return (Choice(Text("{card}", card=card), _FOUND_OUT, _CUDA), processor)
    if here().windows:
        return (Choice(best, _FOUND_OUT, _OTHER), processor)
    # The usual index has no build for Linux without CUDA.
    found_out = Choice(best, _FOUND_OUT, None if another else _OTHER, _CUDA)
    return (found_out, processor, Choice(Text("an NVIDIA graphics card"), _USUAL, _CUDA))
