"""The choices of one run of the benchmark, which every subject is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from core.bench.pairs import Pair, drawn, shipped
from core.bridge.storage.paths import Installation
from core.engine.networks import Networks


@dataclass(frozen=True)
class Plan:
    """The choices of one run.

    Attributes:
        installation: its weights, worker and environment are measured.
        networks: of that installation, on the device.
        device: computes; ``device_name`` is the setting that names it.
        quick: take two minutes on two cores, with estimates.
        full: include what takes hours.
        size: long side in pixels of the paintings that are judged.
        given: the user's own pairs.
        sheet: file that shows the paintings side by side, if any.
        blind: the same with letters in the place of names, if any.
        say: called with what is going on.
    """

    installation: Installation
    networks: Networks
    device: torch.device
    device_name: str
    quick: bool
    full: bool
    size: int
    given: tuple[Pair, ...]
    sheet: Path | None
    blind: Path | None
    say: Callable[[str], None]

    @property
    def choices(self) -> Path:
        """The file that says which algorithm of a convolution is the quickest here."""
        return self.installation.convolutions

    def pairs(self) -> list[Pair]:
        """The pairs that are judged: the user's, else ours; only the first of them if quick.

        Raises:
            ImpastoError: none were given, and ours are not available.
        """
        pairs = list(self.given or shipped())
        return pairs[:1] if self.quick else pairs

    def any_pair(self, size: int) -> Pair:
        """A pair for measurements of time, with long sides of at most ``size`` px."""
        return (self.given[0] if self.given else drawn(size)).at(size)
